import { formatDuration } from '../../core/duration.ts';
import { currentStep } from '../model/edit.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { Pause, Rebuild } from '../model/rebuild.ts';
import { sentence } from '../model/sentence.ts';
import { change, type Sheet, tell } from '../model/sheet.ts';
import { stepTitle } from '../model/state.ts';
import { count } from '../steps/move.ts';

/** Nothing is under way any more: from here on its time does not count. */
export const pauseNow = (sheet: Sheet, pause: Pause, now: number): Sheet => {
  const goesOn = goingOn(sheet.rebuild);
  const paused: Pause = { ...pause, state: 'paused', pausedAt: now, ...(goesOn !== undefined && { goesOn }) };
  const step = currentStep(sheet.rebuild);
  const where = step ? ` in the step ${stepTitle[step.name]}` : '';
  const text = `Paused${where} by ${pause.by.name ?? pause.by.id}, because: ${sentence(pause.reason)}${goesOn === undefined ? '' : ` What a pause cannot stop: ${goesOn}.`}`;
  return tell(
    change(sheet, (rebuild) => ({ ...rebuild, pause: paused })),
    { what: 'paused', text, note: 'paused', entry: 'change' },
    now,
  );
};

/** What a pause cannot stop. */
const goingOn = ({ farmers, synchronizer, frontends, ...rest }: Rebuild): string | undefined => {
  const step = currentStep({ farmers, synchronizer, frontends, ...rest })?.name;
  const up = farmers.seen?.ready ?? farmers.wanted;
  const busy = frontends.find(({ state }) => state === 'taking' || state === 'restarting');
  if (busy) return `${busy.name} is ${busy.state} and comes to its end`;
  if (step === 'rebuild' && up > 0) return `${count(up, 'farmer')} go on computing; their result is kept`;
  if (step === 'history' && synchronizer.wanted === 1)
    return 'the history update goes on in the synchronizer';
  if (step === 'write' && synchronizer.wanted === 1) return 'writing the caches goes on in the synchronizer';
  if (farmers.wanted > 0) return `${count(farmers.wanted, 'farmer')} stay up and cost money`;
  if (synchronizer.wanted === 1) return 'the synchronizer stays up';
  return undefined;
};

/** A pause that was perhaps forgotten. */
export const remind = (sheet: Sheet, pause: Pause, now: number, policy: RebuildPolicy): Sheet => {
  if (now < pause.remindAt) return sheet;
  const lasts = formatDuration(now - pause.at);
  const text = `Still paused, for ${lasts} now, by ${pause.by.name ?? pause.by.id}, because: ${sentence(pause.reason)}${pause.goesOn === undefined ? '' : ` Meanwhile ${pause.goesOn}.`} Resume or cancel it.`;
  return tell(
    change(sheet, (rebuild) => ({ ...rebuild, pause: { ...pause, remindAt: now + policy.remind } })),
    { what: 'still_paused', text, note: 'still_paused' },
    now,
  );
};
