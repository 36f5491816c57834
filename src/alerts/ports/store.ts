/** The record store as the core needs it. Every write is a compare-and-set; a promise resolves when it is durable. */
import type { AuditEntry } from '../../audit/record.ts';
import { FarmhandError } from '../../core/errors.ts';
import type { JournalEntry } from '../../core/journal.ts';
import type { EventReason } from '../../core/reasons.ts';
import type { Alert, AlertId } from '../model/alert.ts';
import type { EventRecord } from '../model/event-record.ts';

/** Some of the series that were asked for have a record that cannot be read. Nothing was changed. */
export class UnreadableSeries extends FarmhandError {
  override readonly name = 'UnreadableSeries';
  /** Redis keys by fingerprint. */
  readonly keys: ReadonlyMap<string, string>;
  /** The live alerts of the others. */
  readonly live: ReadonlyMap<string, Alert>;
  constructor(keys: ReadonlyMap<string, string>, live: ReadonlyMap<string, Alert>) {
    super('unreadable_record', `Records cannot be read: ${[...keys.values()].join(', ')}`);
    this.keys = keys;
    this.live = live;
  }
}

export interface AlertStore {
  /**
   * The live alert of each series that has one.
   * @throws UnreadableSeries
   */
  series(fingerprints: readonly string[]): Promise<ReadonlyMap<string, Alert>>;
  /**
   * What events have to be compared with, all as of one moment: an event that somebody else writes after it makes the
   * write of its series a conflict, so the same one is never taken in twice. Nonces are written `source nonce`, with
   * `cluster~` before it.
   */
  look(asked: AskedFor): Promise<AlertsSeen>;
  /**
   * Writes all of it where a look for the same would find nothing, in the same moment; else nothing, and answers false. May
   * answer false without having asked.
   */
  takeInUnknown(
    writes: readonly SeriesWrite[],
    loose: readonly LooseEvent[],
    asked: AskedFor,
  ): Promise<boolean>;
  /** The alerts of those of these events that are on record and belong to one. */
  alertsOf(eventIds: readonly string[]): Promise<ReadonlyMap<string, AlertId>>;
  /** Writes each series or none of it; answers the fingerprints that somebody else changed meanwhile. */
  takeIn(writes: readonly SeriesWrite[], loose: readonly LooseEvent[]): Promise<readonly string[]>;
  getMany(ids: readonly AlertId[]): Promise<ReadonlyMap<AlertId, Alert>>;
  /**
   * Loads, applies `change`, and writes with compare-and-set, again when somebody was faster. `change` must be pure.
   * `seen`: the record as this store gave it a moment ago; it is not loaded again where it is still the newest.
   * @returns what `change` returned the last time, its record as it is stored now; undefined when there is none.
   * @throws StoreUnavailable; then surely nothing was written once the deadline has passed. UnreadableRecord
   */
  update<T extends AlertChange>(
    id: AlertId,
    change: (alert: Alert) => T,
    seen?: Alert,
  ): Promise<T | undefined>;
}

/** What events may have to do with: series, events and nonces. */
export interface AskedFor {
  readonly fingerprints: readonly string[];
  readonly eventIds: readonly string[];
  readonly nonces: readonly string[];
}

export interface AlertsSeen {
  /** The live alert of each series that has one. */
  readonly live: ReadonlyMap<string, Alert>;
  /** Redis keys, by fingerprint, of records that cannot be read. */
  readonly unreadable: ReadonlyMap<string, string>;
  /** Ids, among those asked for, of events on record, and nonces that are still claimed. */
  readonly known: ReadonlySet<string>;
}

export interface AlertChange {
  /** Absent: nothing is written. */
  readonly write?: {
    readonly alert: Alert;
    readonly journal: readonly JournalEntry[];
    readonly settles?: { readonly event: string; readonly reason: EventReason };
    /** A person waits for it. */
    readonly urgent?: boolean;
    /** What the audit is told besides what the record shows (`auditOfAlertWrite`): commands. */
    readonly audited?: readonly AuditEntry[];
  };
}

export interface SeriesWrite {
  readonly before: Alert | undefined;
  readonly after: Alert;
  readonly archived: readonly Alert[];
  readonly journal: readonly { readonly id: AlertId; readonly entry: JournalEntry }[];
  readonly events: readonly EventRecord[];
  readonly nonces: readonly { readonly key: string; readonly validUntil: number }[];
}

/** An event that belongs to no series: rejected, expired or a duplicate. */
export interface LooseEvent {
  readonly record: EventRecord;
  /** A duplicate is counted, and the record of the first one stays. */
  readonly keep: boolean;
}
