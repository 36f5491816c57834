/** Each part of a rebuild has a controller of its own, so that a dead Jira or Slack holds up nothing else. */
export const parts = ['drive', 'card', 'ticket', 'approvers'] as const;
export type Part = (typeof parts)[number];

/** What farmhand works on: the lane of a channel, the actions of an alert, and the parts of a rebuild. */
export const works = ['lane', 'alert', ...parts] as const;
export type Work = (typeof works)[number];

/**
 * Those that come again by the due index alone, which is written with the record: whoever has a free place takes what is
 * due there, and no nudge lies in a queue until then.
 */
export const isTimed = (work: Leased | 'alert'): work is 'drive' => work === 'drive';

/** What one process at a time is at: besides those, the looks at Alertmanager and the recovery of lost records. */
export type Leased = Exclude<Work, 'alert'> | 'looks' | 'recovery' | 'watchdog';

/** One pass over one of them; answers when to come again, ms from now, or undefined: not before something changes. */
export type Pass = (id: string) => Promise<number | undefined>;

/** Wakes passes. A nudge may be lost or doubled without harm: the resync puts back what is missing. */
export interface Nudges {
  /** Look at these, now or after `delayMs`; a later wake-up of the same thing replaces the one before. */
  nudge(work: Work, ids: readonly string[], delayMs?: number): Promise<void>;
  /** Look at what was found due though nobody is at it; what waits for such a look already is not added once more. */
  found(work: Work, ids: readonly string[]): Promise<void>;
  /** Look when somebody else's lease is over; does not stand in for any other wake-up. */
  afterLease(work: Work, id: string, delayMs: number): Promise<void>;
}

/** Runs it after `ms`; answers how to call that off. */
export type After = (ms: number, run: () => void) => () => void;
