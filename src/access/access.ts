/** Who may do what: looked up at the moment of the click, denied unless a role allows it. */
import type { Person } from '../alerts/alert.ts';
import type { Verb } from '../rebuild/command.ts';

export interface Role {
  readonly name: string;
  readonly verbs: readonly (Verb | '*')[];
  /** Instance names; `*` at the end stands for any ending. */
  readonly instances: readonly string[];
}

export type Verdict =
  /** `role` allowed it, held by `through` (the person, or a user group). */
  | { readonly allowed: true; readonly role: string; readonly through: string }
  /** `roles` would have allowed it. `unknown`: Slack did not tell the groups in time, so nobody is let in by one. */
  | {
      readonly allowed: false;
      readonly says: string;
      readonly roles: readonly string[];
      readonly unknown?: true;
    };

export interface AccessPort {
  /** Never throws; denies when it cannot tell. */
  check(by: Person, verb: Verb, instance: string): Promise<Verdict>;
}
