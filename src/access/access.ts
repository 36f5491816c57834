/** Who may do what: looked up at the moment of the click, denied unless a role allows it. */
import type { Person } from '../core/person.ts';
import type { Verb } from './verbs.ts';

export interface AccessRole {
  readonly name: string;
  readonly verbs: readonly (Verb | '*')[];
  /** Instance names; `*` at the end stands for any ending. */
  readonly instances: readonly string[];
}

export type AccessDecision =
  /** `role` allowed it, held by `through` (the person, or a user group). */
  { readonly allowed: true; readonly role: string; readonly through: string } | AccessDenied;

export interface AccessDenied {
  readonly allowed: false;
  /**
   * `no_role`: nobody may. `role_needed`: one of `roles`. `groups_unknown`: Slack did not tell the groups in time, so
   * nobody is let in by one.
   */
  readonly code: 'no_role' | 'role_needed' | 'groups_unknown';
  /** They would have allowed it. */
  readonly roles: readonly string[];
}

/** What was decided, and for whoever may not a sentence that says so, without what became of it. */
export type AccessVerdict =
  | Extract<AccessDecision, { allowed: true }>
  | (AccessDenied & { readonly says: string });

/** Everybody who may do something. */
export interface Holders {
  /** Slack user ids, sorted; members or not. */
  readonly users: readonly string[];
  /** The roles that allow it. */
  readonly roles: readonly string[];
  /** User groups that hold one of them, and of which Slack did not say who is in them. */
  readonly unknown: readonly string[];
}

export interface HoldersPort {
  /** Never throws: what Slack does not tell is `unknown`. */
  holders(verb: Verb, instance: string): Promise<Holders>;
}

export interface AccessPort {
  /**
   * Never throws; denies when it cannot tell. `instance` is '' for an alert that names none: only a role for all
   * instances (`*`) covers it; undefined asks whether the verb is allowed for any instance at all.
   */
  check(by: Person, verb: Verb, instance: string | undefined): Promise<AccessVerdict>;
}
