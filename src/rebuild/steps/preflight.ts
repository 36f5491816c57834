import { counted } from '../../core/text.ts';
import type { Observation, SetView } from '../ports/ports.ts';
import type { StepContext, StepDefinition } from './step-context.ts';

/** A cluster or engine that does not answer is asked again for so long before that is a reason; ms. */
const patience = 60_000;

/** What cannot be looked at of all that a plan is made of. */
export const unseenOf = ({ rebuild, observed }: StepContext): readonly string[] => {
  const { instance } = rebuild.plan;
  const place = `${instance.cluster}/${instance.namespace}`;
  return [
    ...silence(observed.farmers, `${instance.farmerSet} in ${place} cannot be looked at`),
    ...silence(observed.synchronizer, `${instance.synchronizerSet} in ${place} cannot be looked at`),
    ...silence(observed.engine, `The admin endpoint of ${instance.name} does not answer`),
  ];
};

/** What is up that a rebuild must not find up. */
export const inTheWay = ({ rebuild, observed }: StepContext): readonly string[] => {
  const { farmerSet, synchronizerSet } = rebuild.plan.instance;
  return [
    ...running(
      observed.farmers,
      (n) =>
        `${farmerSet} has ${counted(n, 'farmer')} up already: somebody works there, or forgot them. Scale it to 0 first.`,
    ),
    ...running(
      observed.synchronizer,
      () =>
        `${synchronizerSet} is up already, perhaps the guardian of an earlier rebuild. Scale it to 0 first.`,
    ),
  ];
};

/** Looks once more at all that the plan was made of. Nothing is touched; every reason against it is told at once. */
export const preflight: StepDefinition<'preflight'> = {
  name: 'preflight',
  observes: { farmers: true, synchronizer: true, engine: true },
  run: (context) => {
    const { rebuild, observed, now, step } = context;
    const { instance, farmers: wanted, minimum } = rebuild.plan;
    const unseen = unseenOf(context);
    if (unseen.length > 0 && now - (step.startedAt ?? now) < patience) {
      return { kind: 'on', says: 'cluster and engine are looked at' };
    }
    const problems = [
      ...unseen,
      ...inTheWay(context),
      ...(wanted > instance.maximum
        ? [`${wanted} farmers are more than the maximum of ${instance.maximum}.`]
        : []),
      ...(wanted < minimum ? [`${wanted} farmers are fewer than the minimum of ${minimum}.`] : []),
      ...(wanted < 1 ? ['A rebuild is never done without farmers.'] : []),
    ];
    if (problems.length > 0) return { kind: 'fail', errors: problems };
    const slow = [observed.farmers, observed.synchronizer].some(
      (seen) => seen?.ok && seen.value.podManagement !== 'Parallel',
    );
    return {
      kind: 'done',
      says: slow
        ? 'fine, but pods start one after another (podManagementPolicy is not Parallel)'
        : 'cluster and engine are fine',
    };
  },
};

const silence = (seen: Observation<unknown> | undefined, says: string): string[] =>
  seen?.ok ? [] : [`${says}: ${seen?.error ?? 'it was not looked at'}`];

const running = (seen: Observation<SetView> | undefined, says: (n: number) => string): string[] =>
  seen?.ok && seen.value.wanted > 0 ? [says(seen.value.wanted)] : [];
