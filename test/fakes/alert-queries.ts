import type { Alert } from '../../src/alerts/model/alert.ts';
import type { EventRecord } from '../../src/alerts/model/event-record.ts';
import type { AlertFilter, AlertQueries, Books, LaneStatus } from '../../src/alerts/ports/queries.ts';
import { FarmhandError, StoreUnavailable } from '../../src/core/errors.ts';
import type { JournalEntry } from '../../src/core/journal.ts';

/** How the store behind it is: `hang` never answers. */
export type StoreMode = 'up' | 'down' | 'hang';

export interface FakeAlertQueries extends AlertQueries {
  add(alert: Alert, journal?: readonly JournalEntry[]): void;
  addEvent(record: EventRecord): void;
  books(): Promise<Books>;
  setBooks(books: Books): void;
  setLanes(lanes: readonly LaneStatus[]): void;
  mode: StoreMode;
  /** As the store behind it does at the moment. */
  answer<T>(value: () => T | Promise<T>): Promise<T>;
}

const emptyBooks: Books = {
  received: 0,
  threaded: 0,
  merged: 0,
  suppressed: 0,
  rejected: 0,
  pending: 0,
  byReason: {},
};

/** `AlertQueries` over what a test has put in; firing first, the latest start first; cursors are positions. */
export const fakeAlertQueries = (): FakeAlertQueries => {
  const alerts = new Map<string, Alert>();
  const journals = new Map<string, readonly JournalEntry[]>();
  const events = new Map<string, EventRecord>();
  let books = emptyBooks;
  let lanes: readonly LaneStatus[] = [];

  const answer = async <T>(value: () => T | Promise<T>): Promise<T> => {
    if (fake.mode === 'hang') return new Promise<never>(() => {});
    if (fake.mode === 'down') throw new StoreUnavailable('redis did not answer within 1500 ms');
    return value();
  };

  const find = (idOrPrefix: string): Alert | undefined => {
    const exact = alerts.get(idOrPrefix);
    if (exact || idOrPrefix.length < 4) return exact;
    const fitting = [...alerts.values()].filter((alert) => alert.id.startsWith(idOrPrefix));
    return fitting.length === 1 ? fitting[0] : undefined;
  };

  const fake: FakeAlertQueries = {
    mode: 'up',
    answer,
    add: (alert, journal = []) => {
      alerts.set(alert.id, alert);
      journals.set(alert.id, journal);
    },
    addEvent: (record) => void events.set(record.id, record),
    setBooks: (value) => {
      books = value;
    },
    setLanes: (value) => {
      lanes = value;
    },
    get: (id) => answer(() => find(id)),
    list: (filter) =>
      answer(() => {
        const from = filter.cursor === undefined ? 0 : cursorPosition(filter.cursor);
        const fitting = [...alerts.values()]
          .filter((alert) => fits(alert, filter))
          .toSorted((a, b) => a.status.localeCompare(b.status) || b.startsAt - a.startsAt);
        const to = from + filter.limit;
        return {
          alerts: fitting.slice(from, to),
          ...(to < fitting.length && { next: `p${to}` }),
        };
      }),
    counts: () =>
      answer(() => {
        const all = [...alerts.values()];
        const firing = all.filter(({ status }) => status === 'firing').length;
        return { firing, resolved: all.length - firing };
      }),
    journal: (id) => answer(() => journals.get(id) ?? []),
    event: (id) => answer(() => events.get(id)),
    byThread: (channel, ts) =>
      answer(
        () =>
          [...alerts.values()].find(
            ({ channel: its, thread }) => its === channel && thread.state === 'open' && thread.ts === ts,
          )?.id,
      ),
    groups: (fingerprints) =>
      answer(
        () =>
          new Map(
            [...alerts.values()].flatMap((alert) =>
              alert.group && fingerprints.includes(alert.fingerprint) ? [[alert.fingerprint, alert]] : [],
            ),
          ),
      ),
    books: () => answer(() => books),
    lanes: () => answer(() => lanes),
  };
  return fake;
};

const cursorPosition = (cursor: string): number => {
  const position = /^p(\d+)$/.exec(cursor)?.[1];
  if (position === undefined) throw new FarmhandError('invalid_cursor', 'not a cursor of this store');
  return Number(position);
};

const fits = (alert: Alert, filter: AlertFilter): boolean =>
  (filter.status === undefined || alert.status === filter.status) &&
  (filter.severity === undefined || alert.severity === filter.severity) &&
  (filter.fits === undefined || filter.fits(alert)) &&
  (filter.tier === undefined || alert.tier === filter.tier) &&
  Object.entries(filter.labels ?? {}).every(([name, value]) => alert.labels[name] === value);
