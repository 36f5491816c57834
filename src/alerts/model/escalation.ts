import type { NotifyStep } from '../../core/time/notify-steps.ts';
import type { QuietHours } from '../../core/time/quiet-hours.ts';

/** What a route wants said while nobody reacts. An alert keeps it as it was when the alert opened. Times in ms. */
export interface NotifyWish {
  /** Whom to mention while nobody has acknowledged it. */
  readonly steps: readonly NotifyStep[];
  /** Whoever has it is reminded this often while it fires. */
  readonly remind?: number;
  /** When nothing of this is said, unless it is critical: it is said when they are over. */
  readonly quiet?: QuietHours;
  /** Another firing stands in the channel, too, where it is worth that. */
  readonly broadcastRefire?: true;
}

/**
 * What was said of the present firing, and what is to be said. How it moves:
 *
 *     its thread opens, or it fires again   → the first step, counted from then
 *     a step is due                         → it is said, once: `said` is written with the note that says it
 *     quiet hours begin before it is posted → it is taken back, and is due again when they end
 *     somebody acknowledges it              → nothing more is said; what is not posted yet is dropped
 *     given back, or a silence ends         → the first step again, counted from then
 *     somebody has it for long              → they are reminded, again and again
 *     it resolves                           → nothing more is said
 */
export interface Escalation extends NotifyWish {
  /** How many of the steps are said. */
  readonly said: number;
  /** What the steps are counted from, unless its thread opened later; ms. */
  readonly since?: number;
  /** Quiet hours had begun when it was looked at, late: what is next is not said before they are over; ms. */
  readonly held?: number;
  /** When whoever has it was reminded last; ms. */
  readonly reminded?: number;
  /** When a firing was last shown in the channel; ms. */
  readonly broadcastAt?: number;
}
