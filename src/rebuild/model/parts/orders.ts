/** What people ask of a rebuild while it goes on, as it is on the record. */
import type { Person } from '../../../core/person.ts';
import type { StepName } from '../steps.ts';
import type { InterventionCode } from './step.ts';

/** The orders that can go beyond what was approved. */
export type WiderOrder = ScaleOrder | OverrideOrder;

export interface ScaleOrder {
  readonly verb: 'scale';
  readonly farmers: number;
  readonly reason?: string;
}

export interface OverrideOrder {
  readonly verb: 'override';
  readonly kind: OverrideKind;
  readonly reason: string;
  readonly step?: StepName;
  /** As in `Override`. */
  readonly amount?: number;
}

export interface Pause {
  /** `pausing`: what is in flight ends first. */
  readonly state: 'pausing' | 'paused';
  readonly by: Person;
  readonly reason: string;
  readonly at: number;
  readonly pausedAt?: number;
  /** Pausing after this. */
  readonly after?: StepName;
  /** What goes on all the same: `24 farmers go on computing`. Plain text. */
  readonly goesOn?: string;
  readonly remindAt: number;
}

export type OverrideKind =
  | 'skip_step'
  | 'accept_farmers'
  | 'extend_deadline'
  | 'extend_limit'
  | 'force'
  | 'retry_from'
  | 'keep_farmers'
  | 'keep_guardian'
  | 'drop_guardian'
  | 'without_ticket';

export interface Override {
  readonly n: number;
  readonly kind: OverrideKind;
  readonly by: Person;
  readonly at: number;
  readonly reason: string;
  readonly step?: StepName;
  /** accept_farmers: how many; extend_deadline, extend_limit: by how many ms. */
  readonly amount?: number;
}

/** The refusals of one person. */
export interface Refusals {
  /** The last one written: its word and its sentences. */
  readonly what: string;
  readonly why: string;
  readonly at: number;
  /** Lines of the journal so far. */
  readonly lines: number;
  /** How often since then, without a line. */
  readonly folded: number;
}

/** What waits for the approval of another person: since when, and when people are reminded of it. ms */
export interface Awaited {
  /** `Pending.wish`. */
  readonly wish: string;
  readonly since: number;
  /** How often people were reminded. */
  readonly told: number;
  /** Absent: they are not reminded any more. */
  readonly next?: number;
}

/** Who was told of the open question, and when people are told again. */
export interface Asking {
  readonly code: InterventionCode;
  /** `Intervention.since`. */
  readonly since: number;
  /** How many steps of `rebuilds.notify` are said, and how many reminders after the last one. */
  readonly told: number;
  readonly reminded: number;
  readonly next: number;
}
