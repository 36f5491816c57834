import type { EffectState } from './parts/effect-state.ts';
import type { Step } from './parts/step.ts';
import type { Rebuild } from './rebuild.ts';

export const runKey = (rebuild: Rebuild, run: 'history' | 'rebuild' | 'write', attempt: number): string =>
  `${rebuild.id}/${run}/${attempt}`;

/** Whether a change was made in the present attempt of the step. */
export const isOfStep = (effect: EffectState, step: Step | undefined): boolean =>
  effect.step === step?.name && effect.stepAttempt === step.attempt;

export const replaceEffect = (rebuild: Rebuild, effect: EffectState): Rebuild => ({
  ...rebuild,
  effects: rebuild.effects.map((other) => (other.key === effect.key ? effect : other)),
});

/** A change of the world is claimed in it that was not before: also one that is made again. */
export const claimsMore = (before: Rebuild, after: Rebuild): boolean =>
  before.effects !== after.effects &&
  after.effects.some(
    ({ state, claim }) => state === 'claimed' && !before.effects.some((known) => known.claim === claim),
  );
