import { tell } from '../messages/news.ts';
import { type GoingOn, goingOnWords } from '../messages/steps/going-on.ts';
import type { Pause } from '../model/parts/orders.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { currentStep } from '../model/record.ts';
import { change, type Transition } from '../model/transition.ts';

/** Nothing is under way any more: from here on its time does not count. */
export const pauseNow = (transition: Transition, pause: Pause, now: number): Transition => {
  const left = goingOn(transition.rebuild);
  const goesOn = left && { goesOn: goingOnWords(left) };
  const paused: Pause = { ...pause, state: 'paused', pausedAt: now, ...goesOn };
  const step = currentStep(transition.rebuild)?.name;
  const next = change(transition, (rebuild) => ({ ...rebuild, pause: paused }));
  return tell(next, { code: 'paused', pause: paused, step }, now);
};

/** What a pause cannot stop. */
const goingOn = (rebuild: Rebuild): GoingOn | undefined => {
  const { farmers, synchronizer, frontends } = rebuild;
  const step = currentStep(rebuild)?.name;
  const up = farmers.seen?.ready ?? farmers.wanted;
  const busy = frontends.find(({ state }) => state === 'taking' || state === 'restarting');
  if (busy) return { code: 'frontend', name: busy.name, state: busy.state };
  if (step === 'rebuild' && up > 0) return { code: 'computing', farmers: up };
  if ((step === 'history' || step === 'write') && synchronizer.wanted === 1) return { code: step };
  if (farmers.wanted > 0) return { code: 'farmers', farmers: farmers.wanted };
  return synchronizer.wanted === 1 ? { code: 'synchronizer' } : undefined;
};

/** A pause that was perhaps forgotten. */
export const remind = (
  transition: Transition,
  pause: Pause,
  now: number,
  policy: RebuildPolicy,
): Transition => {
  if (now < pause.remindAt) return transition;
  const next = change(transition, (rebuild) => ({
    ...rebuild,
    pause: { ...pause, remindAt: now + policy.remind },
  }));
  return tell(next, { code: 'still_paused', pause, ms: now - pause.at }, now);
};
