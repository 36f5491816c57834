import { tell } from '../messages/news.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import { stepOf } from '../model/record.ts';
import type { StepName } from '../model/steps.ts';
import { change, setStep, type Transition } from '../model/transition.ts';
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
  return tell(begun, { code: 'begins', step: name, attempt }, now);
};
