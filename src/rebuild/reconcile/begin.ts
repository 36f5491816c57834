import type { RebuildPolicy } from '../model/policy.ts';
import { stepOf } from '../model/record.ts';
import { type StepName, stepTitle } from '../model/steps.ts';
import { announce, change, setStep, type Transition } from '../model/transition.ts';
import { stepDefinitions } from '../steps/steps.ts';

/** Begins a step, for the first time or once more: its clock starts, and what it wants of the world is on record. */
export const beginStep = (
  transition: Transition,
  name: StepName,
  now: number,
  policy: RebuildPolicy,
): Transition => {
  const { deadline: limit, desires } = stepDefinitions[name];
  const deadline = limit && policy.deadlines[limit];
  const begun = change(transition, (rebuild) =>
    setStep(desires?.(rebuild) ?? rebuild, name, ({ attempt }) => ({
      name,
      state: 'running',
      attempt: attempt + 1,
      startedAt: now,
      ...(deadline !== undefined && { deadline: now + deadline }),
    })),
  );
  const { attempt } = stepOf(begun.rebuild, name);
  const text = `The step ${stepTitle[name]} begins${attempt > 1 ? `, attempt ${attempt}` : ''}.`;
  return announce(
    begun,
    { what: `begin_${name}`, text, entry: 'change', mark: 'step', marked: stepTitle[name] },
    now,
  );
};
