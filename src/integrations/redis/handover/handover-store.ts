import type { Redis, Result } from 'ioredis';
import { isObject } from '../../../core/json.ts';
import type { HandoverStore } from '../../../handover/post-handovers.ts';
import type { HandoverRecord } from '../../../handover/record.ts';
import { guardedClient } from '../shared/client.ts';
import type { Keys } from '../shared/keys.ts';
import { mustBe, type Reader } from '../shared/reader.ts';

/** KEYS: handover. ARGV: expected version (0: none), value. */
const casScript = `
local version = string.match(redis.call('GETRANGE', KEYS[1], 0, 15), '^(%d+)|') or '0'
if version ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1
`;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    farmhandHandover(key: string, version: string, value: string): Result<number, Context>;
  }
}

const decodeHandover = (value: string): HandoverRecord => {
  const stored: unknown = JSON.parse(value.slice(value.indexOf('|') + 1));
  mustBe(
    isObject(stored) &&
      typeof stored['name'] === 'string' &&
      [stored['version'], stored['due']].every(Number.isFinite) &&
      (stored['message'] === undefined || isObject(stored['message'])),
    'a handover',
  );
  return stored as unknown as HandoverRecord;
};

/** The newest handover of each schedule. */
export const createHandoverStore = (
  redis: Redis,
  keys: Keys,
  reader: Reader,
  now: () => number,
): HandoverStore => {
  redis.defineCommand('farmhandHandover', { numberOfKeys: 1, lua: casScript });
  return {
    load: async (name) => {
      const key = keys.handover(name);
      const value = await reader.typed('handover', key, () =>
        guardedClient('handover', () => redis.get(key)),
      );
      if (value === null) return undefined;
      const record = value === undefined ? undefined : reader.read('handover', key, value, decodeHandover);
      // The next one is posted; what this one said is lost, and its bytes are kept beside it.
      if (!record) await guardedClient('handover', () => redis.rename(key, `${key}:unreadable:${now()}`));
      return record;
    },
    save: async (record) => {
      const next = { ...record, version: record.version + 1 };
      const value = `${next.version}|${JSON.stringify(next)}`;
      const written = await guardedClient('handover', () =>
        redis.farmhandHandover(keys.handover(record.name), String(record.version), value),
      );
      return written === 1 ? next : undefined;
    },
  };
};
