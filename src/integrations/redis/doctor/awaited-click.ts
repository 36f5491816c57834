import type { Redis } from 'ioredis';

/** A click that a doctor waits for, and that whichever process hears it puts down. Gone by itself some minutes later. */
export interface AwaitedClick {
  await(nonce: string, ms: number): Promise<void>;
  /** False: nobody waits for it. */
  heard(nonce: string): Promise<boolean>;
  hasCome(nonce: string): Promise<boolean>;
  forget(nonce: string): Promise<void>;
}

export const createAwaitedClick = (redis: Redis, prefix: string): AwaitedClick => {
  const key = (nonce: string): string => `{${prefix}}:doctor:click:${nonce}`;
  return {
    await: async (nonce, ms) => {
      await redis.set(key(nonce), 'awaited', 'PX', ms);
    },
    heard: async (nonce) => (await redis.set(key(nonce), 'heard', 'KEEPTTL', 'XX')) === 'OK',
    hasCome: async (nonce) => (await redis.get(key(nonce))) === 'heard',
    forget: async (nonce) => {
      await redis.del(key(nonce));
    },
  };
};
