import { keepsFarmers } from '../commands/apply-override.ts';
import { currentStep } from '../model/edit.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { EffectState, Rebuild } from '../model/rebuild.ts';
import { change, type Sheet, tell } from '../model/sheet.ts';
import { setOf, type World } from '../observe/world.ts';
import { enoughFarmers } from '../steps/rebuild.ts';
import { effectTitle, replaceEffect } from './effects.ts';
import { done } from './outcome.ts';

/** What becomes of a change that is claimed and has no outcome yet. */
export type Resolved =
  | { readonly kind: 'settled'; readonly sheet: Sheet }
  /** Somebody may be at it; not to be touched before. ms */
  | { readonly kind: 'wait'; readonly at: number }
  /** Its owner is lost: made again under a new claim, with the same key. */
  | { readonly kind: 'again' };

/** Looks at the world before anything is repeated. */
export const resolve = (
  sheet: Sheet,
  effect: EffectState,
  world: World,
  now: number,
  policy: RebuildPolicy,
): Resolved => {
  const { rebuild } = sheet;
  if (isThere(rebuild, effect, world)) {
    return { kind: 'settled', sheet: done(sheet, effect, { already: true }, now) };
  }
  const over = effect.retryAt ?? effect.at + policy.claimTimeout;
  if (now < over) return { kind: 'wait', at: over };
  if (!isWorthRepeating(rebuild, effect, world)) {
    return { kind: 'settled', sheet: givenUp(sheet, effect, now) };
  }
  const { effect: made } = effect;
  // A scale is decided on what is there: without a look there is nothing to decide on.
  if (made.kind === 'scale' && !setOf(world, made.role)?.ok) return { kind: 'wait', at: now + policy.poll };
  return { kind: 'again' };
};

/** The world is as the change would have made it. */
const isThere = (rebuild: Rebuild, { effect, key }: EffectState, world: World): boolean => {
  switch (effect.kind) {
    case 'scale': {
      const seen = setOf(world, effect.role);
      return seen?.ok === true && seen.value.wanted === effect.to;
    }
    case 'run': {
      // What the engine shows has no key: only of a first run it is sure that it is this one.
      const first = key.endsWith('/1') && effect.run !== 'history';
      return first && world.engine?.ok === true && world.engine.value[effect.run].state !== 'none';
    }
    case 'propagate': {
      if (!world.engine?.ok) return false;
      const view = world.engine.value.frontends.find(({ name }) => name === effect.frontend);
      return view?.caches === rebuild.id || view?.state === 'taking' || view?.state === 'restarting';
    }
    case 'stop_run':
      return (
        world.engine?.ok === true &&
        (['history', 'rebuild', 'write'] as const).every((run) => {
          const state = world.engine?.ok === true ? world.engine.value[run].state : 'running';
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
const isWorthRepeating = (rebuild: Rebuild, { effect, step }: EffectState, world: World): boolean => {
  if (effect.kind === 'scale') return true;
  if (rebuild.phase !== 'running' || currentStep(rebuild)?.name !== step) return false;
  return !(effect.kind === 'run' && effect.run === 'rebuild') || enoughFarmers({ rebuild, world });
};

const givenUp = (sheet: Sheet, effect: EffectState, now: number): Sheet => {
  const error = 'given up: whether it was done is not known';
  const settled: EffectState = { ...effect, state: 'failed', endedAt: now, error, retryAt: now };
  return tell(
    change(sheet, (rebuild) => replaceEffect(rebuild, settled)),
    {
      what: 'given_up',
      text: `${effectTitle(effect.effect)} (${effect.key}): ${error}. It is not repeated now.`,
    },
    now,
  );
};

/** The roles that are left as they are although nothing more is wanted of them. */
export const keptUp = (rebuild: Rebuild): readonly 'farmer'[] => {
  const step = currentStep(rebuild)?.name;
  const after = step === 'teardown' || step === 'propagate' || step === 'release';
  return after && keepsFarmers(rebuild) ? ['farmer'] : [];
};
