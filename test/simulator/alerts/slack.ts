import { pageKey } from '../../../src/alerts/groups/pages.ts';
import type { Alert, Note } from '../../../src/alerts/model/alert.ts';
import type { Digest } from '../../../src/alerts/model/digest.ts';
import type { ThreadPort } from '../../../src/alerts/ports/ports.ts';
import type { PostedMessage, PostKey, SlackResult } from '../../../src/delivery/slack-result.ts';
import type { SimProcess } from '../process.ts';
import type { Scheduler } from '../scheduler.ts';
import type { Chaos } from './chaos.ts';

export interface SimMessage extends PostedMessage {
  readonly key: PostKey;
  readonly threadTs: string | undefined;
  readonly notes: readonly Note[];
  /** When it came to be there; ms. */
  readonly at: number;
  alert: Alert | undefined;
  /** Of a list of members: which. */
  page: number | undefined;
  digest: Digest | undefined;
}

/** A workspace: the messages that are there. */
export interface SimSlack {
  readonly messages: Map<string, SimMessage>;
  /** All that ever were, also those that were taken back. */
  readonly posted: SimMessage[];
  /** Channels that take nothing. */
  readonly closed: ReadonlySet<string>;
  /** Ids of root messages that were posted although a look-up would have found one. */
  readonly unlooked: string[];
  /** Calls that a process made while another of its calls about the same thing was under way. */
  readonly doubled: string[];
  /** How often a call went out while an older one of that process to the same channel hung. */
  overtakes: number;
  /** Calls of one process under way at once, at most. */
  mostAtOnce: number;
  nextTs: number;
}

export const createSimSlack = (closed: readonly string[]): SimSlack => ({
  messages: new Map(),
  posted: [],
  closed: new Set(closed),
  unlooked: [],
  doubled: [],
  overtakes: 0,
  mostAtOnce: 0,
  nextTs: 1_800_000_000_000_000,
});

type Failure = Exclude<SlackResult<never>, { ok: true }>;
const refused = (error: string): Failure => ({ ok: false, kind: 'refused', error });
const ambiguous: Failure = { ok: false, kind: 'ambiguous', error: 'socket hang up' };
/** A call is given up after this; ms. */
const callTimeout = 10_000;
/** A call that takes longer hangs, as it seems; ms. */
const hangs = 1_000;

/**
 * A post that looked before it finds what was there before it looked; the call itself may take ten seconds. After ten minutes of look-ups that fail, one may
 * be risked.
 */
const wouldBeFound = (slack: SimSlack, id: string, now: number): boolean =>
  [...slack.messages.values()].some(
    ({ key, at }) => key.kind === 'alert' && key.id === id && now - at > 14_000 && now - at < 540_000,
  );

/** The workspace as one process reaches it, through a network that loses, delays and repeats nothing but answers. */
export const connectSlack = (
  slack: SimSlack,
  scheduler: Scheduler,
  process: SimProcess,
  chaos: Chaos,
): ThreadPort => {
  const underWay = new Map<string, { readonly channel: string; readonly since: number }>();
  /** One call at a time about each alert or digest: the next one is decided on what came of the one before. */
  const watched = async <T>(channel: string, about: string, call: () => Promise<T>): Promise<T> => {
    const since = scheduler.now();
    if (underWay.has(about)) slack.doubled.push(about);
    const overtakes = [...underWay.values()].some(
      (other) => other.channel === channel && since - other.since > hangs,
    );
    if (overtakes) slack.overtakes += 1;
    underWay.set(about, { channel, since });
    slack.mostAtOnce = Math.max(slack.mostAtOnce, underWay.size);
    const answer = await call();
    underWay.delete(about);
    return answer;
  };

  const call = <T>(
    kind: 'post' | 'edit' | 'read' | 'remove',
    lateBy: number,
    effect: (late?: boolean) => SlackResult<T>,
  ): Promise<SlackResult<T>> => {
    const fate = chaos.slackFate(kind);
    switch (fate.kind) {
      case 'fine':
        return process.call(fate.there, () => effect(), fate.back, kind !== 'read');
      case 'lost':
        return process.call(callTimeout, () => ambiguous, 0);
      case 'unanswered':
        return process.call(fate.there, () => effect(), callTimeout - fate.there).then(() => ambiguous);
      case 'late':
        scheduler.at(scheduler.now() + callTimeout + fate.share * lateBy, () => void effect(true));
        return process.call(callTimeout, () => ambiguous, 0);
      case 'failed':
        return process.call(20, () => fate.failure, 20, kind !== 'read');
      default:
        return fate satisfies never;
    }
  };

  const post = (
    channel: string,
    key: PostKey,
    lateBy: number,
    more: { alert?: Alert; page?: number; digest?: Digest; notes?: readonly Note[]; threadTs?: string },
  ) =>
    call<PostedMessage>('post', lateBy, (late = false) => {
      if (slack.closed.has(channel)) return refused('is_archived');
      const at = scheduler.now();
      if (!late && key.kind === 'alert' && wouldBeFound(slack, key.id, at)) slack.unlooked.push(key.id);
      slack.nextTs += 1;
      const digits = String(slack.nextTs);
      const ts = `${digits.slice(0, 10)}.${digits.slice(10)}`;
      const { alert, page, digest, notes = [], threadTs } = more;
      const message = { channel, ts, key, threadTs, notes, at, alert, page, digest };
      slack.messages.set(ts, message);
      slack.posted.push(message);
      return { ok: true, value: { channel, ts } };
    });

  const edit = (channel: string, ts: string, change: (message: SimMessage) => void) =>
    call<PostedMessage>('edit', 40_000, () => {
      const message = slack.messages.get(ts);
      if (!message) return refused('message_not_found');
      change(message);
      return { ok: true, value: { channel, ts } };
    });

  return {
    postRoot: (alert) =>
      watched(alert.channel, alert.id, () =>
        post(alert.channel, { kind: 'alert', id: alert.id }, 40_000, { alert }),
      ),
    updateRoot: (alert, ts) =>
      watched(alert.channel, alert.id, () =>
        edit(alert.channel, ts, (message) => {
          message.alert = alert;
        }),
      ),
    // A note that comes later than its claim is held for would be said twice; nothing looks for it again.
    postNotes: (alert, ts, notes) =>
      watched(alert.channel, alert.id, () =>
        post(alert.channel, { kind: 'note', id: `${alert.id}#${notes.at(-1)?.n}` }, 800, {
          notes,
          threadTs: ts,
        }),
      ),
    postMembers: (group, page, threadTs) =>
      watched(group.channel, group.id, () =>
        post(group.channel, { kind: 'members', id: pageKey(group, page) }, 40_000, {
          alert: group,
          threadTs,
          page,
        }),
      ),
    updateMembers: (group, page, ts) =>
      watched(group.channel, group.id, () =>
        edit(group.channel, ts, (message) => {
          message.alert = group;
          message.page = page;
        }),
      ),
    postDigest: (digest) =>
      watched(digest.channel, digest.id, () =>
        post(digest.channel, { kind: 'digest', id: digest.id }, 800, { digest }),
      ),
    updateDigest: (digest, ts) =>
      watched(digest.channel, digest.id, () =>
        edit(digest.channel, ts, (message) => {
          message.digest = digest;
        }),
      ),
    find: (channel, key, _since, threadTs) =>
      watched(channel, key.id.replace(/#.*/, ''), () =>
        call('read', 0, () => ({
          ok: true,
          value: [...slack.messages.values()]
            .filter(
              (m) =>
                m.channel === channel &&
                m.key.kind === key.kind &&
                m.key.id === key.id &&
                ((key.kind !== 'note' && key.kind !== 'members') || m.threadTs === threadTs),
            )
            .map(({ ts }) => ({ channel, ts })),
        })),
      ),
    remove: ({ ts }) =>
      call('remove', 0, () => {
        slack.messages.delete(ts);
        return { ok: true, value: undefined };
      }),
  };
};
