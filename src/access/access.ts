/** Who may do what: looked up at the moment of the click, denied unless a role allows it. */
import type { Person } from '../core/person.ts';
import type { Verb } from './verbs.ts';

export interface AccessRole {
  readonly name: string;
  /** `*`: all but those that are always named (`namedVerbs`). */
  readonly verbs: readonly (Verb | '*')[];
  /** Instance names; `*` at the end stands for any ending. */
  readonly instances: readonly string[];
  /** Names of environments; `*` for all, also where nobody can tell which it is. */
  readonly environments: readonly string[];
  /** Where to ask: the id of a Slack channel, person or user group, or text. */
  readonly contact?: string | undefined;
}

/** A role that would have allowed it, and whom to ask. */
export type Askable = Pick<AccessRole, 'name' | 'contact'>;

/** What is asked about: an instance by its name, or one whose values were read (without `environment` they say none). */
export type AccessPlace = string | { readonly name: string; readonly environment?: string };

/** Whoever may, as they go on record: with the role that let them. */
export const actingAs = (by: Person, verdict: AccessVerdict): Person =>
  verdict.allowed ? { ...by, as: { role: verdict.role, through: verdict.through } } : by;

export const placeName = (place: AccessPlace): string => (typeof place === 'string' ? place : place.name);

export type AccessDecision =
  /** `role` allowed it, held by `through` (the person, or a user group). */
  { readonly allowed: true; readonly role: string; readonly through: string } | AccessDenied;

export interface AccessDenied {
  readonly allowed: false;
  /**
   * `no_role`: nobody may. `role_needed`: one of `roles`. `groups_unknown`: Slack did not tell the groups in time, so
   * nobody is let in by one. `environment_unknown`: nobody can tell where the instance belongs, and a role for all
   * environments is needed. `role_used`: the person's role let somebody ask for this, so that another one is needed.
   * `other_tier`: they are in no tier that the instance is of. `tier_unknown`: Slack did not tell whether they are.
   */
  readonly code:
    | 'no_role'
    | 'role_needed'
    | 'groups_unknown'
    | 'environment_unknown'
    | 'role_used'
    | 'other_tier'
    | 'tier_unknown';
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
  /** Never throws: what Slack does not tell is `unknown`. `without`: roles that do not count. */
  holders(verb: Verb, place: AccessPlace, without?: readonly string[]): Promise<Holders>;
}

export interface AccessPort {
  /**
   * Never throws; denies when it cannot tell. `place` is '' for an alert that names no instance: only a role for all
   * instances and environments (`*`) covers it; undefined asks whether the verb is allowed for any instance at all.
   * `without`: roles that do not count this time.
   */
  check(
    by: Person,
    verb: Verb,
    place: AccessPlace | undefined,
    without?: readonly string[],
  ): Promise<AccessVerdict>;
}
