import { pageKey } from '../../src/alerts/groups/pages.ts';
import type { Alert } from '../../src/alerts/model/alert.ts';
import type { Digest } from '../../src/alerts/model/digest.ts';
import type { ThreadPort } from '../../src/alerts/ports/ports.ts';
import type { PostedMessage, PostKey, SlackResult } from '../../src/delivery/slack-result.ts';

export interface FakeMessage extends PostedMessage {
  readonly key: PostKey;
  readonly threadTs?: string;
  alert: Alert | undefined;
  digest: Digest | undefined;
  readonly notes: readonly string[];
  updates: number;
}

type Method = keyof ThreadPort;
/** What a call does instead: answer with a failure, before or after it took effect. */
export interface Fault {
  readonly method: Method;
  readonly when: 'before' | 'after';
  readonly result: Exclude<SlackResult<never>, { ok: true }>;
  readonly channel?: string;
  /** How often; default once. */
  times?: number;
}

export interface FakeSlack extends ThreadPort {
  readonly messages: FakeMessage[];
  readonly faults: Fault[];
  readonly calls: { readonly method: Method; readonly id: string }[];
  /** Root messages of an alert that are there now. */
  roots(alertId: string): readonly FakeMessage[];
  /** Replies of an alert that are there now, as their kinds. */
  replies(alertId: string): readonly string[];
  /** Awaited before every call: lets a test hold or observe one. */
  before: (method: Method, id: string) => Promise<void>;
}

/** A workspace in memory that keeps messages and keys as Slack does. */
export const createFakeSlack = (): FakeSlack => {
  const messages: FakeMessage[] = [];
  const faults: Fault[] = [];
  const calls: { method: Method; id: string }[] = [];
  let clock = 1_800_000_000_000_000;

  const run = async <T>(
    method: Method,
    id: string,
    channel: string,
    effect: () => SlackResult<T>,
  ): Promise<SlackResult<T>> => {
    calls.push({ method, id });
    await fake.before(method, id);
    const fault = faults.find(
      (f) => f.method === method && (f.channel ?? channel) === channel && f.times !== 0,
    );
    if (fault) fault.times = (fault.times ?? 1) - 1;
    if (fault?.when === 'before') return fault.result;
    const result = effect();
    return fault ? fault.result : result;
  };

  const post = (
    channel: string,
    key: PostKey,
    more: Partial<Pick<FakeMessage, 'alert' | 'digest' | 'notes'>> & { threadTs?: string },
  ): SlackResult<PostedMessage> => {
    clock += 1;
    const ts = `${String(clock).slice(0, 10)}.${String(clock).slice(10)}`;
    messages.push({ channel, ts, key, alert: undefined, digest: undefined, notes: [], updates: 0, ...more });
    return { ok: true, value: { channel, ts } };
  };

  const edit = (ts: string, change: (message: FakeMessage) => void): SlackResult<PostedMessage> => {
    const message = messages.find((m) => m.ts === ts);
    if (!message) return { ok: false, kind: 'refused', error: 'message_not_found' };
    change(message);
    message.updates += 1;
    return { ok: true, value: { channel: message.channel, ts } };
  };

  const fake: FakeSlack = {
    messages,
    faults,
    calls,
    before: async () => {},
    roots: (id) => messages.filter((m) => m.key.kind === 'alert' && m.key.id === id),
    replies: (id) =>
      messages.filter((m) => m.key.kind === 'note' && m.key.id.startsWith(`${id}#`)).flatMap((m) => m.notes),
    postRoot: (alert) =>
      run('postRoot', alert.id, alert.channel, () =>
        post(alert.channel, { kind: 'alert', id: alert.id }, { alert }),
      ),
    updateRoot: (alert, ts) =>
      run('updateRoot', alert.id, alert.channel, () =>
        edit(ts, (m) => {
          m.alert = alert;
        }),
      ),
    postNotes: (alert, ts, notes) =>
      run('postNotes', alert.id, alert.channel, () =>
        post(
          alert.channel,
          { kind: 'note', id: `${alert.id}#${notes.at(-1)?.n}` },
          { threadTs: ts, notes: notes.map((n) => n.kind) },
        ),
      ),
    postMembers: (group, page, threadTs) =>
      run('postMembers', `${group.id} ${page}`, group.channel, () =>
        post(group.channel, { kind: 'members', id: pageKey(group, page) }, { threadTs, alert: group }),
      ),
    updateMembers: (group, page, ts) =>
      run('updateMembers', `${group.id} ${page}`, group.channel, () =>
        edit(ts, (m) => {
          m.alert = group;
        }),
      ),
    postDigest: (digest) =>
      run('postDigest', digest.id, digest.channel, () =>
        post(digest.channel, { kind: 'digest', id: digest.id }, { digest }),
      ),
    updateDigest: (digest, ts) =>
      run('updateDigest', digest.id, digest.channel, () =>
        edit(ts, (m) => {
          m.digest = digest;
        }),
      ),
    find: (channel, key, _since, threadTs) =>
      run('find', key.id, channel, () => ({
        ok: true,
        value: messages.filter(
          (m) =>
            m.channel === channel &&
            m.key.kind === key.kind &&
            m.key.id === key.id &&
            m.threadTs === threadTs,
        ),
      })),
    remove: (message) =>
      run('remove', message.ts, message.channel, () => {
        const at = messages.findIndex((m) => m.ts === message.ts);
        if (at >= 0) messages.splice(at, 1);
        return { ok: true, value: undefined };
      }),
  };
  return fake;
};
