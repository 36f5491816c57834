import type { Redis } from 'ioredis';
import type { Rebuild } from '../../../rebuild/model/rebuild.ts';
import type { RebuildId } from '../../../rebuild/model/rebuild-id.ts';
import { hasEnded } from '../../../rebuild/model/record.ts';
import type {
  FlightPlace,
  RebuildFilter,
  RebuildQueries,
  RebuildsInFlight,
} from '../../../rebuild/ports/store.ts';
import { parts } from '../../../reconcile/work.ts';
import { decodeLine } from '../alerts/event-format.ts';
import { guardedClient } from '../shared/client.ts';
import type { Keys } from '../shared/keys.ts';
import type { Reader } from '../shared/reader.ts';
import { rebuildPage } from './rebuild-pages.ts';
import { decodeRebuild } from './rebuild-write-plan.ts';

/** Records read at once while a list is filled. */
const readStep = 50;
/** Ids looked at for one list at the most. */
const scanLimit = 5_000;

/** Reads for people: commands, App Home, the API. */
export const createRebuildQueries = (
  redis: Redis,
  keys: Keys,
  reader: Reader,
): RebuildQueries & RebuildsInFlight => {
  const load = async (ids: readonly RebuildId[]): Promise<readonly Rebuild[]> => {
    if (ids.length === 0) return [];
    const values = await guardedClient('read', () => redis.mget(...ids.map(keys.rebuild)));
    return values.flatMap((value, i) =>
      value === null ? [] : (reader.read('rebuild', keys.rebuild(ids[i] ?? ''), value, decodeRebuild) ?? []),
    );
  };
  const newest = (key: string): Promise<readonly RebuildId[]> =>
    guardedClient('list', () => redis.zrevrange(key, 0, scanLimit - 1));
  const flights = async (): Promise<readonly Rebuild[]> => {
    const places = await guardedClient('list', () => redis.hvals(keys.rebuildsInFlight));
    const rebuilds = await load(places.map((place) => parsePlace(place).id));
    return rebuilds.filter((rebuild) => !hasEnded(rebuild)).toSorted((a, b) => b.at - a.at);
  };
  const firstOf = async (ids: readonly RebuildId[], filter: RebuildFilter): Promise<readonly Rebuild[]> => {
    const found: Rebuild[] = [];
    for (let from = 0; from < ids.length && found.length < filter.limit; from += readStep) {
      const rebuilds = await load(ids.slice(from, from + readStep));
      found.push(...rebuilds.filter((rebuild) => fits(rebuild, filter)));
    }
    return found.slice(0, filter.limit);
  };
  /** @throws UnreadableRecord */
  const only = async (id: RebuildId | undefined): Promise<Rebuild | undefined> => {
    const value = id === undefined ? null : await guardedClient('read', () => redis.get(keys.rebuild(id)));
    return value === null || id === undefined
      ? undefined
      : reader.mustRead('rebuild', keys.rebuild(id), value, decodeRebuild);
  };

  return {
    get: only,

    list: async (filter) => {
      if (filter.instance !== undefined)
        return firstOf(await newest(keys.rebuildsOf(filter.instance)), filter);
      if (filter.state === 'failed') return firstOf(await newest(keys.rebuildsFailed), filter);
      if (filter.state === 'ended') return firstOf(await newest(keys.rebuildsEnded), filter);
      const inFlight = (await flights()).slice(0, filter.limit);
      if (filter.state === 'flight' || inFlight.length === filter.limit) return inFlight;
      const limit = filter.limit - inFlight.length;
      const ended = await firstOf(await newest(keys.rebuildsEnded), { ...filter, state: 'ended', limit });
      const told = new Set(inFlight.map(({ id }) => id));
      return [...inFlight, ...ended.filter(({ id }) => !told.has(id))];
    },

    page: (filter) => rebuildPage({ redis, keys, load, flights }, filter),

    ofInstance: async (instance) => {
      const place = await guardedClient('find', () => redis.hget(keys.rebuildsInFlight, instance));
      const rebuild = await only(place === null ? undefined : parsePlace(place).id);
      return rebuild && !hasEnded(rebuild) ? rebuild : undefined;
    },

    journal: async (id) => {
      const key = keys.rebuildJournal(id);
      const lines = await reader.typed('journal', key, () =>
        guardedClient('journal', () => redis.lrange(key, 0, -1)),
      );
      return reader.lines(key, lines ?? [], decodeLine);
    },

    byThread: async (channel, ts) =>
      (await guardedClient('thread', () => redis.get(keys.rebuildThread(channel, ts)))) ?? undefined,

    inFlight: async () => {
      const places = await guardedClient('list', () => redis.hgetall(keys.rebuildsInFlight));
      return new Map(Object.entries(places).map(([instance, place]) => [instance, parsePlace(place)]));
    },
  };
};

const fits = (rebuild: Rebuild, { state }: RebuildFilter): boolean => {
  switch (state) {
    case undefined:
      return true;
    case 'flight':
      return !hasEnded(rebuild);
    case 'failed':
      return rebuild.phase === 'failed';
    case 'ended':
      return hasEnded(rebuild);
    default:
      return state satisfies never;
  }
};

const parsePlace = (place: string): FlightPlace => {
  const [id = '', channel = '', ts = ''] = place.split('|');
  return { id, channel, ...(ts !== '' && { ts }) };
};

/** Drops from the indexes what retention has ended before this; ms. */
export const tidyRebuilds = async (redis: Redis, keys: Keys, before: number, now: number): Promise<void> => {
  for (const key of [keys.rebuildsEnded, keys.rebuildsFailed]) {
    await guardedClient('tidy', () => redis.zremrangebyscore(key, '-inf', before));
  }
  for (const part of parts) {
    const key = keys.rebuildsDue(part);
    const old = await guardedClient('tidy', () =>
      redis.zrangebyscore(key, '-inf', now - 86_400_000, 'LIMIT', 0, 100),
    );
    for (const id of old) {
      const exists = await guardedClient('tidy', () => redis.exists(keys.rebuild(id)));
      if (exists === 0) await guardedClient('tidy', () => redis.zrem(key, id));
    }
  }
};
