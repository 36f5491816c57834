import type { Severity } from '../../core/severity.ts';
import type { TraceContext } from '../../core/tracing/context.ts';

export type EventType = 'alertmanager' | 'adhoc' | 'dcr';
export type AlertStatus = 'firing' | 'resolved';

/** Where a message came in; unique together with `index`. */
export type MessagePosition =
  | {
      readonly via: 'kafka';
      readonly topic: string;
      readonly partition: number;
      readonly offset: string;
      /** Which topic of this name: its offsets begin again when it is deleted and made again. Not kept on record. */
      readonly life?: string;
      /** Place within a body that carried several alerts; 0 for the first. */
      readonly index: number;
    }
  | { readonly via: 'http'; readonly request: string; readonly index: number };

/** Where an event came in. */
export type Position =
  | MessagePosition
  /** Not sent by anybody: farmhand looked for the alert there. */
  | { readonly via: 'look'; readonly alertmanager: string; readonly index: number };

/** One alert event: one alert, at one moment. Times are milliseconds since the epoch. */
export interface AlertEvent {
  readonly id: string;
  /** The id without its cluster: a farmhand or a config of before may have taken it by that. */
  readonly formerId?: string;
  readonly type: EventType;
  readonly source: string;
  readonly tier: string;
  /** The tier again, where what it sends is kept apart from what others send: its nonces are its own, as its series are. */
  readonly apart?: string;
  /** When it happened by its source's clock; the broker's or the receive time where the source gives none. */
  readonly time: number;
  readonly receivedAt: number;
  readonly position: Position;
  readonly nonce?: { readonly value: string; readonly validUntil: number };
  /** Of the source it came in by (topic, token, header, Alertmanager), where the config or the sender names one. */
  readonly cluster?: string;
  /** 16 lower-case hex digits: which alert series this is about. */
  readonly fingerprint: string;
  /** The fingerprint as its source knows it, where the cluster is part of `fingerprint`. */
  readonly plain?: string;
  /** The series it has when an alert of another place has the plain one; see `seriesOf`. */
  readonly place?: string;
  readonly status: AlertStatus;
  readonly startsAt: number;
  /** Its source did not say when it began: `startsAt` is the time of the event, a new one with each. */
  readonly startUnknown?: boolean;
  readonly endsAt?: number;
  readonly name: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Absent: `labels` are exactly what came. */
  readonly labelLoss?: LabelLoss;
  readonly annotations: Readonly<Record<string, string>>;
  /** Links as they came; a view shows one only when its host is allowed. */
  readonly links: EventLinks;
  /** The group of its webhook, and how many alerts of that Alertmanager left out. */
  readonly group?: { readonly key: string; readonly left: number };
  /** What its record belongs to: farmhand's span that took it in, or where its sender's trace was. */
  readonly trace?: TraceContext;
  /** Why farmhand says so, where it was not told: a sentence for people. */
  readonly because?: string;
}

/** What is not known any more of the labels that came. */
export interface LabelLoss {
  /** Names, as they are kept, of those whose name or value was cut or cleaned. */
  readonly changed: readonly string[];
  /** How many were not kept at all. */
  readonly left: number;
}

export interface EventLinks {
  readonly generator?: string;
  readonly runbook?: string;
  readonly dashboard?: string;
  /** The Alertmanager that sent it: chooses among the configured ones, is never fetched. */
  readonly alertmanager?: string;
}
