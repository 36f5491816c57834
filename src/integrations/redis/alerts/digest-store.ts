import type { Redis, Result } from 'ioredis';
import type { DigestStore } from '../../../alerts/channel/digest-message.ts';
import type { Digest } from '../../../alerts/model/digest.ts';
import { isObject } from '../../../core/json.ts';
import { guardedClient } from '../shared/client.ts';
import type { Keys } from '../shared/keys.ts';
import { mustBe, type Reader } from '../shared/reader.ts';

/** KEYS: digest. ARGV: expected version (0: none), value or empty to delete. */
const casScript = `
local version = string.match(redis.call('GETRANGE', KEYS[1], 0, 15), '^(%d+)|') or '0'
if version ~= ARGV[1] then return 0 end
if ARGV[2] == '' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], ARGV[2]) end
return 1
`;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    farmhandDigest(key: string, version: string, value: string): Result<number, Context>;
  }
}

/** Empty for what is no text at all. */
const textOf = async (redis: Redis, key: string): Promise<string | null> => {
  try {
    return await redis.get(key);
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('WRONGTYPE')) return '';
    throw error;
  }
};

const decodeDigest = (value: string): Digest => {
  const stored: unknown = JSON.parse(value.slice(value.indexOf('|') + 1));
  mustBe(
    isObject(stored) &&
      [stored['channel'], stored['id'], stored['state']].every((text) => typeof text === 'string') &&
      [stored['version'], stored['startedAt'], stored['updatedAt']].every(Number.isFinite) &&
      ['waiting', 'folded', 'folding'].every((list) => Array.isArray(stored[list])),
    'a digest',
  );
  return stored as unknown as Digest;
};

/** Digest records, one a channel. */
export const createDigestStore = (
  redis: Redis,
  keys: Keys,
  reader: Reader,
  now: () => number,
): DigestStore => {
  redis.defineCommand('farmhandDigest', { numberOfKeys: 1, lua: casScript });
  return {
    load: async (channel) => {
      const key = keys.digest(channel);
      const value = await guardedClient('digest', () => textOf(redis, key));
      if (value === null) return undefined;
      const digest = reader.read('digest', key, value, decodeDigest);
      // It only tells what waits: a new one is begun, and its bytes are kept beside it.
      if (!digest) await guardedClient('digest', () => redis.rename(key, `${key}:unreadable:${now()}`));
      return digest;
    },
    save: async (digest) => {
      const next = { ...digest, version: digest.version + 1 };
      const value = `${next.version}|${JSON.stringify(next)}`;
      const written = await guardedClient('digest', () =>
        redis.farmhandDigest(keys.digest(digest.channel), String(digest.version), value),
      );
      return written === 1 ? next : undefined;
    },
    remove: async (digest) => {
      await guardedClient('digest', () =>
        redis.farmhandDigest(keys.digest(digest.channel), String(digest.version), ''),
      );
    },
  };
};
