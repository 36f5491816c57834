import { messageOf } from '../../../core/errors.ts';
import { type Endpoint, type SentinelAddress, sameEndpoint } from './address.ts';
import { askNode } from './ask.ts';
import { type RedisTrouble, troubleNamed } from './redis-state.ts';

/** What one Sentinel says: where the primary is, that it knows no such name, or why it said nothing. */
export type SentinelAnswer =
  | { readonly is: 'primary'; readonly at: Endpoint }
  | { readonly is: 'unknown' }
  | { readonly is: 'failed'; readonly why: string };

/** Where most of the Sentinels that answer say the primary is; and whether these are more than half of all. */
export interface SentinelWord {
  readonly at: Endpoint;
  readonly byMost: boolean;
}

/**
 * All are asked at once: one that was cut off during a failover still names the old primary.
 * @throws NotLocated when none says where the primary is
 */
export const askSentinels = async (sentinel: SentinelAddress): Promise<SentinelWord> => {
  const { nodes, name } = sentinel;
  const asked = nodes.map((node) =>
    askNode(node, sentinel, async (redis): Promise<SentinelAnswer> => {
      const answer: unknown = await redis.call('SENTINEL', 'get-master-addr-by-name', name);
      if (!Array.isArray(answer)) return { is: 'unknown' };
      return { is: 'primary', at: { host: String(answer[0]), port: Number(answer[1]) } };
    }).catch((error: unknown): SentinelAnswer => ({ is: 'failed', why: messageOf(error) })),
  );
  return wordOf(await enough(asked));
};

/** Once more than half agree, the others are not waited for. */
const enough = (asked: readonly Promise<SentinelAnswer>[]): Promise<readonly SentinelAnswer[]> =>
  new Promise((resolve) => {
    const answers: SentinelAnswer[] = asked.map(() => ({ is: 'failed', why: 'it has not answered yet' }));
    let open = asked.length;
    for (const [i, one] of asked.entries()) {
      void one.then((answer) => {
        answers[i] = answer;
        open -= 1;
        if (open === 0 || mostSaid(answers).count * 2 > asked.length) resolve(answers);
      });
    }
  });

const mostSaid = (answers: readonly SentinelAnswer[]) => {
  const said = answers.flatMap((answer) => (answer.is === 'primary' ? [answer.at] : []));
  const counted = said.map((at) => ({ at, count: said.filter((other) => sameEndpoint(at, other)).length }));
  return counted.reduce((most, one) => (one.count > most.count ? one : most), { at: said[0], count: 0 });
};

/** Pure: what follows of all their answers. @throws NotLocated */
export const wordOf = (answers: readonly SentinelAnswer[]): SentinelWord => {
  const { at, count } = mostSaid(answers);
  if (at) return { at, byMost: count * 2 > answers.length };
  const whys = answers.flatMap((answer) => (answer.is === 'failed' ? [answer.why] : []));
  if (whys.length < answers.length) throw new NotLocated(troubleNamed('sentinel_name'));
  const refused = whys.find((why) => /NOAUTH|WRONGPASS|NOPERM|invalid password/i.test(why));
  if (refused !== undefined) throw new NotLocated(troubleNamed('sentinel_password'), refused);
  throw new NotLocated(troubleNamed('sentinels_away'), whys[0]);
};

/** Nobody says where the primary is. */
export class NotLocated extends Error {
  override readonly name = 'NotLocated';
  readonly trouble: RedisTrouble;
  readonly met: string | undefined;
  constructor(trouble: RedisTrouble, met?: string) {
    super(trouble.says);
    this.trouble = trouble;
    this.met = met;
  }
}
