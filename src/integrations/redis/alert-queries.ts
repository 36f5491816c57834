import type { Redis } from 'ioredis';
import type { Alert, JournalEntry } from '../../alerts/alert.ts';
import type { AlertFilter, AlertPage, AlertQueries, Books, LaneStatus } from '../../alerts/desk.ts';
import type { AlertStore } from '../../alerts/store.ts';
import { guarded } from './client.ts';
import { decodeEvent } from './encode.ts';
import type { Keys } from './keys.ts';

/** Ids read at once while a page is filled. */
const scanStep = 500;
/** Records looked at for one page at most; the cursor goes on from there. */
const scanLimit = 20_000;

/** Reads for people: Slack commands and the API. */
export const createAlertQueries = (
  redis: Redis,
  keys: Keys,
  store: AlertStore,
  now: () => number,
): AlertQueries => {
  const byPrefix = async (prefix: string): Promise<Alert | undefined> => {
    if (!/^[0-9a-f]{4,16}(-[0-9a-z]*)?$/.test(prefix)) return undefined;
    const ids = await guarded('find', () => redis.zrange(keys.open, '0', '-1'));
    const matching = ids.filter((id) => id.startsWith(prefix));
    const [only, ...others] = matching;
    if (only === undefined || others.length > 0) return undefined;
    return (await store.getMany([only])).get(only);
  };

  return {
    get: async (idOrPrefix) => (await store.getMany([idOrPrefix])).get(idOrPrefix) ?? byPrefix(idOrPrefix),

    list: (filter) => listPage(redis, keys, store, filter),

    journal: async (id) => {
      const lines = await guarded('journal', () => redis.lrange(keys.journal(id), 0, -1));
      return lines.map((line) => JSON.parse(line) as JournalEntry);
    },

    event: async (id) => {
      const value = await guarded('event', () => redis.get(keys.event(id)));
      return value === null ? undefined : decodeEvent(id, value);
    },

    byThread: async (channel, ts) =>
      (await guarded('thread', () => redis.hget(keys.threads(channel), ts))) ?? undefined,

    books: async () => toBooks(await guarded('books', () => redis.hgetall(keys.books))),

    lanes: async () => {
      const channels = await guarded('lanes', () => redis.smembers(keys.lanes));
      return Promise.all(channels.sort().map((channel) => laneStatus(redis, keys, store, channel, now())));
    },
  };
};

/** Cursor: which set, and how many of it are done. Firing alerts come first, the latest start first. */
const listPage = async (
  redis: Redis,
  keys: Keys,
  store: AlertStore,
  filter: AlertFilter,
): Promise<AlertPage> => {
  const sets = filter.status === 'firing' ? ['o'] : filter.status === 'resolved' ? ['c'] : ['o', 'c'];
  let [set, skip] = parseCursor(filter.cursor, sets);
  const alerts: Alert[] = [];
  for (let seen = 0; seen < scanLimit; ) {
    const from = skip;
    const ids = await guarded('list', () =>
      redis.zrevrange(set === 'o' ? keys.open : keys.closed, from, from + scanStep - 1),
    );
    const found = await store.getMany(ids);
    for (const id of ids) {
      skip += 1;
      const alert = found.get(id);
      if (alert && fits(alert, filter)) alerts.push(alert);
      if (alerts.length === filter.limit) return { alerts, next: `${set}${skip}` };
    }
    seen += ids.length;
    if (ids.length < scanStep) {
      const following = sets[sets.indexOf(set) + 1];
      if (following === undefined) return { alerts };
      set = following;
      skip = 0;
    }
  }
  return { alerts, next: `${set}${skip}` };
};

const parseCursor = (cursor: string | undefined, sets: readonly string[]): [string, number] => {
  const match = /^([oc])(\d{1,9})$/.exec(cursor ?? '');
  const set = match?.[1];
  return set !== undefined && sets.includes(set) ? [set, Number(match?.[2])] : [sets[0] ?? 'o', 0];
};

const fits = (alert: Alert, filter: AlertFilter): boolean =>
  (filter.tier === undefined || alert.tier === filter.tier) &&
  (filter.severity === undefined || alert.severity === filter.severity) &&
  Object.entries(filter.labels ?? {}).every(([name, value]) => alert.labels[name] === value);

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
  const [waiting, dirty, head] = await guarded('lanes', () =>
    Promise.all([redis.zcard(`${lane}:p`), redis.zcard(`${lane}:u`), redis.zrange(`${lane}:p`, '0', '0')]),
  );
  const first = (await store.getMany(head)).get(head[0] ?? '');
  const since = first?.thread.state === 'wanted' ? first.thread.since : now;
  return { channel, waiting, dirty, oldestMs: Math.max(0, now - since) };
};
