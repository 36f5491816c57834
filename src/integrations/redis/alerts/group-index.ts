import type { Redis, Result } from 'ioredis';
import type { GroupIndex } from '../../../alerts/groups/gather.ts';
import type { GroupKey, MemberRow } from '../../../alerts/model/group.ts';
import { isObject } from '../../../core/json.ts';
import { guardedClient } from '../shared/client.ts';
import type { Keys } from '../shared/keys.ts';
import { mustBe, type Reader } from '../shared/reader.ts';

/**
 * KEYS: rows, groups of the lane. ARGV: group, the count that was seen, when it may be gathered again, ttl (0: none; ms),
 * rows to drop. With another count it stays due, and nothing is dropped: a member was written meanwhile.
 */
const settleScript = `
local rows, lane = KEYS[1], KEYS[2]
local there = redis.call('TYPE', rows).ok == 'hash'
if there and ARGV[2] ~= '' then redis.call('HSET', rows, '@', ARGV[3]) end
if there and (redis.call('HGET', rows, '#') or '') ~= ARGV[2] then
  redis.call('ZADD', lane, ARGV[3], ARGV[1])
  return 0
end
redis.call('ZREM', lane, ARGV[1])
if not there then return 1 end
for i = 5, #ARGV do redis.call('HDEL', rows, ARGV[i]) end
if ARGV[4] == '0' then redis.call('PERSIST', rows) else redis.call('PEXPIRE', rows, ARGV[4]) end
return 1
`;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    farmhandGathered(rows: string, lane: string, ...args: (string | number)[]): Result<number, Context>;
  }
}

const decodeRow = (text: string): MemberRow => {
  const row: unknown = JSON.parse(text);
  mustBe(
    isObject(row) &&
      [row['id'], row['name'], row['about'], row['severity']].every((value) => typeof value === 'string') &&
      (row['status'] === 'firing' || row['status'] === 'resolved') &&
      [row['startsAt'], row['joined']].every(Number.isFinite),
    'a row of a group',
  );
  return row as unknown as MemberRow;
};

const decodeKey = (text: string): GroupKey => {
  const key: unknown = JSON.parse(text);
  mustBe(isObject(key) && typeof key['channel'] === 'string' && isObject(key['by']), 'the key of a group');
  return key as unknown as GroupKey;
};

/** The rows of groups, in Redis; `retention`: how long those of one that is over are kept; ms. */
export const createGroupIndex = (redis: Redis, keys: Keys, reader: Reader, retention: number): GroupIndex => {
  redis.defineCommand('farmhandGathered', { numberOfKeys: 2, lua: settleScript });
  return {
    due: (channel, now, count) =>
      guardedClient('group', () =>
        redis.zrangebyscore(keys.lanesGroups(channel), '-inf', now, 'LIMIT', 0, count),
      ),
    members: async (group) => {
      const name = keys.group(group);
      const stored = await reader.typed('index', name, () =>
        guardedClient('group', () => redis.hgetall(name)),
      );
      const { k, '#': seq, '@': _, ...texts } = stored ?? {};
      if (seq === undefined) return undefined;
      const key = k === undefined ? undefined : reader.read('index', name, k, decodeKey);
      const rows = Object.values(texts).flatMap((text) => reader.read('index', name, text, decodeRow) ?? []);
      return { rows, seq, ...(key && { key }) };
    },
    settle: async (channel, group, seq, { next, gone, over }) => {
      await guardedClient('group', () =>
        redis.farmhandGathered(
          keys.group(group),
          keys.lanesGroups(channel),
          ...[group, seq, next, over ? retention : 0, ...gone],
        ),
      );
    },
  };
};
