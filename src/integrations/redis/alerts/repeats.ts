import type { Redis } from 'ioredis';
import type { RepeatCounter } from '../../../intake/keep-once.ts';
import { guardedClient } from '../shared/client.ts';
import type { Keys } from '../shared/keys.ts';

/** A dead letter of the same content again after this, so that a fault that lasts is not forgotten; seconds. */
const remembered = 86_400;

/** Counts what could not be read, by its content, for a day from its first time. */
export const createRepeats = (redis: Redis, keys: Keys): RepeatCounter => ({
  counted: (contents) =>
    guardedClient('dead letters', async () => {
      const counts = await redis.mget(contents.map(keys.deadRepeat));
      return counts.map((count) => Number(count ?? 0));
    }),
  count: (contents) =>
    guardedClient('dead letters', async () => {
      const transaction = redis.multi();
      for (const key of contents.map(keys.deadRepeat)) {
        transaction.set(key, 0, 'EX', remembered, 'NX');
        transaction.incr(key);
      }
      await transaction.exec();
    }),
});
