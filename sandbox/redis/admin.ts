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

/** Makes one follow the other to which `port` leads. */
export const follow = (who: RedisServer, port: number): Promise<unknown> =>
  admin(who, (redis) => redis.call('REPLICAOF', '127.0.0.1', String(port)));

/** Makes it a primary, with what it has. */
export const lead = (who: RedisServer): Promise<unknown> =>
  admin(who, (redis) => redis.call('REPLICAOF', 'NO', 'ONE'));

/** Until it has all that its primary had when it began to follow. */
export const followed = (who: RedisServer): Promise<void> =>
  until('a replica that has all', () =>
    admin(who, async (redis) => /master_link_status:up/.test(await redis.info('replication'))),
  );

/** @throws when `what` has not come about within 30 s */
export const until = async (what: string, look: () => Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + 30_000;
  while (!(await look())) {
    if (performance.now() > deadline) throw new Error(`Redis: waited 30 s for ${what}.`);
    await sleep(20);
  }
};
