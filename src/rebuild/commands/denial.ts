import type { Person } from '../../core/person.ts';
import type { CommandBar, FarmersFixed } from '../model/allowed.ts';
import type { OverrideKind } from '../model/parts/orders.ts';
import type { RuleBar } from '../model/rules/barred.ts';
import type { StepName } from '../model/steps.ts';

/** Why an override is refused where the state of the rebuild allows one. */
export type OverrideDenial =
  /** Nothing but the teardown is left, which this would not change. */
  | {
      readonly code: 'override_too_late';
      readonly kind: Extract<
        OverrideKind,
        'skip_step' | 'accept_farmers' | 'extend_limit' | 'force' | 'retry_from'
      >;
    }
  | { readonly code: 'step_not_skippable'; readonly step: StepName }
  | { readonly code: 'step_over'; readonly step: StepName; readonly state: 'done' | 'skipped' }
  | { readonly code: 'more_than_asked_for'; readonly farmers: number; readonly target: number }
  | { readonly code: 'minimum_already'; readonly farmers: number }
  | { readonly code: 'no_deadline'; readonly step?: StepName | undefined }
  | {
      readonly code: 'in_another_step' | 'step_not_begun';
      readonly step: StepName;
      readonly current: StepName;
    }
  | { readonly code: 'kept_already'; readonly what: 'farmers' | 'guardian' }
  | {
      readonly code:
        | 'no_reason'
        | 'no_number_of_farmers'
        | 'no_duration'
        | 'forced_already'
        | 'rebuild_step_over'
        | 'step_not_restartable'
        | 'no_farmers_to_keep'
        | 'ticket_not_in_the_way';
    };

/** Why a command is refused: each code has one meaning, for good. */
export type CommandDenial =
  | CommandBar
  | FarmersFixed
  | RuleBar
  | OverrideDenial
  | { readonly code: 'not_a_number_of_farmers'; readonly farmers: number }
  | {
      readonly code: 'too_many_farmers';
      readonly farmers: number;
      readonly maximum: number;
      readonly instance: string;
    }
  | { readonly code: 'too_few_farmers'; readonly farmers: number; readonly minimum: number }
  | { readonly code: 'approver_is_no_person' | 'stale_approval' }
  /** They asked for it, or for a part of it, themselves. */
  | { readonly code: 'own_request'; readonly of: 'plan' | 'change' }
  /** Another account of whoever asked: the e-mail is the same. */
  | { readonly code: 'same_person'; readonly asker: Person }
  /** Somebody asked for it through the role that would let them approve. */
  | { readonly code: 'same_role'; readonly role: string }
  | { readonly code: 'request_of_others'; readonly askers: readonly Person[] }
  | { readonly code: 'already_begun'; readonly instance: string }
  | { readonly code: 'approved_by_other'; readonly by: Person }
  /** Somebody else broke it, and it holds until then; ms. */
  | { readonly code: 'glass_of_other'; readonly by: Person; readonly until: number }
  | { readonly code: 'glass_still_open'; readonly until: number }
  | { readonly code: 'own_glass' | 'nothing_to_review' | 'no_glass_reason' | 'no_findings' };
