import type { Redis } from 'ioredis';
import { guardedClient } from './client.ts';
import type { Keys } from './keys.ts';

/** Kinds of blocks that a workspace did not take, for every process: each until its time, ms. @throws StoreUnavailable */
export interface RefusedBlocksStore {
  known(team: string, now: number): Promise<ReadonlyMap<string, number>>;
  keep(team: string, kinds: readonly string[], until: number): Promise<void>;
}

export const createRefusedBlocks = (redis: Redis, keys: Keys): RefusedBlocksStore => ({
  known: async (team, now) => {
    const found = await guardedClient('blocks', () =>
      redis.zrangebyscore(keys.refusedBlocks(team), `(${now}`, '+inf', 'WITHSCORES'),
    );
    const known = new Map<string, number>();
    for (let i = 0; i + 1 < found.length; i += 2) known.set(found[i] ?? '', Number(found[i + 1]));
    return known;
  },
  keep: async (team, kinds, until) => {
    const key = keys.refusedBlocks(team);
    await guardedClient('blocks', () =>
      redis
        .multi()
        .zadd(key, ...kinds.flatMap((kind) => [until, kind]))
        // The last one that was refused rests the longest.
        .pexpireat(key, until)
        .exec(),
    );
  },
});
