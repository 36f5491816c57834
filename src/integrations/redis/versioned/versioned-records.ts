import type { Redis, Result } from 'ioredis';
import { guardedClient } from '../shared/client.ts';
import type { Reader, RecordKind } from '../shared/reader.ts';

/** KEYS: record. ARGV: expected version (0: none), value or empty to delete. */
const casScript = `
local version = string.match(redis.call('GETRANGE', KEYS[1], 0, 15), '^(%d+)|') or '0'
if version ~= ARGV[1] then return 0 end
if ARGV[2] == '' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], ARGV[2]) end
return 1
`;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    farmhandVersioned(key: string, version: string, value: string): Result<number, Context>;
  }
}

/** Records that nothing else hangs on, one a key. */
export interface VersionedRecords<T> {
  load(key: string): Promise<T | undefined>;
  /** Compare-and-set on the version; answers what is now stored, or undefined when somebody was faster. */
  save(key: string, record: T): Promise<T | undefined>;
  /** The same. */
  remove(key: string, record: T): Promise<void>;
}

export interface VersionedDeps {
  readonly redis: Redis;
  readonly reader: Reader;
  readonly now: () => number;
}

/** @param decode throws where it is none */
export const createVersionedRecords = <T extends { readonly version: number }>(
  { redis, reader, now }: VersionedDeps,
  kind: RecordKind,
  decode: (stored: unknown) => T,
): VersionedRecords<T> => {
  redis.defineCommand('farmhandVersioned', { numberOfKeys: 1, lua: casScript });
  const decodeValue = (value: string): T => decode(JSON.parse(value.slice(value.indexOf('|') + 1)));
  const write = async (key: string, version: number, value: string): Promise<boolean> =>
    (await guardedClient(kind, () => redis.farmhandVersioned(key, String(version), value))) === 1;
  return {
    load: async (key) => {
      const value = await reader.typed(kind, key, () => guardedClient(kind, () => redis.get(key)));
      if (value === null) return undefined;
      const record = value === undefined ? undefined : reader.read(kind, key, value, decodeValue);
      // A new one is begun; what this one said is lost, and its bytes are kept beside it.
      if (!record) await guardedClient(kind, () => redis.rename(key, `${key}:unreadable:${now()}`));
      return record;
    },
    save: async (key, record) => {
      const next = { ...record, version: record.version + 1 };
      const written = await write(key, record.version, `${next.version}|${JSON.stringify(next)}`);
      return written ? next : undefined;
    },
    remove: async (key, { version }) => {
      await write(key, version, '');
    },
  };
};
