import type { Redis } from 'ioredis';
import { blockOf, type EventPlace, fieldOf, placeOfEvent } from '../../../alerts/model/event-place.ts';
import { guardedClient } from '../shared/client.ts';
import type { Keys } from '../shared/keys.ts';
import type { Reader } from '../shared/reader.ts';

export interface PlacedId {
  readonly id: string;
  readonly place: EventPlace;
}

/** Ids whose records lie by place, and the others, which have a key each. */
export interface SortedIds {
  readonly named: readonly string[];
  readonly placed: readonly PlacedId[];
}

export const sortIds = (ids: readonly string[]): SortedIds => {
  const named: string[] = [];
  const placed: PlacedId[] = [];
  for (const id of ids) {
    const place = placeOfEvent(id);
    if (place) placed.push({ id, place });
    else named.push(id);
  }
  return { named, placed };
};

export interface EventRecords {
  /** The values of those that lie by place. */
  byPlace(placed: readonly PlacedId[]): Promise<ReadonlyMap<string, string>>;
  /** What lies there of these, by whichever key. */
  values(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Records by place may still lie at a key of their own, where a farmhand of before put them. */
  oldToo(): boolean | Promise<boolean>;
}

export interface EventRecordsDeps {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly reader: Pick<Reader, 'typed'>;
  readonly now: () => number;
  /** How long an event is kept; ms. */
  readonly kept: () => number;
  /** Which life of the store this process knows: another one may be an older copy. */
  readonly epoch: () => string | undefined;
}

/** Clocks of processes differ by less; ms. */
const clockSlack = 600_000;

export const createEventRecords = (deps: EventRecordsDeps): EventRecords => {
  const { redis, keys, reader, now, kept, epoch } = deps;
  let known: { readonly epoch: string | undefined; readonly since: number } | undefined;
  const within = (since: number): boolean => now() - since < kept() + clockSlack;
  const askSince = async (): Promise<boolean> => {
    const asked = epoch();
    const since = await guardedClient('mark', () => redis.hget(keys.mark, placesSince));
    if (since === null || !Number.isFinite(Number(since))) return true;
    known = { epoch: asked, since: Number(since) };
    return within(known.since);
  };
  const byPlace: EventRecords['byPlace'] = async (placed) => {
    const hashes = Map.groupBy(placed, ({ place }) => keys.eventBlock(blockOf(place)));
    const found = new Map<string, string>();
    const asked = [...hashes].map(async ([key, ids]) => {
      const fields = ids.map(({ place }) => fieldOf(place));
      const values = await reader.typed('event', key, () =>
        guardedClient('read', () => redis.hmget(key, ...fields)),
      );
      for (const [i, value] of (values ?? []).entries()) {
        const id = ids[i]?.id;
        if (value !== null && id !== undefined) found.set(id, value);
      }
    });
    await Promise.all(asked);
    return found;
  };
  return {
    byPlace,
    values: async (ids) => {
      if (ids.length === 0) return new Map();
      const found = new Map(await byPlace(sortIds(ids).placed));
      const others = ids.filter((id) => !found.has(id));
      const values =
        others.length === 0 ? [] : await guardedClient('read', () => redis.mget(others.map(keys.event)));
      for (const [i, id] of others.entries()) {
        const value = values[i] ?? null;
        if (value !== null) found.set(id, value);
      }
      return found;
    },
    oldToo: () => (known && known.epoch === epoch() ? within(known.since) : askSince()),
  };
};

/** Field of the mark: since when no process of a new version writes a key for an event by place; ms, 0: ever since. */
const placesSince = 'places';
