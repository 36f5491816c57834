/** A broken glass: for a while approvals, freeze windows and limits do not bar one person. Times in ms. */
import type { Person } from '../../../core/person.ts';

export interface Glass {
  /** 1 for the first of the rebuild. */
  readonly n: number;
  readonly by: Person;
  /** The role that allowed it. */
  readonly role?: string;
  readonly reason: string;
  readonly at: number;
  /** It holds nothing back until right before this. */
  readonly until: number;
  /** When that was put on record, at the first safe point; absent while it is open. */
  readonly endedAt?: number;
  /** What that person did while it was open, oldest first. Plain text. */
  readonly did: readonly string[];
  /** Another person has looked at it. */
  readonly review?: { readonly by: Person; readonly at: number; readonly says: string };
}
