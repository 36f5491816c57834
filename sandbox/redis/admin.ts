import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { RedisServer } from './start.ts';

/** With one of the servers itself, whatever else leads there. */
export const admin = async <T>(server: RedisServer, run: (redis: Redis) => Promise<T>): Promise<T> => {
  const redis = new Redis(server.url);
  try {
    return await run(redis);
  } finally {
    redis.disconnect();
  }
};

/** @throws when `what` has not come about within 30 s */
export const until = async (what: string, look: () => Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + 30_000;
  while (!(await look())) {
    if (performance.now() > deadline) throw new Error(`Redis: waited 30 s for ${what}.`);
    await sleep(20);
  }
};
