import { isGone } from '../effects/scaling.ts';
import type { Leaving } from '../messages/steps/leaving.ts';
import type { Way } from '../messages/steps/way.ts';
import type { WorkloadRole } from '../model/parts/workloads.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { keepsFarmers } from '../model/record.ts';
import { setOf } from '../observe/observed.ts';
import { onItsWay } from './on-its-way.ts';
import {
  guardianUp,
  isLate,
  type StepContext,
  type StepDefinition,
  type StepResult,
} from './step-context.ts';

/** The farmers go: they are the cost. The synchronizer stays as guardian. */
export const teardown: StepDefinition<'teardown'> = {
  name: 'teardown',
  deadline: 'teardown',
  observes: { farmers: true, synchronizer: true, engine: true },
  desires: (rebuild) => ({
    ...guardianUp(rebuild),
    farmers: keepsFarmers(rebuild) ? rebuild.farmers : { ...rebuild.farmers, wanted: 0 },
  }),
  patient: true,
  run: (context) => {
    const { rebuild, observed } = context;
    if (keepsFarmers(rebuild)) {
      const n = rebuild.farmers.seen?.wanted ?? rebuild.farmers.wanted;
      return {
        kind: 'done',
        doing: { code: 'farmers_kept' },
        news: { code: 'farmers_kept', farmers: n },
      };
    }
    if (isGone(rebuild, observed, 'farmer')) {
      return { kind: 'done', doing: { code: 'farmers_gone' }, news: { code: 'farmers_gone' } };
    }
    const left = leavingOf(context, ['farmer']);
    return isLate(context) ? stuck(left) : { kind: 'on', doing: { code: 'leaving', sets: left } };
  },
};

/** What is left of these sets. */
export const leavingOf = (
  { rebuild, observed }: StepContext,
  roles: readonly WorkloadRole[],
): readonly Leaving[] =>
  roles.map((role) => {
    const seen = setOf(observed, role);
    if (!seen?.ok) return { role, unseen: seen?.error };
    const { pods, wanted } = seen.value;
    const way = wanted > 0 ? (onItsWay(rebuild, observed, role) ?? refusedLast(rebuild, role)) : undefined;
    return { role, pods, wanted, drifted: rebuild.drift?.role === role, way };
  });

/** Waits for as long as it takes: an end with pods that nobody knows of would be a lie. */
export const stuck = (left: readonly Leaving[]): Extract<StepResult, { kind: 'ask' }> => ({
  kind: 'ask',
  doing: { code: 'leaving', sets: left },
  need: { code: 'teardown_stuck', left },
  until: 'no end',
});

/** Why the last change of the number of a role was not made. */
const refusedLast = ({ effects }: Rebuild, role: WorkloadRole): Way | undefined => {
  const last = effects.findLast(({ effect }) => effect.kind === 'scale' && effect.role === role);
  return last?.state === 'failed' && last.error !== undefined
    ? { code: 'refused', error: last.error }
    : undefined;
};
