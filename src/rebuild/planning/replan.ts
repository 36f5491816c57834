import { noInstance, type RebuildServiceDeps } from '../commands/rebuild-service-deps.ts';
import { problemWords, type RebuildProblem } from '../messages/planning/problems.ts';
import { unlooked } from '../messages/steps/missing.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { stricter } from '../model/rules/rules.ts';
import type { ObserveDeps, ObservedNow } from '../observe/observe.ts';
import type { Replanned } from '../observe/observed.ts';
import type { Observation } from '../ports/ports.ts';
import { makePlan } from './plan.ts';

/**
 * Makes the plan of a rebuild that has not begun once more: from its values as they are now, and what was just seen of
 * the cluster. Values that cannot be read for certain are no answer.
 */
export const createReplan =
  ({
    instances,
    hash,
    settings,
  }: Pick<RebuildServiceDeps, 'instances' | 'hash' | 'settings'>): NonNullable<ObserveDeps['replan']> =>
  async ({ plan }: Rebuild, seen: ObservedNow): Promise<Observation<Replanned>> => {
    const found = await instances.get(plan.instance.name);
    if (!found.ok) {
      const problems = noInstance(plan.instance.name, found);
      return found.kind === 'unavailable'
        ? { ok: false, error: problems.map(problemWords).join(' ') }
        : unfit(...problems);
    }
    const { instance, stale } = found;
    if (stale !== undefined) return { ok: false, error: stale };
    if (plan.instance.approval && !instance.approval) {
      return unfit({ code: 'approval_dropped', instance: instance.name });
    }
    const { targetMs, changeRule, controls } = settings();
    const ruled = controls?.(instance);
    // Never less than what was asked for when it was planned.
    const both = ruled && stricter(plan.controls ?? ruled, ruled);
    const unseen = { ok: false, error: unlooked } as const;
    const planned = makePlan(
      {
        instance: instance.name,
        forced: plan.forced,
        farmers: plan.farmers,
        ...(plan.change !== undefined && { change: plan.change }),
      },
      {
        instance,
        farmers: seen.farmers ?? unseen,
        synchronizer: seen.synchronizer ?? unseen,
        engine: seen.engine ?? unseen,
        lastFarmers: { ok: true, value: undefined },
        // So that it warns of the same.
        earlier: plan.expected ? [{ farmers: plan.farmers, ms: plan.expected.ms, id: 'the last' }] : [],
        ...((both ?? plan.controls) && { controls: both ?? plan.controls }),
        inFlight: undefined,
        allInFlight: [],
        limit: 1,
      },
      { ...(targetMs !== undefined && { targetMs }), ...(changeRule && { changeRule }), hash },
    );
    if (!planned.ok) return unfit(...planned.problems, { code: 'not_started' });
    // What does not hang on the present: where the number comes from, and what earlier rebuilds tell.
    const { farmersFrom, expected, since } = plan;
    const kept = { farmersFrom, ...(expected && { expected }), ...(since && { since }) };
    return { ok: true, value: { kind: 'plan', plan: { ...planned.plan, ...kept } } };
  };

const unfit = (...problems: readonly RebuildProblem[]): Observation<Replanned> => ({
  ok: true,
  value: { kind: 'unfit', problems },
});
