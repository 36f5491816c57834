import type { DesiredEffect } from '../effects/effects.ts';
import type { News } from '../messages/news.ts';
import type { RebuildProblem } from '../messages/planning/problems.ts';
import type { Doing } from '../messages/steps/doing.ts';
import type { Need } from '../messages/steps/interventions.ts';
import type { Step } from '../model/parts/step.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { Rebuild } from '../model/rebuild.ts';
import type { StepName } from '../model/steps.ts';
import type { ObservationNeeds, Observed } from '../observe/observed.ts';

/** What a step knows: the record with what was seen already in it, and the world as it was seen in this pass. */
export interface StepContext {
  readonly rebuild: Rebuild;
  readonly step: Step;
  readonly observed: Observed;
  readonly now: number;
  readonly policy: RebuildPolicy;
}

/** One step of a rebuild. What people may ask of it, and its place in the order: `model/steps.ts`. */
export interface StepDefinition<Name extends StepName = StepName> {
  readonly name: Name;
  /** Which of the limits (`rebuilds.deadlines`) a person is asked after; absent: only the whole rebuild has one. */
  readonly deadline?: keyof RebuildPolicy['deadlines'];
  /** What must be looked at before it decides. */
  readonly observes: Pick<ObservationNeeds, 'farmers' | 'synchronizer' | 'engine'>;
  /** The record as it begins: what it wants of the world from then on. Absent: what was wanted before. */
  readonly desires?: (rebuild: Rebuild) => Rebuild;
  /** It cannot go on while the number of pods cannot be changed. */
  readonly scales?: true;
  /** Its changes are tried without end, because pods cost money. */
  readonly patient?: true;
  /** What it makes of what is there. Pure. */
  readonly run: (context: StepContext) => StepResult;
}

/** What a step makes of it. `doing` is shown on the card, in a few words. */
export type StepResult =
  | {
      readonly kind: 'done';
      readonly doing?: Doing;
      readonly news?: News;
      readonly rebuild?: Rebuild;
    }
  /** It goes on, and perhaps wants a change of the world. `slow`: nothing is expected to move soon. */
  | {
      readonly kind: 'on';
      readonly doing: Doing;
      readonly desired?: DesiredEffect | undefined;
      readonly slow?: true;
      readonly rebuild?: Rebuild;
    }
  /** A person is needed; what runs goes on meanwhile, and when it comes right by itself the question is withdrawn. */
  | {
      readonly kind: 'ask';
      /** `as before`: what is shown already. */
      readonly doing: Doing | 'as before';
      /** `as before`: for what was asked already. */
      readonly need: Need | 'as before';
      /** Waits for as long as it takes, or until then; default: `policy.intervention` from when it was first asked. */
      readonly until?: number | 'no end';
      readonly desired?: DesiredEffect | undefined;
      readonly rebuild?: Rebuild;
    }
  /** Begins once more by itself, as the next attempt. */
  | { readonly kind: 'again'; readonly news: News; readonly rebuild?: Rebuild }
  | { readonly kind: 'fail'; readonly problems: readonly RebuildProblem[] };

export const isLate = ({ step, now }: StepContext): boolean =>
  step.deadline !== undefined && now >= step.deadline;

/** The synchronizer is up and works. */
export const synchronizerUp = (rebuild: Rebuild): Rebuild => ({
  ...rebuild,
  synchronizer: { ...rebuild.synchronizer, wanted: 1, guardian: false },
});

/** So are the farmers that were asked for. */
export const farmersUp = (rebuild: Rebuild): Rebuild => ({
  ...synchronizerUp(rebuild),
  farmers: { ...rebuild.farmers, wanted: rebuild.farmers.target },
});

/** The synchronizer stays up for its fresh data alone. */
export const guardianUp = (rebuild: Rebuild): Rebuild => ({
  ...rebuild,
  synchronizer: { ...rebuild.synchronizer, wanted: 1, guardian: true },
});
