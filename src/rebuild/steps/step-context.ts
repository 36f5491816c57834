import type { DesiredEffect } from '../effects/effects.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { InterventionCode, Rebuild, Step } from '../model/rebuild.ts';
import type { Announcement } from '../model/transition.ts';
import type { Observed } from '../observe/observed.ts';

/** What a step knows: the record with what was seen already in it, and the world as it was seen in this pass. */
export interface StepContext {
  readonly rebuild: Rebuild;
  readonly step: Step;
  readonly observed: Observed;
  readonly now: number;
  readonly policy: RebuildPolicy;
}

export interface Question {
  readonly code: InterventionCode;
  readonly what: string;
  readonly options: readonly string[];
  /** Waits for as long as it takes, or until then; default: `policy.intervention` from when it was first asked. */
  readonly until?: number | 'no end';
}

/** What a step makes of it. `says` is shown on the card: in a few words, and steady, so that the card is not either. */
export type StepResult =
  | {
      readonly kind: 'done';
      readonly says?: string;
      readonly announce?: Announcement;
      readonly rebuild?: Rebuild;
    }
  /** It goes on, and perhaps wants a change of the world. `slow`: nothing is expected to move soon. */
  | {
      readonly kind: 'on';
      readonly says: string;
      readonly desired?: DesiredEffect | undefined;
      readonly slow?: true;
      readonly rebuild?: Rebuild;
      readonly tell?: Announcement | undefined;
    }
  /** A person is needed; what runs goes on meanwhile, and when it comes right by itself the question is withdrawn. */
  | {
      readonly kind: 'ask';
      readonly says: string;
      readonly ask: Question;
      readonly desired?: DesiredEffect | undefined;
      readonly rebuild?: Rebuild;
    }
  /** Begins once more by itself, as the next attempt. */
  | { readonly kind: 'again'; readonly tell: Announcement; readonly rebuild?: Rebuild }
  | { readonly kind: 'fail'; readonly errors: readonly string[] };

export const isLate = ({ step, now }: StepContext): boolean =>
  step.deadline !== undefined && now >= step.deadline;
