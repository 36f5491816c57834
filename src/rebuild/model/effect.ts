import type { Effect, EffectState, Rebuild, Step } from './rebuild.ts';

export const runKey = (rebuild: Rebuild, run: 'history' | 'rebuild' | 'write', attempt: number): string =>
  `${rebuild.id}/${run}/${attempt}`;

/** Whether a change was made in the present attempt of the step. */
export const isOfStep = (effect: EffectState, step: Step | undefined): boolean =>
  effect.step === step?.name && effect.stepAttempt === step.attempt;

export const replaceEffect = (rebuild: Rebuild, effect: EffectState): Rebuild => ({
  ...rebuild,
  effects: rebuild.effects.map((other) => (other.key === effect.key ? effect : other)),
});

/** How a change reads. Plain text. */
export const effectTitle = (effect: Effect): string => {
  switch (effect.kind) {
    case 'scale': {
      const what = effect.role === 'farmer' ? 'farmers' : 'synchronizer';
      return `${what} ${effect.from} → ${effect.to}`;
    }
    case 'run': {
      const what = { history: 'history update', rebuild: 'rebuild', write: 'writing the caches' }[effect.run];
      return effect.recover ? `${what}, from the cache file` : what;
    }
    case 'propagate':
      return `caches to ${effect.frontend}`;
    case 'stop_run':
      return 'stopping the run';
    default:
      return effect satisfies never;
  }
};
