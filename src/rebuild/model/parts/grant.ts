/** What a rebuild may do, and who allowed it. */
import type { Person } from '../../../core/person.ts';
import type { StepName } from '../steps.ts';
import type { WiderOrder } from './orders.ts';

/** All that a rebuild may do: what an approval is about, and what the record is measured by. */
export interface Authority {
  /** At the most. */
  readonly farmers: number;
  /** It goes on with these at the least. */
  readonly minimum: number;
  readonly forced: boolean;
  /** The fewest farmers that were accepted by an override. */
  readonly accepted?: number;
  readonly skipped: readonly StepName[];
  /** By how much the limit of a step was extended in all; ms. */
  readonly extended: Readonly<Partial<Record<StepName, number>>>;
  /** By how much the limit of the whole rebuild was extended in all; ms. */
  readonly longer?: number;
  /** Steps that it was taken back to, one for each time. */
  readonly back: readonly StepName[];
  readonly keepFarmers: boolean;
  readonly keepGuardian: boolean;
  /** It goes on although its ticket is not there, or not open. */
  readonly withoutTicket?: boolean;
}

export interface Approval {
  readonly by: Person;
  readonly at: number;
  readonly planHash: string;
  /** Of everything that was shown and approved (`Pending.hash`). Absent in records from before there was one. */
  readonly hash?: string;
  /** What was asked for (`Pending.wish`). */
  readonly wish?: string;
  readonly grants?: Authority;
  /** That they are two people is by their accounts alone: Slack did not tell the e-mail of these. Absent: of nobody. */
  readonly unproven?: readonly Person[];
}

export interface AskedChange {
  readonly wish: WiderOrder;
  readonly by: Person;
  readonly at: number;
}
