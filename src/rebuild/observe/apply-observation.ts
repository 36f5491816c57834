import { tell, tellOnce } from '../messages/news.ts';
import { replaceEffect, runKey } from '../model/effect.ts';
import type { Progress } from '../model/parts/progress.ts';
import type { PodTrouble, SeenPods } from '../model/parts/workloads.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { currentStep, stepOf, wasTold, withReached } from '../model/record.ts';
import { change, forget, remember, type Transition } from '../model/transition.ts';
import type { SetView } from '../ports/ports.ts';
import { applyDrift } from './drift.ts';
import type { Observed } from './observed.ts';
import { withLook } from './progress.ts';

/** What was seen, taken into the record, and told where it matters. Changes nothing else; also while paused. */
export const applyObservation = (
  transition: Transition,
  observed: Observed,
  now: number,
  policy: RebuildPolicy,
): Transition => {
  const before = transition.rebuild;
  let next = change(transition, (rebuild) => withSeen(rebuild, observed));
  next = absorbArrival(next, observed, now);
  next = applyDrift(next, observed, now);
  if (before.phase !== 'running') return next;
  next = absorbSynchronizer(next, before, observed, now);
  next = absorbFarmers(next, before, now, policy);
  return absorbProgress(next, observed, now, policy);
};

const withSeen = (rebuild: Rebuild, observed: Observed): Rebuild => {
  const { farmers, synchronizer, engine } = observed;
  return {
    ...rebuild,
    ...(farmers?.ok && { farmers: { ...rebuild.farmers, seen: seenPods(farmers.value, observed.at) } }),
    ...(synchronizer?.ok && {
      synchronizer: { ...rebuild.synchronizer, seen: seenPods(synchronizer.value, observed.at) },
    }),
    ...(engine?.ok && { seenAt: observed.at }),
  };
};

const seenPods = ({ wanted, ready, pods }: SetView, at: number): SeenPods => ({
  at,
  wanted,
  ready,
  pods: pods.length,
  troubles: pods.flatMap(({ trouble }) => (trouble ? [trouble] : [])).slice(0, 10),
});

const absorbArrival = (transition: Transition, { arrival }: Observed, now: number): Transition => {
  if (!arrival?.seen.ok) return transition;
  const effect = transition.rebuild.effects.find(({ key }) => key === arrival.key);
  if (effect?.state !== 'done' || effect.arrivedAt !== undefined) return transition;
  const { value } = arrival.seen;
  const { effect: made } = effect;
  const words = `blocked:${arrival.key}:`;
  switch (value.state) {
    case 'arrived': {
      const next = change(transition, (rebuild) => replaceEffect(rebuild, { ...effect, arrivedAt: now }));
      if (!Object.keys(transition.rebuild.told ?? {}).some((word) => word.startsWith(words))) return next;
      const freed = change(next, (rebuild) => forget(rebuild, words));
      return tell(freed, { code: 'arrived', effect: made }, now);
    }
    case 'waiting':
      return transition;
    case 'blocked':
      return tellOnce(
        transition,
        `${words}${value.code}`,
        { code: 'blocked', effect: made, says: value.says },
        now,
      );
    default:
      return value satisfies never;
  }
};

/** From the history update on the synchronizer holds what is being made: that it went away is never passed over. */
const absorbSynchronizer = (
  transition: Transition,
  before: Rebuild,
  { synchronizer }: Observed,
  now: number,
): Transition => {
  const { rebuild } = transition;
  const step = currentStep(rebuild)?.name;
  if (!synchronizer?.ok || step === undefined || step === 'synchronizer' || step === 'release')
    return transition;
  if (rebuild.synchronizer.wanted === 0 || synchronizer.value.ready > 0) return transition;
  if (before.synchronizer.awaySince !== undefined) return transition;
  const trouble = synchronizer.value.pods[0]?.trouble;
  const away = change(transition, (r) => ({ ...r, synchronizer: { ...r.synchronizer, awaySince: now } }));
  return tell(away, { code: 'synchronizer_away', trouble }, now);
};

const grave: readonly PodTrouble['kind'][] = ['crash_loop', 'unschedulable', 'image', 'failed'];

/** Told once a trouble, not once a look: again only when all was well in between, and some time ago. */
const absorbFarmers = (
  transition: Transition,
  before: Rebuild,
  now: number,
  policy: RebuildPolicy,
): Transition => {
  const { rebuild } = transition;
  const { seen, wanted } = rebuild.farmers;
  const step = currentStep(rebuild)?.name;
  if (!seen || wanted === 0 || seen.at === before.farmers.seen?.at) return transition;
  if (step !== 'farmers' && step !== 'rebuild') return transition;
  const [told, well] = [wasTold(rebuild, 'farmers_trouble'), wasTold(rebuild, 'farmers_well')];
  if (seen.ready >= wanted) {
    return told !== undefined && (well === undefined || well < told)
      ? change(transition, (r) => remember(r, 'farmers_well', now))
      : transition;
  }
  const bad = seen.troubles.filter(({ kind }) => grave.includes(kind));
  const died = step === 'rebuild' && seen.ready < (before.farmers.seen?.ready ?? 0) && seen.wanted >= wanted;
  if (bad.length === 0 && !died) return transition;
  const again = told === undefined || (well !== undefined && well >= told && now - told >= policy.stall);
  if (!again) return transition;
  const troubles = bad.length > 0 ? bad : seen.troubles;
  const next = died ? { died: rebuild.plan.engine } : step === 'farmers' ? 'waited for' : 'others go on';
  return tell(
    change(transition, (r) => remember(r, 'farmers_trouble', now)),
    { code: 'farmers_trouble', ready: seen.ready, wanted, troubles, next },
    now,
  );
};

/** Whether what the engine says of a run is about the present attempt: its order was taken. */
export const isOrdered = (rebuild: Rebuild, run: Progress['of']): boolean => {
  const { attempt } = stepOf(rebuild, run);
  // The first history update is the synchronizer's own.
  if (run === 'history' && attempt === 1) return true;
  const key = runKey(rebuild, run, attempt);
  return rebuild.effects.some((effect) => effect.key === key && effect.state === 'done');
};

const absorbProgress = (
  transition: Transition,
  observed: Observed,
  now: number,
  policy: RebuildPolicy,
): Transition => {
  const { rebuild } = transition;
  const step = currentStep(rebuild);
  if (step?.name !== 'history' && step?.name !== 'rebuild' && step?.name !== 'write') return transition;
  if (step.startedAt === undefined || !isOrdered(rebuild, step.name)) return transition;
  let next = transition;
  const run = observed.engine?.ok ? observed.engine.value[step.name] : undefined;
  if (run && run.state !== 'none' && run.state !== 'failed') {
    const { progress: before, farmers, plan } = rebuild;
    const seen = run.state === 'done' ? { ...run, percent: 100 } : run;
    const progress = withLook(before, step.name, seen, farmers.seen?.ready ?? 0, plan.engine, observed.at);
    next = change(next, (r) => ({ ...r, progress }));
    if (step.name === 'rebuild') next = milestones(next, progress, now);
  }
  return stall(next, step.name, step.startedAt, now, policy);
};

const milestones = (transition: Transition, { percent, eta }: Progress, now: number): Transition => {
  const reached = [75, 50, 25].find((mark) => percent >= mark);
  if (
    reached === undefined ||
    percent >= 100 ||
    wasTold(transition.rebuild, `milestone:${reached}`) !== undefined
  )
    return transition;
  // What was passed by in one go is not said afterwards.
  const passed = change(transition, (r) =>
    [25, 50, 75]
      .filter((mark) => mark <= reached)
      .reduce((done, mark) => remember(done, `milestone:${mark}`, now), r),
  );
  return tell(
    passed,
    { code: 'milestone', percent: reached, leftMs: eta === undefined ? undefined : eta - now },
    now,
  );
};

const stall = (
  transition: Transition,
  of: Progress['of'],
  startedAt: number,
  now: number,
  policy: RebuildPolicy,
): Transition => {
  const { progress, stalledSince, ...rest } = transition.rebuild;
  const movedAt = Math.max(startedAt, progress?.of === of ? progress.movedAt : 0);
  if (now - movedAt < policy.stall || (progress?.of === of && progress.percent >= 100)) {
    if (stalledSince === undefined) return transition;
    const moving = change(transition, () => ({ ...rest, ...(progress && { progress }) }));
    return tell(moving, { code: 'moving', step: of, ms: now - stalledSince }, now);
  }
  if (stalledSince !== undefined) return transition;
  const percent = progress?.of === of ? Math.floor(progress.percent) : undefined;
  return tell(
    change(transition, (r) => ({ ...r, stalledSince: movedAt })),
    { code: 'stalled', step: of, ms: now - movedAt, percent },
    now,
  );
};

/** Before a run begins again: what was seen of the old one says nothing about it. */
export const startOver = (rebuild: Rebuild): Rebuild => {
  const { progress: _, stalledSince: __, offer: ___, ...rest } = withReached(rebuild);
  return forget(forget(rest, 'milestone:'), 'offer');
};
