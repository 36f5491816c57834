import type { Redis } from 'ioredis';
import type { Alert, AlertId } from '../../../alerts/model/alert.ts';
import { reachOf, startOf, surelyNew } from '../../../alerts/model/event-place.ts';
import { seriesFingerprint } from '../../../alerts/model/open.ts';
import {
  type AlertChange,
  type AlertStore,
  type AlertsSeen,
  UnreadableSeries,
} from '../../../alerts/ports/store.ts';
import { StoreUnavailable } from '../../../core/errors.ts';
import type { JournalEntry } from '../../../core/journal.ts';
import { asStored } from '../../../core/json.ts';
import { guardedClient } from '../shared/client.ts';
import type { Keys } from '../shared/keys.ts';
import type { Reader } from '../shared/reader.ts';
import { decodeAlert } from './alert-format.ts';
import type { CommitRecords } from './commit.ts';
import type { Block } from './commit-plan.ts';
import { commitTogether } from './commit-together.ts';
import { decodeEvent } from './event-format.ts';
import { type EventRecords, sortIds } from './event-records.ts';
import type { LiveRecords } from './live-records.ts';

/** Series a script call: keeps one call under a few milliseconds of Redis' time. */
const batchSize = 250;
const maxTries = 20;

interface Located {
  readonly alert: Alert;
  readonly key: string;
}

/** Alert records in Redis. */
export const createAlertStore = (
  redis: Redis,
  keys: Keys,
  commit: CommitRecords,
  reader: Reader,
  records: LiveRecords,
  eventRecords: EventRecords,
): AlertStore => {
  const { keyOf } = records;
  const write = commitTogether(commit);
  /** Series whose key holds something that is no record at all: met when a write there is refused. */
  const occupied = new Set<string>();

  const mget = async (all: readonly string[]): Promise<readonly (string | null)[]> =>
    all.length === 0 ? [] : guardedClient('read', () => redis.mget(...all));
  const values = (names: readonly string[]): Promise<readonly (string | null)[]> =>
    mget(names.map(keys.full));

  const load = async (names: readonly string[]): Promise<(Alert | undefined)[]> =>
    (await values(names)).map((value, i) =>
      value === null ? undefined : reader.read('alert', keys.full(names[i] ?? ''), value, decodeAlert),
    );

  /** @throws UnreadableRecord when there is something where this alert would be, and it cannot be read. */
  const mustBeAbsent = async (id: AlertId): Promise<void> => {
    const names = [keys.series(seriesFingerprint(id)), keys.archive(id)];
    for (const [i, value] of (await values(names)).entries()) {
      if (value !== null) reader.mustRead('alert', keys.full(names[i] ?? ''), value, decodeAlert);
    }
  };

  /** Of what could not be written as new: the series whose key is taken by something that is no record. */
  const noteOccupied = async (fingerprints: readonly string[]): Promise<void> => {
    for (const fingerprint of fingerprints) {
      const key = keys.full(keys.series(fingerprint));
      const type = await guardedClient('read', () => redis.type(key));
      if (type === 'none' || type === 'string') occupied.delete(fingerprint);
      else {
        occupied.add(fingerprint);
        reader.tell('alert', key, new Error(`it is a ${type}`));
      }
    }
  };

  const locate = async (ids: readonly AlertId[]): Promise<ReadonlyMap<AlertId, Located>> => {
    const live = records.of(ids, await values(ids.map((id) => keys.series(seriesFingerprint(id)))));
    const found = new Map<AlertId, Located>();
    for (const [id, alert] of live) found.set(id, { alert, key: keys.series(seriesFingerprint(id)) });
    for (const alert of await load(ids.filter((id) => !live.has(id)).map(keys.archive))) {
      if (!alert) continue;
      found.set(alert.id, { alert, key: keys.archive(alert.id) });
      keyOf.set(alert, keys.archive(alert.id));
    }
    return found;
  };

  /** `found`: what lies at the series. */
  const readSeries = (
    fingerprints: readonly string[],
    found: readonly (string | null)[],
  ): Omit<AlertsSeen, 'known'> => {
    const live = new Map<string, Alert>();
    const unreadable = new Map<string, string>();
    for (const [i, fingerprint] of fingerprints.entries()) {
      const key = keys.full(keys.series(fingerprint));
      const value = found[i] ?? null;
      const alert = value === null ? undefined : reader.read('alert', key, value, decodeAlert);
      if (alert) live.set(alert.fingerprint, alert);
      else if (value !== null || occupied.has(fingerprint)) unreadable.set(fingerprint, key);
    }
    return { live, unreadable };
  };

  const look: AlertStore['look'] = async ({ fingerprints, eventIds, nonces }) => {
    const taken = occupied.size === 0 ? [] : fingerprints.filter((each) => occupied.has(each));
    if (taken.length > 0) await noteOccupied(taken);
    const { named, placed } = sortIds(eventIds);
    const names = fingerprints.map((each) => keys.full(keys.series(each)));
    const single = [...named, ...nonces];
    const all = [...names, ...named.map(keys.event), ...nonces.map(keys.nonce)];
    const knownOf = (ids: readonly string[], found: readonly (string | null)[]): string[] =>
      ids.filter((_, i) => (found[names.length + i] ?? null) !== null);
    const oldToo = placed.length > 0 && (await eventRecords.oldToo());
    if (!oldToo) {
      // The mark of a partition and the series in one command, so that both are of one moment.
      const places = placed.map(({ place }) => place);
      const streams = [...reachOf(places).keys()];
      const found = await mget([...all, ...streams.map(keys.eventsSeen)]);
      const marks = streams.flatMap((stream, i) => {
        const seen = found[all.length + i] ?? null;
        return seen === null ? [] : [[stream, seen] as const];
      });
      if (surelyNew(places, new Map(marks)))
        return { ...readSeries(fingerprints, found), known: new Set(knownOf(single, found)) };
    }
    // Series first: an event that is written after them makes the write of its series a conflict.
    const old = oldToo ? placed.map(({ id }) => id) : [];
    const [found, byPlace] = await Promise.all([
      mget([...all, ...old.map(keys.event)]),
      eventRecords.byPlace(placed),
    ]);
    const known = new Set([...knownOf([...single, ...old], found), ...byPlace.keys()]);
    return { ...readSeries(fingerprints, found), known };
  };

  return {
    getMany: async (ids) => {
      const located = await locate(ids);
      return new Map([...located].map(([id, { alert }]) => [id, alert]));
    },

    look,

    series: async (fingerprints) => {
      const { live, unreadable } = await look({ fingerprints, eventIds: [], nonces: [] });
      if (unreadable.size > 0) throw new UnreadableSeries(unreadable, live);
      return live;
    },

    alertsOf: async (eventIds) => {
      const alerts = new Map<string, AlertId>();
      for (const [id, value] of await eventRecords.values(eventIds)) {
        const event = reader.read('event', keys.event(id), value, (text) => decodeEvent(id, text));
        if (event?.alertId !== undefined) alerts.set(id, event.alertId);
      }
      return alerts;
    },

    takeInUnknown: async (writes, loose, { fingerprints, eventIds, nonces }) => {
      const { named, placed } = sortIds(eventIds);
      const asManyAsOneCallTakes = writes.length > 0 && writes.length <= batchSize;
      if (!asManyAsOneCallTakes || (placed.length > 0 && (await eventRecords.oldToo()))) return false;
      const series = fingerprints.map((each) => keys.full(keys.series(each)));
      const unless = {
        keys: [
          ...series,
          ...named.map(keys.event),
          ...nonces.map((nonce) => keys.nonce(nonce.toWellFormed())),
        ],
        places: [...startOf(placed.map(({ place }) => place))],
      };
      const blocks = writes.map((write) => ({ ...write, key: keys.series(write.after.fingerprint) }));
      // All or nothing: nothing lies where they go.
      return (await commit(blocks, loose, unless)).length === 0;
    },

    takeIn: async (writes, loose) => {
      const parts = writes.length === 0 ? [writes] : chunksOf(writes, batchSize);
      // All at once: the next part is written out while Redis works on the one before.
      const conflicts = await Promise.all(
        parts.map(async (part, i) => {
          const blocks = part.map((write) => ({ ...write, key: keys.series(write.after.fingerprint) }));
          const places = await commit(blocks, i === 0 ? loose : []);
          return places.flatMap((place) => part[place]?.after.fingerprint ?? []);
        }),
      );
      const conflicting = new Set(conflicts.flat());
      if (conflicting.size > 0) {
        const fresh = writes.filter(({ before, after }) => !before && conflicting.has(after.fingerprint));
        await noteOccupied(fresh.map(({ after }) => after.fingerprint));
      }
      return [...conflicting];
    },

    update: async (id, change, seen) => {
      let given = seen && keyOf.get(seen);
      for (let tries = 0; tries < maxTries; tries++) {
        const at = seen && given ? { alert: seen, key: given } : (await locate([id])).get(id);
        if (!at) {
          await mustBeAbsent(id);
          return undefined;
        }
        const result = change(at.alert);
        // Only the newest record can say that there is nothing to do.
        if (!result.write && !given) return result;
        given = undefined;
        if (!result.write) continue;
        const { alert } = result.write;
        if (!(await write(updateBlock(at, result.write)))) continue;
        const stored = storedAs(alert, result.write.journal, at.alert.version + 1);
        keyOf.set(stored, at.key);
        return asStored(result, alert, stored);
      }
      throw new StoreUnavailable(
        `Alert ${id} kept changing while it was written; nothing was changed. Try again.`,
      );
    },
  };
};

/** With its first own line its journal is written, and the record no longer says how it begins. */
const storedAs = (alert: Alert, journal: readonly JournalEntry[], version: number): Alert => {
  if (journal.length === 0) return { ...alert, version };
  const { opening: _, ...rest } = alert;
  return { ...rest, version };
};

const updateBlock = (at: Located, write: NonNullable<AlertChange['write']>): Block => ({
  key: at.key,
  before: at.alert,
  after: write.alert,
  archived: [],
  journal: write.journal.map((entry) => ({ id: at.alert.id, entry })),
  events: [],
  nonces: [],
  ...(write.settles && { settles: write.settles }),
  ...(write.urgent && { urgent: true }),
  ...(write.audited && { audited: write.audited }),
});

const chunksOf = <T>(items: readonly T[], size: number): (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
