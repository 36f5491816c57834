import type { Wish } from '../effects/effects.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { AskCode, Rebuild, Step } from '../model/rebuild.ts';
import type { Tell } from '../model/sheet.ts';
import type { World } from '../observe/world.ts';

/** What a step knows: the record with what was seen already in it, and the world as it was seen in this pass. */
export interface Here {
  readonly rebuild: Rebuild;
  readonly step: Step;
  readonly world: World;
  readonly now: number;
  readonly policy: RebuildPolicy;
}

export interface Question {
  readonly code: AskCode;
  readonly what: string;
  readonly options: readonly string[];
  /** Waits for as long as it takes, or until then; default: `policy.intervention` from when it was first asked. */
  readonly until?: number | 'no end';
}

/** What a step makes of it. `says` is shown on the card: in a few words, and steady, so that the card is not either. */
export type Move =
  | { readonly kind: 'done'; readonly says?: string; readonly tell?: Tell; readonly rebuild?: Rebuild }
  /** It goes on, and perhaps wants a change of the world. `slow`: nothing is expected to move soon. */
  | {
      readonly kind: 'on';
      readonly says: string;
      readonly wish?: Wish | undefined;
      readonly slow?: true;
      readonly rebuild?: Rebuild;
      readonly tell?: Tell | undefined;
    }
  /** A person is needed; what runs goes on meanwhile, and when it comes right by itself the question is withdrawn. */
  | {
      readonly kind: 'ask';
      readonly says: string;
      readonly ask: Question;
      readonly wish?: Wish | undefined;
      readonly rebuild?: Rebuild;
    }
  /** Begins once more by itself, as the next attempt. */
  | { readonly kind: 'again'; readonly tell: Tell; readonly rebuild?: Rebuild }
  | { readonly kind: 'fail'; readonly errors: readonly string[] };

export const isLate = ({ step, now }: Here): boolean => step.deadline !== undefined && now >= step.deadline;

/** `1 farmer`, `24 farmers`. */
export const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
