import type { Redis } from 'ioredis';
import { openedLines } from '../../../alerts/evolve/evolve.ts';
import type { Alert } from '../../../alerts/model/alert.ts';
import { blockOf, fieldOf, placeOfEvent } from '../../../alerts/model/event-place.ts';
import { seriesFingerprint } from '../../../alerts/model/open.ts';
import type {
  AlertFilter,
  AlertPage,
  AlertQueries,
  Books,
  LaneStatus,
} from '../../../alerts/ports/queries.ts';
import { type AlertStore, UnreadableSeries } from '../../../alerts/ports/store.ts';
import { FarmhandError, UnreadableRecord } from '../../../core/errors.ts';
import { guardedClient } from '../shared/client.ts';
import type { Keys } from '../shared/keys.ts';
import type { Reader } from '../shared/reader.ts';
import { decodeAlert } from './alert-format.ts';
import { decodeEvent, decodeLine } from './event-format.ts';

/** Ids read at once while a page is filled. */
const scanStep = 500;
/** Records looked at for one page, about; a page of rare alerts is short then, and the cursor goes on from there. */
const scanLimit = 10_000;

/** Reads for people: Slack commands and the API. */
export const createAlertQueries = (
  redis: Redis,
  keys: Keys,
  store: AlertStore,
  reader: Reader,
  now: () => number,
): AlertQueries => {
  /** By its whole id. @throws UnreadableRecord */
  const byId = async (id: string): Promise<Alert | undefined> => {
    const alert = (await store.getMany([id])).get(id);
    if (alert) return alert;
    const names = [keys.series(seriesFingerprint(id)), keys.archive(id)].map(keys.full);
    const values = await guardedClient('read', () => redis.mget(...names));
    for (const [i, value] of values.entries()) {
      if (value !== null) reader.mustRead('alert', names[i] ?? '', value, decodeAlert);
    }
    return undefined;
  };
  const byPrefix = async (prefix: string): Promise<Alert | undefined> => {
    if (!/^[0-9a-f]{4,16}(-[0-9a-z]*)?$/.test(prefix)) return undefined;
    const ids = await guardedClient('find', () => redis.zrange(keys.open, '0', '-1'));
    const matching = ids.filter((id) => id.startsWith(prefix));
    const [only, ...others] = matching;
    if (only === undefined || others.length > 0) return undefined;
    return byId(only);
  };

  return {
    get: async (idOrPrefix) => (await byId(idOrPrefix)) ?? byPrefix(idOrPrefix),

    list: (filter) => listPage(redis, keys, store, filter),

    counts: async () => {
      const [firing, resolved] = await guardedClient('count', () =>
        Promise.all([redis.zcard(keys.open), redis.zcard(keys.closed)]),
      );
      return { firing, resolved };
    },

    journal: async (id) => {
      const key = keys.journal(id);
      // The record first: what is written between the two reads is then there twice, and not missing.
      const alert = (await store.getMany([id])).get(id);
      const lines = await reader.typed('journal', key, () =>
        guardedClient('journal', () => redis.lrange(key, 0, -1)),
      );
      const read = reader.lines(key, lines ?? [], decodeLine);
      const written = alert?.opening === undefined || read.some(({ what }) => what === 'opened');
      return written ? read : [...openedLines(alert, alert.opening), ...read];
    },

    event: async (id) => {
      const place = placeOfEvent(id);
      if (place) {
        const key = keys.eventBlock(blockOf(place));
        const value = await reader.typed('event', key, () =>
          guardedClient('event', () => redis.hget(key, fieldOf(place))),
        );
        if (value === undefined) throw new UnreadableRecord('event', key);
        if (value !== null)
          return reader.mustRead('event', `${key} ${fieldOf(place)}`, value, (text) => decodeEvent(id, text));
      }
      // Also of those by place: a farmhand of before gave each a key of its own.
      const key = keys.event(id);
      const value = await reader.typed('event', key, () => guardedClient('event', () => redis.get(key)));
      if (value === undefined) throw new UnreadableRecord('event', key);
      if (value === null) return undefined;
      return reader.mustRead('event', key, value, (text) => decodeEvent(id, text));
    },

    byThread: async (channel, ts) =>
      (await guardedClient('thread', () => redis.hget(keys.threads(channel), ts))) ?? undefined,

    groups: async (fingerprints) => {
      if (fingerprints.length === 0) return new Map();
      try {
        return await store.series(fingerprints);
      } catch (error) {
        if (error instanceof UnreadableSeries) return error.live;
        throw error;
      }
    },

    books: async () => toBooks(await guardedClient('books', () => redis.hgetall(keys.books))),

    lanes: async () => {
      const channels = await guardedClient('lanes', () => redis.smembers(keys.lanes));
      return Promise.all(channels.sort().map((channel) => laneStatus(redis, keys, store, channel, now())));
    },
  };
};

/** Firing alerts come first, the latest start first; then resolved ones, the latest end first. */
const listPage = async (
  redis: Redis,
  keys: Keys,
  store: AlertStore,
  filter: AlertFilter,
): Promise<AlertPage> => {
  const sets = filter.status === undefined ? setNames : [filter.status];
  const alerts: Alert[] = [];
  let looked = 0;
  let at = filter.cursor === undefined ? undefined : parseCursor(filter.cursor, sets);
  for (const set of at ? sets.slice(sets.indexOf(at.set)) : sets) {
    const key = set === 'firing' ? keys.open : keys.closed;
    let rank = at?.set === set ? await rankAfter(redis, key, at) : 0;
    for (;;) {
      const scored = await guardedClient('list', () =>
        redis.zrevrange(key, rank, rank + scanStep - 1, 'WITHSCORES'),
      );
      const ids = scored.filter((_, i) => i % 2 === 0);
      const found = await store.getMany(ids);
      for (const [i, id] of ids.entries()) {
        at = { set, id, score: scored[2 * i + 1] ?? '' };
        const alert = found.get(id);
        if (alert && fits(alert, filter)) alerts.push(alert);
        if (alerts.length === filter.limit) return { alerts, next: formatCursor(at) };
      }
      if (ids.length < scanStep) break;
      rank += ids.length;
      looked += ids.length;
      if (looked >= scanLimit && at) return { alerts, next: formatCursor(at) };
    }
  }
  return { alerts };
};

const setNames = ['firing', 'resolved'] as const;

/** The last alert that was looked at: pages neither repeat nor skip others when alerts come and go meanwhile. */
interface Cursor {
  readonly set: (typeof setNames)[number];
  readonly score: string;
  readonly id: string;
}

const formatCursor = ({ set, score, id }: Cursor): string => `${set.slice(0, 1)}.${score}.${id}`;

const parseCursor = (cursor: string, sets: readonly string[]): Cursor => {
  const match = /^([fr])\.(-?\d{1,16})\.([^.\s]{1,80})$/.exec(cursor);
  const [, letter, score, id] = match ?? [];
  const set = letter === 'f' ? 'firing' : 'resolved';
  if (score === undefined || id === undefined) {
    throw new FarmhandError(
      'invalid_cursor',
      'This cursor is not one of farmhand’s. Pass on `next` of the page before, unchanged, or leave it out to begin again.',
    );
  }
  if (!sets.includes(set)) {
    throw new FarmhandError(
      'invalid_cursor',
      `This cursor is of a list with another status filter (it stands among ${set} alerts). Keep the filters from page to page, or leave the cursor out to begin again.`,
    );
  }
  return { set, score, id };
};

/** Where to go on; when the alert has moved since, behind everything that was before it. */
const rankAfter = async (redis: Redis, key: string, { id, score }: Cursor): Promise<number> => {
  const [rank, present] = await guardedClient('list', () =>
    Promise.all([redis.zrevrank(key, id), redis.zscore(key, id)]),
  );
  if (rank !== null && Number(present) === Number(score)) return Number(rank) + 1;
  return guardedClient('list', () => redis.zcount(key, `(${score}`, '+inf'));
};

const fits = (alert: Alert, filter: AlertFilter): boolean =>
  (filter.tier === undefined || alert.tier === filter.tier) &&
  (filter.severity === undefined || alert.severity === filter.severity) &&
  (filter.fits === undefined || filter.fits(alert)) &&
  Object.entries(filter.labels ?? {}).every(
    ([name, value]) => alert.labels[name] === value || (name === 'cluster' && alert.cluster === value),
  );

const toBooks = (hash: Record<string, string>): Books => {
  const of = (field: string): number => Number(hash[field] ?? 0);
  const byReason = Object.entries(hash).filter(([field]) => field.includes('|'));
  return {
    received: of('received'),
    threaded: of('threaded'),
    merged: of('merged'),
    suppressed: of('suppressed'),
    rejected: of('rejected'),
    pending: of('pending'),
    byReason: Object.fromEntries(byReason.map(([field, count]) => [field, Number(count)])),
  };
};

const laneStatus = async (
  redis: Redis,
  keys: Keys,
  store: AlertStore,
  channel: string,
  now: number,
): Promise<LaneStatus> => {
  const lane = keys.lane(channel);
  const [waiting, dirty, head] = await guardedClient('lanes', () =>
    Promise.all([redis.zcard(`${lane}:p`), redis.zcard(`${lane}:u`), redis.zrange(`${lane}:p`, '0', '0')]),
  );
  const first = (await store.getMany(head)).get(head[0] ?? '');
  const since = first?.thread.state === 'wanted' ? first.thread.since : now;
  return { channel, waiting, dirty, oldestMs: Math.max(0, now - since) };
};
