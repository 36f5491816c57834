import type { EffectState } from '../model/parts/effect-state.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { isForced } from '../model/record.ts';
import type { ObserveDeps } from '../observe/observe.ts';
import { type Observed, setOf } from '../observe/observed.ts';
import type { EffectResult } from '../ports/ports.ts';

/** Makes a claimed change. What is thrown may have happened. */
export const executeEffect = async (
  deps: ObserveDeps,
  rebuild: Rebuild,
  { effect, key, by, reason }: EffectState,
  observed: Observed,
): Promise<EffectResult> => {
  const { instance } = rebuild.plan;
  if (effect.kind !== 'scale') {
    return deps.engine.order({
      key,
      rebuild: rebuild.id,
      instance,
      effect,
      forced: isForced(rebuild),
      farmers: farmersFor(rebuild, observed),
    });
  }
  const seen = setOf(observed, effect.role);
  if (!seen?.ok) return { ok: false, kind: 'retry', error: 'the cluster was not looked at' };
  const { role, from, to } = effect;
  return deps.scales(instance).scale({
    ...{ key, rebuild: rebuild.id, instance, role, from, to },
    resourceVersion: seen.value.resourceVersion,
    by: by ?? rebuild.by,
    reason: reason ?? rebuild.reason,
    ...(rebuild.plan.change !== undefined && { change: rebuild.plan.change }),
  });
};

/** The engine begins only with these: on the farm engine all that are up, because later ones do nothing. */
const farmersFor = ({ plan, farmers }: Rebuild, observed: Observed): number => {
  const ready = observed.farmers?.ok ? observed.farmers.value.ready : farmers.minimum;
  return plan.engine === 'farm'
    ? Math.max(farmers.minimum, Math.min(ready, farmers.target))
    : farmers.minimum;
};
