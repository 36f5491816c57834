import { counted } from '../../core/text.ts';
import { tell } from '../messages/news.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { Pause, Rebuild } from '../model/rebuild.ts';
import { currentStep } from '../model/record.ts';
import { change, type Transition } from '../model/transition.ts';

/** Nothing is under way any more: from here on its time does not count. */
export const pauseNow = (transition: Transition, pause: Pause, now: number): Transition => {
  const goesOn = goingOn(transition.rebuild);
  const paused: Pause = { ...pause, state: 'paused', pausedAt: now, ...(goesOn !== undefined && { goesOn }) };
  const step = currentStep(transition.rebuild)?.name;
  const next = change(transition, (rebuild) => ({ ...rebuild, pause: paused }));
  return tell(next, { code: 'paused', pause: paused, step }, now);
};

/** What a pause cannot stop. */
const goingOn = ({ farmers, synchronizer, frontends, ...rest }: Rebuild): string | undefined => {
  const step = currentStep({ farmers, synchronizer, frontends, ...rest })?.name;
  const up = farmers.seen?.ready ?? farmers.wanted;
  const busy = frontends.find(({ state }) => state === 'taking' || state === 'restarting');
  if (busy) return `${busy.name} is ${busy.state} and comes to its end`;
  if (step === 'rebuild' && up > 0) return `${counted(up, 'farmer')} go on computing; their result is kept`;
  if (step === 'history' && synchronizer.wanted === 1)
    return 'the history update goes on in the synchronizer';
  if (step === 'write' && synchronizer.wanted === 1) return 'writing the caches goes on in the synchronizer';
  if (farmers.wanted > 0) return `${counted(farmers.wanted, 'farmer')} stay up and cost money`;
  if (synchronizer.wanted === 1) return 'the synchronizer stays up';
  return undefined;
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
