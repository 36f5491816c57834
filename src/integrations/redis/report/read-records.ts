import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Alert } from '../../../alerts/model/alert.ts';
import { seriesFingerprint } from '../../../alerts/model/open.ts';
import type { JournalEntry } from '../../../core/journal.ts';
import type { DeadLetter } from '../../../intake/wire/dead-letter.ts';
import type { Rebuild } from '../../../rebuild/model/rebuild.ts';
import { type Freezes, noFreezes } from '../../../rebuild/model/rules/freezes.ts';
import { decodeAlert } from '../alerts/alert-format.ts';
import { decodeLetter } from '../alerts/dead-letter-format.ts';
import { decodeLine } from '../alerts/event-format.ts';
import { decodeFreezes } from '../rebuilds/freeze-store.ts';
import { decodeRebuild } from '../rebuilds/rebuild-write-plan.ts';
import { guardedClient } from '../shared/client.ts';
import type { Keys } from '../shared/keys.ts';
import type { Reader } from '../shared/reader.ts';
import { scanned } from '../shared/scan.ts';
import { storedIn } from '../versioned/one-record.ts';

/** Alerts, each with a journal of at most some hundred lines, that are in hand at once. */
const alertsAtOnce = 200;
/** Ids of rebuilds; their journals may have 50,000 lines, and are read one by one. */
const rebuildsAtOnce = 20;
/** Each may have a body of megabytes. */
const lettersAtOnce = 20;
/** It rests for as long as the last page took, so that Redis is farmhand's for half of the time at least; at most so long, ms. */
const restAtMost = 500;

export interface Found<T> {
  readonly record: T;
  readonly journal: readonly JournalEntry[];
}

export interface RecordReads {
  /**
   * All there are, groups as well; each once, a page at a time. Lists know when one ended by its source's clock, not when that
   * was heard: only its journal says what belongs to a time.
   */
  alerts(): AsyncGenerator<readonly Found<Alert>[]>;
  /** Those in flight, and those that ended after `from`. */
  rebuilds(from: number): AsyncGenerator<readonly Found<Rebuild>[]>;
  /** The newest first, as far back as `from`. */
  deadLetters(from: number): AsyncGenerator<DeadLetter>;
  freezes(): Promise<Freezes>;
  /** Whether any farmhand has worked here. */
  hasRecords(): Promise<boolean>;
  /** When the oldest ended that is over and still there; ms. */
  oldest(of: 'alerts' | 'rebuilds'): Promise<number | undefined>;
  /** Records that were lost and nobody found again. */
  lost(): Promise<{ readonly threads: number; readonly rebuilds: number }>;
}

export interface RecordReadDeps {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly reader: Reader;
  /** Looked at between two pages. */
  readonly signal: AbortSignal;
  /** A list names a record that is not there. */
  readonly onGone: () => void;
}

/** Reads everything of a time, in pages, and writes nothing. */
export const createRecordReads = ({ redis, keys, reader, signal, onGone }: RecordReadDeps): RecordReads => {
  /** `work`, and a rest as long as it took. @throws what the signal was aborted with */
  const paced = async <T>(work: () => Promise<T>): Promise<T> => {
    signal.throwIfAborted();
    const since = performance.now();
    const result = await work();
    const took = performance.now() - since;
    // Aborted while it rests, it ends with the next page.
    await sleep(Math.min(took, restAtMost), undefined, { signal }).catch(() => {});
    signal.throwIfAborted();
    return result;
  };

  /** In the order of their scores: what is written anew meanwhile comes once more, later; whoever reads lets it through once. */
  async function* idsFrom(key: string, from: number, step: number): AsyncGenerator<readonly string[]> {
    let [low, past]: [number, ReadonlySet<string>] = [from, new Set()];
    for (;;) {
      const scored = await guardedClient('report', () =>
        redis.zrangebyscore(key, low, '+inf', 'WITHSCORES', 'LIMIT', 0, step + past.size),
      );
      const rows = scored.flatMap((id, i) => (i % 2 === 0 ? [[id, Number(scored[i + 1])] as const] : []));
      const fresh = rows.filter(([id]) => !past.has(id));
      const last = fresh.at(-1)?.[1];
      if (last === undefined) return;
      yield fresh.map(([id]) => id);
      const same = fresh.flatMap(([id, at]) => (at === last ? [id] : []));
      past = new Set([...(last === low ? past : []), ...same]);
      low = last;
    }
  }

  /** In no order. What is there all the time comes at least once. */
  const membersOf = async function* (key: string): AsyncGenerator<readonly string[]> {
    const ask = (cursor: string) =>
      guardedClient('report', () => redis.zscan(key, cursor, 'COUNT', alertsAtOnce));
    for await (const scored of scanned(ask)) yield scored.filter((_, i) => i % 2 === 0);
  };

  const journal = async (key: string): Promise<readonly JournalEntry[]> => {
    const lines = await reader.typed('journal', key, () =>
      guardedClient('report', () => redis.lrange(key, 0, -1)),
    );
    return reader.lines(key, lines ?? [], decodeLine);
  };

  /** Of each id what lies at its name; undefined: nothing, or another alert; `bad`: it cannot be read. */
  const alertsAt = async (
    ids: readonly string[],
    nameOf: (id: string) => string,
  ): Promise<readonly (Alert | 'bad' | undefined)[]> => {
    if (ids.length === 0) return [];
    const names = ids.map((id) => keys.full(nameOf(id)));
    const values = await guardedClient('report', () => redis.mget(...names));
    return values.map((value, i) => {
      if (value === null) return undefined;
      const alert = reader.read('alert', names[i] ?? '', value, decodeAlert);
      if (alert === undefined) return 'bad';
      return alert.id === ids[i] ? alert : undefined;
    });
  };

  const readAlerts = async (ids: readonly string[]): Promise<readonly Found<Alert>[]> => {
    const live = await alertsAt(ids, (id) => keys.series(seriesFingerprint(id)));
    const rest = ids.filter((_, i) => live[i] === undefined || live[i] === 'bad');
    const archived = await alertsAt(rest, keys.archive);
    const bad = new Set(ids.filter((_, i) => live[i] === 'bad'));
    for (const [i, id] of rest.entries()) if (archived[i] === undefined && !bad.has(id)) onGone();
    const found = [...live, ...archived].filter((each) => typeof each === 'object');
    return Promise.all(
      found.map(async (record) => {
        // Its journal says no more than the record, and is not written.
        const lines = record.opening === undefined ? await journal(keys.journal(record.id)) : [];
        return { record, journal: lines };
      }),
    );
  };

  async function* alerts(): AsyncGenerator<readonly Found<Alert>[]> {
    const seen = new Set<string>();
    const firing = [keys.open, keys.openGroups];
    // Once more what fires: it may have begun again meanwhile.
    for (const key of [...firing, keys.closed, keys.closedGroups, ...firing]) {
      for await (const page of membersOf(key)) {
        const ids = [...new Set(page)].filter((id) => !seen.has(id));
        for (const id of ids) seen.add(id);
        for (let at = 0; at < ids.length; at += alertsAtOnce) {
          yield await paced(() => readAlerts(ids.slice(at, at + alertsAtOnce)));
        }
      }
    }
  }

  const readRebuilds = async (ids: readonly string[]): Promise<readonly Rebuild[]> => {
    const values = await guardedClient('report', () => redis.mget(...ids.map(keys.rebuild)));
    return values.flatMap((value, i) => {
      if (value === null) onGone();
      const name = keys.rebuild(ids[i] ?? '');
      return value === null ? [] : (reader.read('rebuild', name, value, decodeRebuild) ?? []);
    });
  };

  async function* rebuilds(from: number): AsyncGenerator<readonly Found<Rebuild>[]> {
    const seen = new Set<string>();
    async function* pages(): AsyncGenerator<readonly string[]> {
      const places = await guardedClient('report', () => redis.hvals(keys.rebuildsInFlight));
      yield places.map((place) => place.split('|')[0] ?? '');
      yield* idsFrom(keys.rebuildsEnded, from, rebuildsAtOnce);
    }
    for await (const page of pages()) {
      const ids = page.filter((id) => !seen.has(id));
      for (const id of ids) seen.add(id);
      for (let at = 0; at < ids.length; at += rebuildsAtOnce) {
        const records = await paced(() => readRebuilds(ids.slice(at, at + rebuildsAtOnce)));
        for (const record of records) {
          const lines = await paced(() => journal(keys.rebuildJournal(record.id)));
          yield [{ record, journal: lines }];
        }
      }
    }
  }

  async function* deadLetters(from: number): AsyncGenerator<DeadLetter> {
    for (let at = 0; ; at += lettersAtOnce) {
      const lines = await paced(() =>
        guardedClient('report', () => redis.lrange(keys.deadLetters, at, at + lettersAtOnce - 1)),
      );
      for (const line of lines) {
        const letter = decodeLetter(line);
        if (letter && letter.at < from) return;
        if (letter) yield letter;
      }
      if (lines.length < lettersAtOnce) return;
    }
  }

  return {
    alerts,
    rebuilds,
    deadLetters,
    freezes: async () => {
      const value = await guardedClient('report', () => redis.get(keys.freezes));
      return value === null
        ? noFreezes
        : (reader.read('freezes', keys.freezes, value, (text) => decodeFreezes(storedIn(text))) ?? noFreezes);
    },
    hasRecords: async () => {
      const any = [keys.mark, keys.books, keys.open, keys.closed, keys.rebuildsInFlight, keys.rebuildsEnded];
      return (await guardedClient('report', () => redis.exists(...any))) > 0;
    },
    oldest: async (of) => {
      const key = of === 'alerts' ? keys.closed : keys.rebuildsEnded;
      const [, score] = await guardedClient('report', () => redis.zrange(key, '0', '0', 'WITHSCORES'));
      return score === undefined ? undefined : Number(score);
    },
    lost: async () => {
      const [roots, settled, lost] = await guardedClient('report', () =>
        Promise.all([
          redis.hlen(keys.lostRoots),
          redis.hlen(keys.lostSettled),
          redis.hlen(keys.lostRebuilds),
        ]),
      );
      return { threads: roots + settled, rebuilds: lost };
    },
  };
};
