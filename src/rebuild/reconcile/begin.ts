import { keepsFarmers } from '../commands/apply-override.ts';
import { type RebuildPolicy, stepDeadline } from '../model/policy.ts';
import type { Rebuild, StepName } from '../model/rebuild.ts';
import { stepOf } from '../model/record.ts';
import { stepTitle } from '../model/status.ts';
import { announce, change, setStep, type Transition } from '../model/transition.ts';
import { startOver } from '../observe/apply-observation.ts';

/** Begins a step, for the first time or once more: its clock starts, and what it wants of the world is on record. */
export const beginStep = (
  transition: Transition,
  name: StepName,
  now: number,
  policy: RebuildPolicy,
): Transition => {
  const deadline = name === 'release' ? policy.deadlines.teardown : stepDeadline(name, policy);
  const begun = change(transition, (rebuild) =>
    setStep(wanting(rebuild, name), name, ({ attempt }) => ({
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

const wanting = (rebuild: Rebuild, name: StepName): Rebuild => {
  const { farmers, synchronizer, ticket } = rebuild;
  switch (name) {
    case 'preflight':
      return rebuild;
    case 'ticket': {
      if (ticket.state !== 'failed') return rebuild;
      // A person has fixed what Jira refused.
      const { error: _, retryAt: __, ...rest } = ticket;
      return { ...rebuild, ticket: { ...rest, state: 'wanted', attempts: 0 } };
    }
    case 'synchronizer':
    case 'history':
    case 'write':
      return { ...rebuild, synchronizer: { ...synchronizer, wanted: 1, guardian: false } };
    case 'farmers':
      return {
        ...rebuild,
        synchronizer: { ...synchronizer, wanted: 1, guardian: false },
        farmers: { ...farmers, wanted: farmers.target },
      };
    case 'rebuild':
      return {
        ...startOver(rebuild),
        synchronizer: { ...synchronizer, wanted: 1, guardian: false },
        farmers: { ...farmers, wanted: farmers.target },
      };
    case 'teardown':
      return {
        ...rebuild,
        synchronizer: { ...synchronizer, wanted: 1, guardian: true },
        farmers: keepsFarmers(rebuild) ? farmers : { ...farmers, wanted: 0 },
      };
    case 'propagate':
      return { ...rebuild, synchronizer: { ...synchronizer, wanted: 1, guardian: true } };
    case 'release': {
      if (stepOf(rebuild, 'propagate').state !== 'skipped') return rebuild;
      const frontends = rebuild.frontends.map((frontend) =>
        frontend.state === 'ready' ? frontend : { ...frontend, state: 'skipped' as const },
      );
      return { ...rebuild, frontends };
    }
    default:
      return name satisfies never;
  }
};
