import type { Person } from '../../core/person.ts';

/** What a person decides on who adopts a lost rebuild: a plan that changes nothing, and goes on with what there is. */
export interface Adoption {
  readonly rebuild: string;
  readonly card: { readonly channel: string; readonly ts: string };
  readonly by: Person;
  readonly at: number;
  readonly reason: string;
  readonly ticket?: { readonly key: string; readonly url?: string };
  /** What is there now, a sentence each. Plain text. */
  readonly found: readonly string[];
  /** What it does when it is adopted. Plain text. */
  readonly goesOn: string;
  /** What is not known any more. Plain text. */
  readonly missing: readonly string[];
}
