/** What people can ask of alerts, over Slack or the API. Implemented once, in `alert-desk.ts`. */
import type { EventReason } from '../../core/reasons.ts';
import type { Alert, AlertId, JournalEntry, Person } from '../model/alert.ts';
import type { AlertStatus, Position, Severity } from '../model/event.ts';

/** How a command ended. Every refusal says what happened, what was not changed, and what to do next. */
export type CommandOutcome =
  /** `changed` is false when it was already so, by the same person. */
  | { readonly ok: true; readonly changed: boolean; readonly alert: Alert }
  | { readonly ok: false; readonly code: RefusalCode; readonly message: string; readonly alert?: Alert };

export type RefusalCode =
  | 'not_found'
  /** Somebody else was first; the message says who and when. */
  | 'already_done'
  | 'not_firing'
  | 'not_configured'
  /** No role of this person allows it. */
  | 'not_allowed'
  | 'invalid'
  /** The store did not answer within its deadline: nothing was changed. */
  | 'unavailable';

export interface AlertCommands {
  acknowledge(id: AlertId, by: Person): Promise<CommandOutcome>;
  unacknowledge(id: AlertId, by: Person): Promise<CommandOutcome>;
  silence(id: AlertId, by: Person, ask: { durationMs: number; reason: string }): Promise<CommandOutcome>;
  raiseTicket(id: AlertId, by: Person): Promise<CommandOutcome>;
}

export interface AlertFilter {
  readonly status?: AlertStatus;
  readonly tier?: string;
  readonly severity?: Severity;
  readonly labels?: Readonly<Record<string, string>>;
  /** 1 to 200. */
  readonly limit: number;
  /** Opaque, from the page before. */
  readonly cursor?: string;
}

export interface AlertPage {
  readonly alerts: readonly Alert[];
  readonly next?: string;
}

/** The record of one event: what became of it. */
export interface EventRecord {
  readonly id: string;
  readonly type?: string;
  readonly source?: string;
  readonly tier?: string;
  readonly time?: number;
  readonly receivedAt: number;
  readonly position: Position;
  readonly reason: EventReason;
  /** For rejected events: every problem found. */
  readonly detail?: string;
  readonly alertId?: AlertId;
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
  /** How many are on record. */
  counts(): Promise<Readonly<Record<AlertStatus, number>>>;
  journal(id: AlertId): Promise<readonly JournalEntry[]>;
  event(id: string): Promise<EventRecord | undefined>;
  /** The alert whose thread has this root message. */
  byThread(channel: string, ts: string): Promise<AlertId | undefined>;
  books(): Promise<Books>;
  lanes(): Promise<readonly LaneStatus[]>;
}

/** Why an alert took the route it did: the matching route, and for each other the matcher that failed. */
export interface RouteExplanation {
  readonly route: string;
  readonly tried: readonly { readonly route: string; readonly matched: boolean; readonly why: string }[];
}
