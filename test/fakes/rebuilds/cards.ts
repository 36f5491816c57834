import type { PostedMessage, SlackResult } from '../../../src/delivery/slack-result.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import type { CardPort } from '../../../src/rebuild/ports/ports.ts';
import { cardContent } from '../../../src/rebuild/thread/card-content.ts';

export interface FakeCardMessage extends PostedMessage {
  readonly rebuild: string;
  /** Of a reply: the root it hangs under, and the numbers of its notes. */
  readonly reply?: { readonly ts: string; readonly notes: readonly number[] };
  /** `cardContent` of what a root shows. */
  shows: string;
  updates: number;
  readonly at: number;
}

export type CardMethod = keyof CardPort;

/** What a call does instead: fails before or after it took effect, or takes effect long after it was given up. */
export interface CardFault {
  readonly method: CardMethod;
  readonly when: 'before' | 'after' | 'late';
  readonly result: Exclude<SlackResult<never>, { ok: true }>;
  readonly channel?: string;
  /** How often; default once. */
  times?: number;
}

export interface FakeCards extends CardPort {
  readonly messages: FakeCardMessage[];
  readonly faults: CardFault[];
  readonly calls: { readonly method: CardMethod; readonly at: number }[];
  roots(id: string): readonly FakeCardMessage[];
  /** Numbers of the notes said in the thread, in the order in which they stand there. */
  notes(id: string): readonly number[];
  /** Lets what was given up arrive: all of it, or what is under way for `latest` ms or more. */
  deliverLate(latest?: number): void;
  /** Somebody deletes it by hand. */
  delete(ts: string): void;
  /** Awaited before every call: lets a test hold it, or kill the caller. */
  before: (method: CardMethod) => Promise<void>;
  after: (method: CardMethod) => Promise<void>;
}

/** Channels in memory, that keep the messages of rebuilds as Slack does. */
export const createFakeCards = (now: () => number): FakeCards => {
  const messages: FakeCardMessage[] = [];
  const faults: CardFault[] = [];
  const calls: { method: CardMethod; at: number }[] = [];
  const late: { readonly since: number; readonly effect: () => void }[] = [];
  let count = 0;

  const call = async <T>(
    method: CardMethod,
    channel: string,
    effect: () => SlackResult<T>,
  ): Promise<SlackResult<T>> => {
    calls.push({ method, at: now() });
    await fake.before(method);
    const fault = faults.find(
      (f) => f.method === method && (f.channel ?? channel) === channel && f.times !== 0,
    );
    if (fault) fault.times = (fault.times ?? 1) - 1;
    if (fault?.when === 'late') late.push({ since: now(), effect: () => void effect() });
    const result = fault && fault.when !== 'after' ? fault.result : effect();
    await fake.after(method);
    return fault ? fault.result : result;
  };

  const post = (rebuild: Rebuild, reply?: FakeCardMessage['reply']): SlackResult<PostedMessage> => {
    count += 1;
    const ts = `${Math.floor(now() / 1000)}.${String(count).padStart(6, '0')}`;
    const { channel } = rebuild.card;
    const shows = reply ? '' : cardContent(rebuild);
    messages.push({
      channel,
      ts,
      rebuild: rebuild.id,
      shows,
      updates: 0,
      at: now(),
      ...(reply && { reply }),
    });
    return { ok: true, value: { channel, ts } };
  };

  const gone: SlackResult<PostedMessage> = { ok: false, kind: 'refused', error: 'message_not_found' };
  const rootAt = (ts: string) => messages.find((message) => message.ts === ts && !message.reply);

  const fake: FakeCards = {
    messages,
    faults,
    calls,
    before: async () => {},
    after: async () => {},
    roots: (id) => messages.filter(({ rebuild, reply }) => rebuild === id && !reply),
    notes: (id) => messages.flatMap(({ rebuild, reply }) => (rebuild === id && reply ? reply.notes : [])),
    deliverLate: (latest = 0) => {
      const due = late.filter(({ since }) => now() - since >= latest);
      for (const call of due) {
        late.splice(late.indexOf(call), 1);
        call.effect();
      }
    },
    delete: (ts) => {
      messages.splice(
        messages.findIndex((message) => message.ts === ts),
        1,
      );
    },
    postCard: (rebuild) => call('postCard', rebuild.card.channel, () => post(rebuild)),
    updateCard: (rebuild, ts) =>
      call('updateCard', rebuild.card.channel, () => {
        const root = rootAt(ts);
        if (!root) return gone;
        root.shows = cardContent(rebuild);
        root.updates += 1;
        return { ok: true, value: { channel: root.channel, ts } };
      }),
    postNotes: (rebuild, ts, notes) =>
      call('postNotes', rebuild.card.channel, () =>
        rootAt(ts) ? post(rebuild, { ts, notes: notes.map(({ n }) => n) }) : gone,
      ),
    find: ({ id, card }, through, sinceMs) =>
      call('find', card.channel, () => ({
        ok: true,
        value: messages
          .filter(({ channel, rebuild, reply, at }) => {
            const same = reply ? reply.ts === card.ts && reply.notes.at(-1) === through : through === 0;
            return channel === card.channel && rebuild === id && same && at >= sinceMs;
          })
          .map(({ channel, ts }) => ({ channel, ts })),
      })),
    remove: ({ channel, ts }) =>
      call('remove', channel, () => {
        const place = messages.findIndex((message) => message.ts === ts);
        if (place === -1) return { ok: false, kind: 'refused', error: 'message_not_found' };
        messages.splice(place, 1);
        return { ok: true, value: undefined };
      }),
  };
  return fake;
};
