import type { PostedMessage, SlackResult } from '../../../src/delivery/slack-result.ts';
import type { ApproverClosing, ApproverMessage } from '../../../src/rebuild/approvers/message.ts';
import type { ApproverPort } from '../../../src/rebuild/approvers/reconcile-approvers.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';

export interface Direct extends PostedMessage {
  readonly key: string;
  /** What it shows: `asks HASH`, or how it was closed. */
  shows: string;
}

/** What happens to the next call of this name. `crash`: the process dies there. */
export type Trouble =
  | 'lost before'
  | 'lost after'
  | 'crash before'
  | 'crash after'
  | 'away'
  | { readonly refuses: string };

export class Crash extends Error {}

/** Messages to approvers, as Slack keeps them; it loses answers on command. `hash`: of what waits now. */
export const createDirectMessages = (hash: (rebuild: Rebuild) => string | undefined) => {
  const messages: Direct[] = [];
  const troubles = new Map<string, Trouble[]>();
  const calls: string[] = [];
  let ts = 0;

  const under = async <T>(name: string, act: () => T): Promise<SlackResult<T>> => {
    calls.push(name);
    const trouble = troubles.get(name)?.shift();
    if (trouble === undefined) return { ok: true, value: act() };
    if (typeof trouble === 'object') return { ok: false, kind: 'refused', error: trouble.refuses };
    if (trouble === 'away') return { ok: false, kind: 'unavailable', error: 'connect ECONNREFUSED' };
    if (trouble.endsWith('after')) act();
    if (trouble.startsWith('crash')) throw new Crash(name);
    return { ok: false, kind: 'ambiguous', error: 'no answer' };
  };
  const shows = (
    rebuild: Rebuild,
    { glass }: ApproverMessage,
    closing: ApproverClosing | undefined,
  ): string => {
    if (closing) return closing.how;
    const broken = rebuild.glass?.find(({ n }) => n === glass);
    if (broken) return `glass ${broken.n} ${broken.endedAt === undefined ? 'open' : 'closed'}`;
    return `asks ${(hash(rebuild) ?? 'nothing').slice(0, 8)}`;
  };
  const keyOf = ({ id }: Rebuild, n: number, through = 0): string =>
    `${id}#${n}${through === 0 ? '' : `.${through}`}`;

  const port: ApproverPort = {
    open: (user) => under('open', () => `D${user}`),
    post: (rebuild, message) =>
      under('post', () => {
        const made = {
          channel: message.channel ?? '',
          ts: String(++ts),
          key: keyOf(rebuild, message.n),
          shows: shows(rebuild, message, undefined),
        };
        messages.push(made);
        return made;
      }),
    update: (rebuild, message, closing) =>
      under('update', () => {
        const known = messages.find((each) => each.ts === message.ts);
        if (!known) throw new Error(`no message ${message.ts}`);
        known.shows = shows(rebuild, message, closing);
        return known;
      }),
    remind: (rebuild, { n, channel = '', ts: root }, through) =>
      under('remind', () => {
        const made = {
          channel,
          ts: String(++ts),
          key: keyOf(rebuild, n, through),
          shows: `reminder ${through} under ${root}`,
        };
        messages.push(made);
        return made;
      }),
    find: (rebuild, { n, channel }, through) =>
      under('find', () =>
        messages.filter((each) => each.channel === channel && each.key === keyOf(rebuild, n, through)),
      ),
    remove: (message) =>
      under(
        'remove',
        () =>
          void messages.splice(
            messages.findIndex((each) => each.ts === message.ts),
            1,
          ),
      ),
  };
  return {
    port,
    messages,
    calls,
    trouble: (name: string, ...next: readonly Trouble[]) => void troubles.set(name, [...next]),
    /** `U0BOB: asks 5f2c8a0d` */
    seen: (): readonly string[] => messages.map(({ channel, shows: what }) => `${channel.slice(1)}: ${what}`),
  };
};
