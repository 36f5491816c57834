import type { AlertEvent, AlertStatus, EventLinks, LabelLoss } from '../../alerts/model/event.ts';
import type { Severity } from '../../core/severity.ts';

/** What the data of an event says; the rest (id, time, tier, position) is put to it in `decode.ts`. */
export interface ParsedAlert {
  readonly fingerprint: string;
  readonly status: AlertStatus;
  /** ms; missing when the data gives none. */
  readonly startsAt?: number;
  readonly endsAt?: number;
  readonly name: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly labelLoss?: LabelLoss;
  /** Not yet with the notes in them. */
  readonly annotations: Record<string, string>;
  readonly links: EventLinks;
  /** Of the webhook it came in. */
  readonly group?: AlertEvent['group'];
  /** What was left out or changed. */
  readonly notes: string[];
  /** The value of the tier label, before labels were cut. */
  readonly tier?: string;
  /** Where it comes from, for data that says so and has no wrapping. */
  readonly source?: string;
}

export const nameLength = 250;
export const summaryLength = 500;

/** Slack takes no longer one in a button. */
const linkLength = 3000;

/** The first of `candidates` that is an http(s) URL; whether its host may be shown is for the view to say. */
export const linkOf = (...candidates: readonly (string | undefined)[]): string | undefined =>
  candidates.find((url) => url !== undefined && url.length <= linkLength && /^https?:\/\/[^\s]+$/.test(url));
