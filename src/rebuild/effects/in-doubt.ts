import { tell } from '../messages/news.ts';
import { notKnown } from '../messages/steps/missing.ts';
import { replaceEffect } from '../model/effect.ts';
import type { EffectState } from '../model/parts/effect-state.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { currentStep, keepsFarmers } from '../model/record.ts';
import { change, type Transition } from '../model/transition.ts';
import { enoughFarmers, lastScale, type Observed, setOf } from '../observe/observed.ts';
import { done } from './outcome.ts';

/** What becomes of a change that is claimed and has no outcome yet. */
export type ResolvedInDoubt =
  | { readonly kind: 'settled'; readonly transition: Transition }
  /** Somebody may be at it; not to be touched before. ms */
  | { readonly kind: 'wait'; readonly at: number }
  /** Its owner is lost: made again under a new claim, with the same key. */
  | { readonly kind: 'again' };

/** Looks at the world before anything is repeated. */
export const resolveInDoubt = (
  transition: Transition,
  effect: EffectState,
  observed: Observed,
  now: number,
  policy: RebuildPolicy,
): ResolvedInDoubt => {
  const { rebuild } = transition;
  if (isThere(rebuild, effect, observed)) {
    return { kind: 'settled', transition: done(transition, effect, { already: true }, now) };
  }
  const over = effect.retryAt ?? effect.at + policy.claimTimeout;
  if (now < over) return { kind: 'wait', at: over };
  if (!isWorthRepeating(rebuild, effect, observed)) {
    return { kind: 'settled', transition: givenUp(transition, effect, now) };
  }
  const { effect: made } = effect;
  // A scale is decided on what is there: without a look there is nothing to decide on.
  if (made.kind === 'scale' && !setOf(observed, made.role)?.ok)
    return { kind: 'wait', at: now + policy.poll };
  return { kind: 'again' };
};

/** The world is as the change would have made it. */
const isThere = (rebuild: Rebuild, { effect, key }: EffectState, observed: Observed): boolean => {
  switch (effect.kind) {
    case 'scale': {
      // The cluster has not even followed the change before this one: what it shows is older than both.
      const last = lastScale(rebuild, effect.role);
      if (rebuild.plan.instance.way === 'gitops' && last && last.arrivedAt === undefined) return false;
      const seen = setOf(observed, effect.role);
      return seen?.ok === true && seen.value.wanted === effect.to;
    }
    case 'run': {
      // What the engine shows has no key: only of a first run it is sure that it is this one.
      const first = key.endsWith('/1') && effect.run !== 'history';
      return first && observed.engine?.ok === true && observed.engine.value[effect.run].state !== 'none';
    }
    case 'propagate': {
      if (!observed.engine?.ok) return false;
      const view = observed.engine.value.frontends.find(({ name }) => name === effect.frontend);
      return view?.caches === rebuild.id || view?.state === 'taking' || view?.state === 'restarting';
    }
    case 'stop_run':
      return (
        observed.engine?.ok === true &&
        (['history', 'rebuild', 'write'] as const).every((run) => {
          const state = observed.engine?.ok === true ? observed.engine.value[run].state : 'running';
          return state !== 'running' && state !== 'waiting';
        })
      );
    default:
      return effect satisfies never;
  }
};

/**
 * An order that nobody wants any more is not repeated just to learn what became of it: in a teardown, after a person
 * went to another step, or for a rebuild without its farmers. Should it have been taken all the same, it is found
 * running, and stopped.
 */
const isWorthRepeating = (rebuild: Rebuild, { effect, step }: EffectState, observed: Observed): boolean => {
  if (effect.kind === 'scale') return true;
  if (rebuild.phase !== 'running' || currentStep(rebuild)?.name !== step) return false;
  return !(effect.kind === 'run' && effect.run === 'rebuild') || enoughFarmers({ rebuild, observed });
};

const givenUp = (transition: Transition, effect: EffectState, now: number): Transition => {
  const settled: EffectState = { ...effect, state: 'failed', endedAt: now, error: notKnown, retryAt: now };
  const next = change(transition, (rebuild) => replaceEffect(rebuild, settled));
  return tell(next, { code: 'given_up', effect: effect.effect, key: effect.key, error: notKnown }, now);
};

/** The roles that are left as they are although nothing more is wanted of them. */
export const keptUp = (rebuild: Rebuild): readonly 'farmer'[] => {
  const step = currentStep(rebuild)?.name;
  const after = step === 'teardown' || step === 'propagate' || step === 'release';
  return after && keepsFarmers(rebuild) ? ['farmer'] : [];
};
