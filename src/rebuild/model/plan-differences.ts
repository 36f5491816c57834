import type { Plan } from './parts/plan.ts';
import type { Rebuild } from './rebuild.ts';

/** In what a plan differs from the one before it, a sentence for each. Plain text. */
export const differences = (was: Plan, is: Plan): readonly string[] => [
  ...(was.farmers === is.farmers
    ? []
    : [`Farmers: ${was.farmers} before, ${is.farmers} now (${is.farmersFrom}).`]),
  ...(was.minimum === is.minimum ? [] : [`At least: ${was.minimum} before, ${is.minimum} now.`]),
  ...(was.engine === is.engine ? [] : [`Engine: ${was.engine} before, ${is.engine} now.`]),
  ...(was.forced === is.forced
    ? []
    : [is.forced ? 'Forced now, not before.' : 'Not forced now, before it was.']),
  ...(JSON.stringify(was.changes) === JSON.stringify(is.changes)
    ? []
    : ['What will be changed is different.']),
  ...(was.instance.source.revision === is.instance.source.revision
    ? []
    : [
        `The values file changed: ${is.instance.source.file}, now at ${is.instance.source.revision.slice(0, 7)}.`,
      ]),
];

/** In what a plan differs from the last rebuild of its instance, as that one was in the end. */
export const sinceLast = (last: Rebuild, plan: Omit<Plan, 'hash'>): readonly string[] => {
  const was = last.plan;
  const places = (of: Pick<Plan, 'instance'>) => {
    const { way, cluster, namespace, farmerSet, synchronizerSet } = of.instance;
    return [way, cluster, namespace, farmerSet, synchronizerSet].join(' ');
  };
  const frontends = (of: Pick<Plan, 'instance'>) => of.instance.frontends.join(', ') || 'none';
  return [
    ...(last.farmers.target === plan.farmers
      ? []
      : [`Farmers: ${last.farmers.target} then, ${plan.farmers} now.`]),
    ...(last.farmers.minimum === plan.minimum
      ? []
      : [`At least: ${last.farmers.minimum} then, ${plan.minimum} now.`]),
    ...(was.engine === plan.engine ? [] : [`Engine: ${was.engine} then, ${plan.engine} now.`]),
    ...(was.forced === plan.forced
      ? []
      : [plan.forced ? 'Forced now, not then.' : 'Not forced now; then it was.']),
    ...(places(was) === places(plan) ? [] : ['It is changed in another place, or in another way.']),
    ...(frontends(was) === frontends(plan)
      ? []
      : [`Frontends: ${frontends(was)} then, ${frontends(plan)} now.`]),
  ];
};
