import type { Redis } from 'ioredis';
import type { DeadLetterPort } from '../../intake/raw.ts';
import { guarded } from './client.ts';
import type { Keys } from './keys.ts';

/** Keeps what could not be read in a list, newest first, for those without Kafka. Nothing is ever dropped from it. */
export const createRedisDeadLetters = (redis: Redis, keys: Keys): DeadLetterPort => ({
  keep: async (rejections) => {
    const lines = rejections.map(({ reason, detail, message }) =>
      JSON.stringify({
        reason,
        detail,
        at: message.receivedAt,
        position: message.position,
        headers: message.headers,
        value_base64: message.value?.toString('base64') ?? null,
      }),
    );
    await guarded('dead letters', () => redis.lpush(keys.deadLetters, ...lines));
  },
});
