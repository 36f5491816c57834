import type { RebuildProblem } from '../messages/planning/problems.ts';
import type { StepContext, StepDefinition } from './step-context.ts';

/** A cluster or engine that does not answer is asked again for so long before that is a reason; ms. */
const patience = 60_000;

/** What cannot be looked at of all that a plan is made of. */
export const unseenOf = ({ rebuild, observed }: StepContext): readonly RebuildProblem[] => {
  const { name: instance, cluster, namespace, farmerSet, synchronizerSet } = rebuild.plan.instance;
  const place = `${cluster}/${namespace}`;
  const sets = [
    [farmerSet, observed.farmers],
    [synchronizerSet, observed.synchronizer],
  ] as const;
  return [
    ...sets.flatMap(([set, seen]): RebuildProblem[] =>
      seen?.ok ? [] : [{ code: 'set_unseen', set, place, error: seen?.error }],
    ),
    ...(observed.engine?.ok
      ? []
      : [{ code: 'engine_unseen', instance, error: observed.engine?.error } as const]),
  ];
};

/** What is up that a rebuild must not find up. */
export const inTheWay = ({ rebuild, observed }: StepContext): readonly RebuildProblem[] => {
  const { farmerSet, synchronizerSet } = rebuild.plan.instance;
  const { farmers, synchronizer } = observed;
  return [
    ...(farmers?.ok && farmers.value.wanted > 0
      ? [{ code: 'farmers_up', set: farmerSet, farmers: farmers.value.wanted } as const]
      : []),
    ...(synchronizer?.ok && synchronizer.value.wanted > 0
      ? [{ code: 'synchronizer_up', set: synchronizerSet } as const]
      : []),
  ];
};

/** Looks once more at all that the plan was made of. Nothing is touched; every reason against it is told at once. */
export const preflight: StepDefinition<'preflight'> = {
  name: 'preflight',
  observes: { farmers: true, synchronizer: true, engine: true },
  run: (context) => {
    const { rebuild, observed, now, step } = context;
    const { instance, farmers, minimum } = rebuild.plan;
    const unseen = unseenOf(context);
    if (unseen.length > 0 && now - (step.startedAt ?? now) < patience) {
      return { kind: 'on', doing: { code: 'looking' } };
    }
    const { maximum } = instance;
    const problems: readonly RebuildProblem[] = [
      ...unseen,
      ...inTheWay(context),
      ...(farmers > maximum ? [{ code: 'too_many', farmers, maximum } as const] : []),
      ...(farmers < minimum ? [{ code: 'too_few', farmers, minimum } as const] : []),
      ...(farmers < 1 ? [{ code: 'none' } as const] : []),
    ];
    if (problems.length > 0) return { kind: 'fail', problems };
    const slow = [observed.farmers, observed.synchronizer].some(
      (seen) => seen?.ok && seen.value.podManagement !== 'Parallel',
    );
    return { kind: 'done', doing: { code: 'fine', slow } };
  },
};
