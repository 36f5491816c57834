import type { Redis, Result } from 'ioredis';
import type { Digest } from '../../alerts/digest.ts';
import type { DigestStore } from '../../alerts/digest-keeper.ts';
import { guarded } from './client.ts';
import type { Keys } from './keys.ts';

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

/** Digest records, one a channel. */
export const createDigestStore = (redis: Redis, keys: Keys): DigestStore => {
  redis.defineCommand('farmhandDigest', { numberOfKeys: 1, lua: casScript });
  return {
    load: async (channel) => {
      const value = await guarded('digest', () => redis.get(keys.digest(channel)));
      return value === null ? undefined : (JSON.parse(value.slice(value.indexOf('|') + 1)) as Digest);
    },
    save: async (digest) => {
      const next = { ...digest, version: digest.version + 1 };
      const value = `${next.version}|${JSON.stringify(next)}`;
      const written = await guarded('digest', () =>
        redis.farmhandDigest(keys.digest(digest.channel), String(digest.version), value),
      );
      return written === 1 ? next : undefined;
    },
    remove: async (digest) => {
      await guarded('digest', () =>
        redis.farmhandDigest(keys.digest(digest.channel), String(digest.version), ''),
      );
    },
  };
};
