import type { JournalEntry } from '../../core/journal.ts';
import type { Severity } from '../../core/severity.ts';
import type { Alert, AlertId } from '../model/alert.ts';
import type { AlertStatus } from '../model/event.ts';
import type { EventRecord } from '../model/event-record.ts';
/** What can be read of alerts, events and books. */

export interface AlertFilter {
  readonly status?: AlertStatus;
  readonly tier?: string;
  readonly severity?: Severity;
  readonly labels?: Readonly<Record<string, string>>;
  /** What the fields above cannot say. */
  readonly fits?: (alert: Alert) => boolean;
  /** 1 to 200. */
  readonly limit: number;
  /** Opaque, from the page before. */
  readonly cursor?: string;
}

export interface AlertPage {
  readonly alerts: readonly Alert[];
  readonly next?: string;
}

/** received = threaded + merged + suppressed + rejected + pending, always; pending is 0 at rest. */
export interface Books {
  readonly received: number;
  readonly threaded: number;
  readonly merged: number;
  readonly suppressed: number;
  readonly rejected: number;
  readonly pending: number;
  /** Count by `type|reason`. */
  readonly byReason: Readonly<Record<string, number>>;
}

export interface LaneStatus {
  readonly channel: string;
  /** Alerts that wait for their root message. */
  readonly waiting: number;
  /** Open threads with something to update or say. */
  readonly dirty: number;
  /** Age of the oldest waiting item, ms. */
  readonly oldestMs: number;
}

export interface AlertQueries {
  /** By full id, or by a prefix of at least four characters that fits exactly one alert. */
  get(idOrPrefix: string): Promise<Alert | undefined>;
  list(filter: AlertFilter): Promise<AlertPage>;
  /** How many are on record. `of`: only these are asked for, and only these need be right. */
  counts(of?: AlertStatus): Promise<Readonly<Record<AlertStatus, number>>>;
  journal(id: AlertId): Promise<readonly JournalEntry[]>;
  event(id: string): Promise<EventRecord | undefined>;
  /** The alert whose thread has this root message. */
  byThread(channel: string, ts: string): Promise<AlertId | undefined>;
  /** The present records of groups, by their fingerprints; without those that cannot be read, or are not there. */
  groups(fingerprints: readonly string[]): Promise<ReadonlyMap<string, Alert>>;
  books(): Promise<Books>;
  lanes(): Promise<readonly LaneStatus[]>;
}

/** The groups that some of these are in. */
export const groupsWith = (
  queries: Pick<AlertQueries, 'groups'>,
  alerts: readonly Alert[],
): Promise<ReadonlyMap<string, Alert>> =>
  queries.groups([...new Set(alerts.flatMap(({ memberOf }) => memberOf?.group ?? []))]);
