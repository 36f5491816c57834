import type { Redis } from 'ioredis';
import { isObject } from '../../../core/json.ts';
import { type RangeDone, type ReplayProgress, streamName } from '../../../intake/replay/progress.ts';
import type { PartitionName } from '../../../intake/replay/span.ts';
import { guardedClient } from '../shared/client.ts';
import type { Keys } from '../shared/keys.ts';

export interface ReplayProgressStore {
  read(): Promise<ReplayProgress>;
  save(of: PartitionName, done: RangeDone): Promise<void>;
}

/** How long it is known how far a replay came; ms. */
const kept = 7 * 86_400_000;

/** How far replays came, beside the records: what loses the records loses this as well. */
export const createReplayProgress = (redis: Redis, keys: Keys): ReplayProgressStore => ({
  read: async () => {
    const found = await guardedClient('read', () => redis.hgetall(keys.replay));
    return new Map(
      Object.entries(found).flatMap(([stream, text]) => {
        const done = doneIn(text);
        return done ? [[stream, done] as const] : [];
      }),
    );
  },
  save: async (of, done) => {
    await guardedClient('replay', () =>
      redis.multi().hset(keys.replay, streamName(of), JSON.stringify(done)).pexpire(keys.replay, kept).exec(),
    );
  },
});

/** What cannot be read is as good as none: the same is looked at once more. */
const doneIn = (text: string): RangeDone | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value)) return undefined;
    const { from, next } = value;
    const offsets = [from, next].every((each) => typeof each === 'string' && /^\d{1,19}$/.test(each));
    return offsets ? { from: String(from), next: String(next) } : undefined;
  } catch {
    return undefined;
  }
};
