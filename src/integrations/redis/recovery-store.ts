import type { Redis, Result } from 'ioredis';
import type { LostRoot } from '../../recovery/lost-root.ts';
import type { Mark } from '../../recovery/mark.ts';
import type { RecoveryStore } from '../../recovery/ports.ts';
import type { Recovery } from '../../recovery/recovery.ts';
import { guarded } from './client.ts';
import type { Keys } from './keys.ts';

/** KEYS: mark. ARGV: epoch that is there (empty: none), field and value pairs. */
const beginScript = `
if (redis.call('HGET', KEYS[1], 'epoch') or '') ~= ARGV[1] then return 0 end
redis.call('HDEL', KEYS[1], 'recovery')
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
return 1
`;

/** KEYS: mark. ARGV: epoch, field, value. Never makes a mark where there is none. */
const setScript = `
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
return 1
`;

/** KEYS: lease. ARGV: owner, ms. */
const leaseScript = `
local held = redis.call('GET', KEYS[1])
if held and held ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`;

/** KEYS: lease. ARGV: owner. */
const releaseScript = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
`;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    farmhandBegin(mark: string, over: string, ...fields: string[]): Result<number, Context>;
    farmhandMark(mark: string, epoch: string, field: string, value: string): Result<number, Context>;
    farmhandRecoveryLease(lease: string, owner: string, ms: number): Result<number, Context>;
    farmhandRecoveryRelease(lease: string, owner: string): Result<number, Context>;
  }
}

/** Writes at once; more would hold up the others. */
const chunk = 500;

/** The mark, the recovery and the roots that are not on record, in Redis. */
export const createRecoveryStore = (redis: Redis, keys: Keys): RecoveryStore => {
  redis.defineCommand('farmhandBegin', { numberOfKeys: 1, lua: beginScript });
  redis.defineCommand('farmhandMark', { numberOfKeys: 1, lua: setScript });
  redis.defineCommand('farmhandRecoveryLease', { numberOfKeys: 1, lua: leaseScript });
  redis.defineCommand('farmhandRecoveryRelease', { numberOfKeys: 1, lua: releaseScript });

  const read = async (ids: readonly string[]): Promise<readonly LostRoot[]> => {
    if (ids.length === 0) return [];
    const values = await guarded('lost roots', () => redis.hmget(keys.lostRoots, ...ids));
    return values.flatMap((value) => (value === null ? [] : [JSON.parse(value) as LostRoot]));
  };

  return {
    look: async () => {
      const [fields, books] = await guarded('mark', () =>
        Promise.all([redis.hgetall(keys.mark), redis.exists(keys.books)]),
      );
      const mark = markOf(fields);
      const { recovery } = fields;
      return {
        ...(mark && { mark }),
        books: books === 1,
        ...(mark && recovery && { recovery: JSON.parse(recovery) as Recovery }),
      };
    },
    begin: async (over, { epoch, generation, count, at }, recovery) => {
      const fields = { epoch, generation: String(generation), count: String(count), at: String(at) };
      const pairs = Object.entries(fields).flat();
      if (recovery) pairs.push('recovery', JSON.stringify(recovery));
      return (await guarded('mark', () => redis.farmhandBegin(keys.mark, over ?? '', ...pairs))) === 1;
    },
    beat: async (epoch, at) => {
      await guarded('mark', () => redis.farmhandMark(keys.mark, epoch, 'at', String(at)));
    },
    save: async (epoch, recovery) =>
      (await guarded('recovery', () =>
        redis.farmhandMark(keys.mark, epoch, 'recovery', JSON.stringify(recovery)),
      )) === 1,
    lease: async (owner, ms) =>
      (await guarded('lease', () => redis.farmhandRecoveryLease(keys.recoveryLease, owner, ms))) === 1,
    release: async (owner) => {
      await guarded('lease', () => redis.farmhandRecoveryRelease(keys.recoveryLease, owner));
    },
    addLost: async (roots) => {
      for (let from = 0; from < roots.length; from += chunk) {
        const part = roots.slice(from, from + chunk);
        const byId = part.flatMap((root) => [root.id, JSON.stringify(root)]);
        await guarded('lost roots', () => redis.hset(keys.lostRoots, ...byId));
        const bySeries = part.flatMap(({ id, state }) => (state ? [state.series, id] : []));
        if (bySeries.length > 0) await guarded('lost roots', () => redis.hset(keys.lostSeries, ...bySeries));
      }
    },
    lostOf: async (names) => {
      if (names.length === 0) return [];
      const ids = names.map(({ id }) => id);
      const newest = await guarded('lost roots', () =>
        redis.hmget(keys.lostSeries, ...names.map(({ series }) => series)),
      );
      return read([...new Set([...ids, ...newest.flatMap((id) => id ?? [])])]);
    },
    allLost: async () => {
      const values = await guarded('lost roots', () => redis.hvals(keys.lostRoots));
      return values.map((value) => JSON.parse(value) as LostRoot);
    },
    forgetLost: async (ids) => {
      if (ids.length > 0) await guarded('lost roots', () => redis.hdel(keys.lostRoots, ...ids));
    },
    lostCount: () => guarded('lost roots', () => redis.hlen(keys.lostRoots)),
  };
};

const markOf = ({ epoch, generation, count, at }: Record<string, string>): Mark | undefined =>
  epoch === undefined
    ? undefined
    : { epoch, generation: Number(generation ?? 0), count: Number(count ?? 0), at: Number(at ?? 0) };
