import type { PostedMessage, SlackResult } from '../../../src/delivery/slack-result.ts';
import type { ApproverClosing } from '../../../src/rebuild/approvers/message.ts';
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

/** Direct messages, as Slack keeps them; it loses answers on command. `hash`: of what waits now. */
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
  const shows = (rebuild: Rebuild, closing: ApproverClosing | undefined): string =>
    closing ? closing.how : `asks ${(hash(rebuild) ?? 'nothing').slice(0, 8)}`;
  const keyOf = ({ id }: Rebuild, n: number): string => `${id}#${n}`;

  const port: ApproverPort = {
    open: (user) => under('open', () => `D${user}`),
    post: (rebuild, { n, channel = '' }) =>
      under('post', () => {
        const message = {
          channel,
          ts: String(++ts),
          key: keyOf(rebuild, n),
          shows: shows(rebuild, undefined),
        };
        messages.push(message);
        return message;
      }),
    update: (rebuild, message, closing) =>
      under('update', () => {
        const known = messages.find((each) => each.ts === message.ts);
        if (!known) throw new Error(`no message ${message.ts}`);
        known.shows = shows(rebuild, closing);
        return known;
      }),
    find: (rebuild, { n, channel }) =>
      under('find', () =>
        messages.filter((each) => each.channel === channel && each.key === keyOf(rebuild, n)),
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
