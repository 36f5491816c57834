import type { Redis } from 'ioredis';
import { guardedClient } from './client.ts';

/** How far Redis' clock is ahead of `now`, and how far that reading itself may be off; ms. @throws StoreUnavailable */
export const readClock = async (
  redis: Redis,
  now: () => number,
): Promise<{ readonly skew: number; readonly doubt: number }> => {
  const before = now();
  const [seconds, micros] = await guardedClient('time', () => redis.time());
  const doubt = (now() - before) / 2;
  return { skew: Number(seconds) * 1000 + Number(micros) / 1000 - (before + doubt), doubt };
};
