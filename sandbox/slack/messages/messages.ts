import { micros } from './timestamps.ts';

export type Json = Readonly<Record<string, unknown>>;

/** A message as it stands, or as it stood when it was deleted. */
export interface Kept {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs?: string;
  readonly user: string;
  readonly text: string;
  readonly blocks: readonly Json[];
  readonly metadata?: Json;
  /** Seen by this person alone; never in a history. */
  readonly ephemeralTo?: string;
  readonly edited: boolean;
  readonly deleted: boolean;
  /** As the local Slack tells it. */
  readonly raw: Json;
}

export interface Messages {
  /** Takes over a message as the local Slack tells it; metadata stays unless `metadata` is given. */
  put(raw: Json, metadata?: Json): void;
  remove(channel: string, ts: string): void;
  find(channel: string, ts: string): Kept | undefined;
  /** All of a channel, oldest first, deleted and ephemeral ones included. */
  all(channel: string): readonly Kept[];
  /** Replies to `ts`, oldest first; neither deleted nor ephemeral. */
  replies(channel: string, ts: string): readonly Kept[];
  clear(): void;
}

export const createMessages = (): Messages => {
  const channels = new Map<string, Map<string, Kept>>();
  const threads = new Map<string, Set<string>>();
  const of = (channel: string): Map<string, Kept> => {
    const known = channels.get(channel) ?? new Map<string, Kept>();
    channels.set(channel, known);
    return known;
  };
  return {
    put: (raw, metadata) => {
      const channel = String(raw['channel']);
      const ts = String(raw['ts']);
      const before = of(channel).get(ts);
      if (before?.deleted) return;
      const meta = metadata ?? before?.metadata;
      const threadTs = raw['thread_ts'] as string | undefined;
      of(channel).set(ts, {
        channel,
        ts,
        ...(threadTs !== undefined && { threadTs }),
        user: String(raw['user'] ?? ''),
        text: String(raw['text'] ?? ''),
        blocks: Array.isArray(raw['blocks']) ? raw['blocks'] : [],
        ...(meta && Object.keys(meta).length > 0 && { metadata: meta }),
        ...(raw['subtype'] === 'ephemeral' && { ephemeralTo: String(raw['ephemeral_to']) }),
        edited: raw['edited'] !== undefined,
        deleted: false,
        raw,
      });
      if (threadTs === undefined || threadTs === ts) return;
      const key = `${channel} ${threadTs}`;
      threads.set(key, (threads.get(key) ?? new Set()).add(ts));
    },
    remove: (channel, ts) => {
      const known = of(channel).get(ts);
      if (known) of(channel).set(ts, { ...known, deleted: true });
    },
    find: (channel, ts) => channels.get(channel)?.get(ts),
    all: (channel) => [...(channels.get(channel)?.values() ?? [])].sort(byTime),
    replies: (channel, ts) =>
      [...(threads.get(`${channel} ${ts}`) ?? [])]
        .flatMap((reply) => of(channel).get(reply) ?? [])
        .filter((reply) => !reply.deleted && reply.ephemeralTo === undefined)
        .sort(byTime),
    clear: () => {
      channels.clear();
      threads.clear();
    },
  };
};

const byTime = (a: Kept, b: Kept): number => (micros(a.ts) ?? 0) - (micros(b.ts) ?? 0);
