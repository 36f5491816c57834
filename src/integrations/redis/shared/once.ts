import type { Redis } from 'ioredis';
import { sha256 } from '../../../core/hash.ts';
import { guardedClient } from './client.ts';
import type { Keys } from './keys.ts';

/** Whether `key` was not met within the last `ms`, by any process. @throws StoreUnavailable */
export type FirstTime = (key: string, ms: number) => Promise<boolean>;

export const createFirstTime =
  (redis: Redis, keys: Keys): FirstTime =>
  async (key, ms) =>
    (await guardedClient('once', () => redis.set(keys.once(sha256(key)), '1', 'PX', ms, 'NX'))) === 'OK';
