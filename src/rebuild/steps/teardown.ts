import { counted } from '../../core/text.ts';
import { isGone } from '../effects/scaling.ts';
import type { Rebuild, WorkloadRole } from '../model/rebuild.ts';
import { keepsFarmers } from '../model/record.ts';
import { onItsWay, withWay } from './on-its-way.ts';
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
        says: 'farmers kept',
        news: { code: 'farmers_kept', farmers: n },
      };
    }
    if (isGone(rebuild, observed, 'farmer')) {
      return { kind: 'done', says: 'farmers gone', news: { code: 'farmers_gone' } };
    }
    const says = leftSays(context, 'farmer');
    return isLate(context) ? stuck(says, leftOver(context, ['farmer'])) : { kind: 'on', says };
  },
};

export const leftSays = ({ rebuild, observed }: StepContext, role: 'farmer' | 'synchronizer'): string => {
  const seen = role === 'farmer' ? observed.farmers : observed.synchronizer;
  const noun = role === 'farmer' ? 'farmer' : 'synchronizer';
  if (!seen?.ok) return `the cluster does not answer: ${seen?.error ?? 'it was not looked at'}`;
  const { pods, wanted } = seen.value;
  if (pods.length === 0 && wanted === 0) return `no ${noun} left; waits for the change to be settled`;
  if (rebuild.drift?.role === role && wanted > 0) return `somebody wants ${counted(wanted, noun)}`;
  const left = `${counted(Math.max(pods.length, wanted), noun)} still there`;
  return withWay(left, wanted > 0 ? onItsWay(rebuild, observed, role) : undefined);
};

/** What is still there, by name. */
export const leftOver = (
  { rebuild, observed }: StepContext,
  roles: readonly ('farmer' | 'synchronizer')[],
): string => {
  const says = roles.flatMap((role) => {
    const seen = role === 'farmer' ? observed.farmers : observed.synchronizer;
    if (!seen?.ok) return [`the cluster does not answer: ${seen?.error ?? 'it was not looked at'}`];
    const { pods, wanted } = seen.value;
    if (pods.length === 0 && wanted === 0) return [];
    const names = pods
      .slice(0, 5)
      .map(({ name, terminating }) => (terminating ? `${name} (terminating)` : name));
    const more = pods.length > 5 ? ` and ${pods.length - 5} more` : '';
    const still = wanted > 0 ? `, and ${wanted} are wanted` : '';
    const way = wanted > 0 ? (onItsWay(rebuild, observed, role) ?? refusedLast(rebuild, role)) : undefined;
    return [`${names.join(', ') || 'no pod'}${more}${still}${way ? ` (${way.why.replace(/\.$/, '')})` : ''}`];
  });
  return says.join('; ');
};

/** Waits for as long as it takes: an end with pods that nobody knows of would be a lie. */
export const stuck = (says: string, left: string): Extract<StepResult, { kind: 'ask' }> => ({
  kind: 'ask',
  says,
  need: { code: 'teardown_stuck', left: left || says },
  until: 'no end',
});

/** Why the last change of the number of a role was not made. */
const refusedLast = ({ effects }: Rebuild, role: WorkloadRole): { readonly why: string } | undefined => {
  const last = effects.findLast(({ effect }) => effect.kind === 'scale' && effect.role === role);
  return last?.state === 'failed' && last.error !== undefined ? { why: last.error } : undefined;
};
