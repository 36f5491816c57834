import type { V1PodDisruptionBudget } from '@kubernetes/client-node';
import { type Check, unknown } from './facts.ts';
import { selects } from './labels.ts';

const check = 'disruption_budget';

/** A rebuild hangs on one pod for days: a node that is drained must not take it. */
export const disruptionBudget: Check = ({ instance, budgets, sets }) => {
  const name = instance.synchronizerSet;
  if (!budgets.ok) return [unknown(check, budgets.error)];
  if (!sets.synchronizer.ok) return [unknown(check, sets.synchronizer.error)];
  const labels = sets.synchronizer.value.spec?.template?.metadata?.labels ?? {};
  const own = budgets.value.filter((budget) => selects(budget.spec?.selector, labels));
  const guards = own.find(protectsOne);
  if (guards) {
    return [{ level: 'ok', check, says: `PodDisruptionBudget ${nameOf(guards)} protects the synchronizer` }];
  }
  const [weak] = own;
  if (weak) {
    return [
      {
        level: 'warning',
        check,
        says: `PodDisruptionBudget ${nameOf(weak)} lets a node drain take the only synchronizer: the rebuild would break off`,
        fix: `PodDisruptionBudget ${nameOf(weak)}: spec.maxUnavailable: 0 (without minAvailable)`,
      },
    ];
  }
  const selector = Object.entries(sets.synchronizer.value.spec?.selector?.matchLabels ?? {})
    .map(([key, value]) => `${key}: ${value}`)
    .join(', ');
  return [
    {
      level: 'warning',
      check,
      says: `no PodDisruptionBudget selects the pods of ${name}: a node drain breaks the rebuild off`,
      fix: `Add a PodDisruptionBudget with spec.maxUnavailable: 0 and spec.selector.matchLabels: { ${selector} }`,
    },
  ];
};

const nameOf = (budget: V1PodDisruptionBudget): string => budget.metadata?.name ?? '?';

/** Whether it holds on to the last pod of one. Half a pod is rounded up. */
const protectsOne = ({ spec }: V1PodDisruptionBudget): boolean => {
  const { minAvailable, maxUnavailable } = spec ?? {};
  if (minAvailable !== undefined) return Number.parseInt(String(minAvailable), 10) >= 1;
  return maxUnavailable !== undefined && Number.parseInt(String(maxUnavailable), 10) === 0;
};
