import type { Redis, Result } from 'ioredis';
import { isObject } from '../../../core/json.ts';
import type { LostName, LostRebuild } from '../../../rebuild/model/lost.ts';
import { keepSettled, type LostRoot } from '../../../recovery/lost-root.ts';
import type { RecoveryMark } from '../../../recovery/mark.ts';
import type { RecoveryStore } from '../../../recovery/ports.ts';
import type { Recovery } from '../../../recovery/recovery.ts';
import { guardedClient } from './client.ts';
import type { Keys } from './keys.ts';
import { mustBe, type Reader } from './reader.ts';

/**
 * KEYS: mark, books. ARGV: epoch that is there (empty: none), field and value pairs. In an empty store no event by place
 * has a key of its own; see event-records.ts.
 */
const beginScript = `
if (redis.call('HGET', KEYS[1], 'epoch') or '') ~= ARGV[1] then return 0 end
if ARGV[1] == '' and redis.call('EXISTS', KEYS[2]) == 0 then redis.call('HSETNX', KEYS[1], 'places', 0) end
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

declare module 'ioredis' {
  interface RedisCommander<Context> {
    farmhandBegin(mark: string, books: string, over: string, ...fields: string[]): Result<number, Context>;
    farmhandMark(mark: string, epoch: string, field: string, value: string): Result<number, Context>;
  }
}

/** Writes at once; more would hold up the others. */
const chunk = 500;

/** The mark, the recovery and the roots that are not on record, in Redis. */
export const createRecoveryStore = (redis: Redis, keys: Keys, reader: Reader): RecoveryStore => {
  redis.defineCommand('farmhandBegin', { numberOfKeys: 2, lua: beginScript });
  redis.defineCommand('farmhandMark', { numberOfKeys: 1, lua: setScript });

  const read = async (ids: readonly string[]): Promise<readonly LostRoot[]> => {
    if (ids.length === 0) return [];
    const found = await guardedClient('lost roots', () =>
      Promise.all([keys.lostRoots, keys.lostSettled].map((key) => redis.hmget(key, ...ids))),
    );
    return [keys.lostRoots, keys.lostSettled].flatMap((key, at) =>
      (found[at] ?? []).flatMap((value, i) =>
        value === null ? [] : (rootIn(ids[i] ?? '', value, key) ?? []),
      ),
    );
  };
  const rootIn = (id: string, value: string, key: string = keys.lostRoots): LostRoot | undefined =>
    reader.read('lost', `${key} ${id}`, value, decodeRoot);
  const nameIn = (id: string, value: string): LostName | undefined =>
    reader.read('lost', `${keys.lostRebuilds} ${id}`, value, decodeName);

  return {
    look: async () => {
      // In this order: whoever sees a recovery that has read the cards sees the rebuilds that were found, too.
      const [fields, books, lost] = await guardedClient('mark', () =>
        Promise.all([redis.hgetall(keys.mark), redis.exists(keys.books), redis.hgetall(keys.lostRebuilds)]),
      );
      const mark = storedMark(fields);
      const { recovery: text } = fields;
      const recovery = text && reader.read('recovery', `${keys.mark} recovery`, text, decodeRecovery);
      return {
        ...(mark && { mark }),
        books: books === 1,
        ...(fields['importing'] !== undefined && { importing: true }),
        ...(mark && recovery && { recovery }),
        rebuilds: Object.entries(lost)
          .flatMap(([id, value]) => nameIn(id, value) ?? [])
          .toSorted((a, b) => Number(b.ts) - Number(a.ts)),
      };
    },
    begin: async (over, { epoch, generation, count, at, region }, recovery) => {
      const fields = { epoch, generation: String(generation), count: String(count), at: String(at) };
      const pairs = Object.entries(fields).flat();
      if (region !== undefined) pairs.push('region', region);
      if (recovery) pairs.push('recovery', JSON.stringify(recovery));
      return (
        (await guardedClient('mark', () =>
          redis.farmhandBegin(keys.mark, keys.books, over ?? '', ...pairs),
        )) === 1
      );
    },
    beat: async (epoch, at) => {
      await guardedClient('mark', () => redis.farmhandMark(keys.mark, epoch, 'at', String(at)));
    },
    save: async (epoch, recovery) =>
      (await guardedClient('recovery', () =>
        redis.farmhandMark(keys.mark, epoch, 'recovery', JSON.stringify(recovery)),
      )) === 1,
    addLost: async (roots) => {
      for (let from = 0; from < roots.length; from += chunk) {
        const part = roots.slice(from, from + chunk);
        const byId = part.flatMap((root) => [root.id, JSON.stringify(root)]);
        await guardedClient('lost roots', () => redis.hset(keys.lostRoots, ...byId));
        const bySeries = part.flatMap(({ id, state }) => (state ? [state.series, id] : []));
        if (bySeries.length > 0) {
          await guardedClient('lost roots', () =>
            redis
              .multi()
              .hset(keys.lostSeries, ...bySeries)
              .persist(keys.lostSeries)
              .exec(),
          );
        }
      }
    },
    lostOf: async (names) => {
      if (names.length === 0) return [];
      const ids = names.map(({ id }) => id);
      const newest = await guardedClient('lost roots', () =>
        redis.hmget(keys.lostSeries, ...names.map(({ series }) => series)),
      );
      return read([...new Set([...ids, ...newest.flatMap((id) => id ?? [])])]);
    },
    allLost: async () => {
      const values = await guardedClient('lost roots', () => redis.hgetall(keys.lostRoots));
      return Object.entries(values).flatMap(([id, value]) => rootIn(id, value) ?? []);
    },
    settleLost: async (ids, at) => {
      const roots = await read(ids);
      if (roots.length === 0) return;
      const settled = roots.flatMap((root) => [root.id, JSON.stringify({ ...root, settledAt: at })]);
      await guardedClient('lost roots', () =>
        redis
          .multi()
          .hset(keys.lostSettled, ...settled)
          .pexpire(keys.lostSettled, keepSettled)
          .pexpire(keys.lostSeries, keepSettled)
          .hdel(keys.lostRoots, ...ids)
          .exec(),
      );
    },
    forgetLost: async (ids) => {
      if (ids.length === 0) return;
      await guardedClient('lost roots', () =>
        redis
          .multi()
          .hdel(keys.lostRoots, ...ids)
          .hdel(keys.lostSettled, ...ids)
          .exec(),
      );
    },
    lostCount: () => guardedClient('lost roots', () => redis.hlen(keys.lostRoots)),
    addLostRebuilds: async (rebuilds) => {
      for (const { memory, ...name } of rebuilds) {
        await guardedClient('lost rebuilds', async () => {
          await redis
            .multi()
            .hset(keys.lostRebuilds, name.id, JSON.stringify(name))
            .hset(keys.lostMemories, name.id, JSON.stringify(memory ?? null))
            .exec();
        });
      }
    },
    lostRebuild: async (id) => {
      const [value, told] = await guardedClient('lost rebuilds', () =>
        Promise.all([redis.hget(keys.lostRebuilds, id), redis.hget(keys.lostMemories, id)]),
      );
      const name = value === null ? undefined : nameIn(id, value);
      const memory =
        told === null ? undefined : reader.read('lost', `${keys.lostMemories} ${id}`, told, decodeMemory);
      return name && { ...name, ...(memory && { memory }) };
    },
    forgetRebuild: async (id) => {
      await guardedClient('lost rebuilds', () =>
        redis.multi().hdel(keys.lostRebuilds, id).hdel(keys.lostMemories, id).exec(),
      );
    },
  };
};

const decodeRoot = (value: string): LostRoot => {
  const stored: unknown = JSON.parse(value);
  mustBe(
    isObject(stored) &&
      [stored['id'], stored['channel'], stored['ts']].every((part) => typeof part === 'string'),
    'a root message',
  );
  return stored as unknown as LostRoot;
};

const decodeName = (value: string): LostName => {
  const stored: unknown = JSON.parse(value);
  const { id, instance, channel, ts, is } = isObject(stored) ? stored : {};
  mustBe(
    [id, instance, channel, ts, is].every((part) => typeof part === 'string'),
    'a lost rebuild',
  );
  return stored as LostName;
};

const decodeMemory = (value: string): LostRebuild['memory'] => {
  const stored: unknown = JSON.parse(value);
  if (stored === null) return undefined;
  mustBe(isObject(stored) && Number.isFinite(stored['version']), 'what a card remembers');
  return stored as LostRebuild['memory'];
};

const decodeRecovery = (value: string): Recovery => {
  const stored: unknown = JSON.parse(value);
  mustBe(
    isObject(stored) &&
      isObject(stored['channels']) &&
      Number.isFinite(stored['since']) &&
      ['reading', 'rebuilds', 'over'].includes(String(stored['phase'])),
    'a recovery',
  );
  return stored as unknown as Recovery;
};

export const storedMark = ({
  epoch,
  generation,
  count,
  at,
  region,
}: Record<string, string>): RecoveryMark | undefined =>
  epoch === undefined
    ? undefined
    : {
        ...{ epoch, generation: Number(generation ?? 0), count: Number(count ?? 0), at: Number(at ?? 0) },
        ...(region !== undefined && { region }),
      };
