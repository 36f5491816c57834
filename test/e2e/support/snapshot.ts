import type { Redis } from 'ioredis';

interface Entry {
  readonly key: string;
  readonly ttl: number;
  readonly value: Buffer | null;
}

/** All that farmhand keeps in Redis. */
export const dump = async (redis: Redis): Promise<readonly Entry[]> => {
  const keys = await redis.keys('{farmhand}*');
  return Promise.all(
    keys.map(async (key) => ({
      key,
      ttl: Math.max(0, await redis.pttl(key)),
      value: await redis.dumpBuffer(key),
    })),
  );
};

/** Puts that back in place of all there is. */
export const restore = async (redis: Redis, entries: readonly Entry[]): Promise<void> => {
  const all = redis.multi().flushall();
  for (const { key, ttl, value } of entries) if (value) all.restore(key, ttl, value);
  await all.exec();
};
