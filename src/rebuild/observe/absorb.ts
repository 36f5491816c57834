import { formatDuration } from '../../core/duration.ts';
import { effectTitle, replaceEffect, runKey } from '../effects/effects.ts';
import { currentStep, stepOf } from '../model/edit.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { PodTrouble, Progress, Rebuild, SeenPods } from '../model/rebuild.ts';
import { change, forget, remember, type Sheet, tell, tellOnce, wasTold } from '../model/sheet.ts';
import { stepTitle } from '../model/state.ts';
import { troubleText } from '../model/troubles.ts';
import type { SetView } from '../ports/ports.ts';
import { absorbDrift } from './drift.ts';
import { withLook } from './progress.ts';
import type { World } from './world.ts';

/** What was seen, taken into the record, and told where it matters. Changes nothing else; also while paused. */
export const absorb = (sheet: Sheet, world: World, now: number, policy: RebuildPolicy): Sheet => {
  const before = sheet.rebuild;
  let next = change(sheet, (rebuild) => withSeen(rebuild, world));
  next = absorbArrival(next, world, now);
  next = absorbDrift(next, world, now);
  if (before.phase !== 'running') return next;
  next = absorbSynchronizer(next, before, world, now);
  next = absorbFarmers(next, before, now, policy);
  return absorbProgress(next, world, now, policy);
};

const withSeen = (rebuild: Rebuild, world: World): Rebuild => {
  const { farmers, synchronizer, engine } = world;
  return {
    ...rebuild,
    ...(farmers?.ok && { farmers: { ...rebuild.farmers, seen: seenPods(farmers.value, world.at) } }),
    ...(synchronizer?.ok && {
      synchronizer: { ...rebuild.synchronizer, seen: seenPods(synchronizer.value, world.at) },
    }),
    ...(engine?.ok && { seenAt: world.at }),
  };
};

const seenPods = ({ wanted, ready, pods }: SetView, at: number): SeenPods => ({
  at,
  wanted,
  ready,
  pods: pods.length,
  troubles: pods.flatMap(({ trouble }) => (trouble ? [trouble] : [])).slice(0, 10),
});

const absorbArrival = (sheet: Sheet, { arrival }: World, now: number): Sheet => {
  if (!arrival?.seen.ok) return sheet;
  const effect = sheet.rebuild.effects.find(({ key }) => key === arrival.key);
  if (effect?.state !== 'done' || effect.arrivedAt !== undefined) return sheet;
  const { value } = arrival.seen;
  const title = effectTitle(effect.effect);
  const words = `blocked:${arrival.key}:`;
  switch (value.state) {
    case 'arrived': {
      const next = change(sheet, (rebuild) => replaceEffect(rebuild, { ...effect, arrivedAt: now }));
      if (!Object.keys(sheet.rebuild.told ?? {}).some((word) => word.startsWith(words))) return next;
      const text = `${title} is in the cluster now; nothing stands in its way any more.`;
      const freed = change(next, (rebuild) => forget(rebuild, words));
      return tell(freed, { what: 'arrived', text, note: 'moving', entry: 'change' }, now);
    }
    case 'waiting':
      return sheet;
    case 'blocked': {
      const text = `${title} is committed and has not arrived in the cluster: ${value.says} Nothing more is committed; it is waited for.`;
      const told = { what: 'blocked', text, note: 'error', entry: 'error', mark: 'error' } as const;
      return tellOnce(sheet, `${words}${value.code}`, { ...told, marked: `${title} has not arrived` }, now);
    }
    default:
      return value satisfies never;
  }
};

/** From the history update on the synchronizer holds what is being made: that it went away is never passed over. */
const absorbSynchronizer = (sheet: Sheet, before: Rebuild, { synchronizer }: World, now: number): Sheet => {
  const { rebuild } = sheet;
  const step = currentStep(rebuild)?.name;
  if (!synchronizer?.ok || step === undefined || step === 'synchronizer' || step === 'release') return sheet;
  if (rebuild.synchronizer.wanted === 0 || synchronizer.value.ready > 0) return sheet;
  if (before.synchronizer.awaySince !== undefined) return sheet;
  const trouble = synchronizer.value.pods[0]?.trouble;
  const text = `The synchronizer is away${trouble ? ` (${trouble.pod}: ${trouble.says})` : ''}. Nothing was changed; its pod is waited for.`;
  const away = change(sheet, (r) => ({ ...r, synchronizer: { ...r.synchronizer, awaySince: now } }));
  return tell(
    away,
    {
      what: 'synchronizer_away',
      text,
      note: 'error',
      entry: 'error',
      mark: 'error',
      marked: 'synchronizer away',
    },
    now,
  );
};

const grave: readonly PodTrouble['kind'][] = ['crash_loop', 'unschedulable', 'image', 'failed'];

/** Told once a trouble, not once a look: again only when all was well in between, and some time ago. */
const absorbFarmers = (sheet: Sheet, before: Rebuild, now: number, policy: RebuildPolicy): Sheet => {
  const { rebuild } = sheet;
  const { seen, wanted } = rebuild.farmers;
  const step = currentStep(rebuild)?.name;
  if (!seen || wanted === 0 || seen.at === before.farmers.seen?.at) return sheet;
  if (step !== 'farmers' && step !== 'rebuild') return sheet;
  const [told, well] = [wasTold(rebuild, 'farmers_trouble'), wasTold(rebuild, 'farmers_well')];
  if (seen.ready >= wanted) {
    return told !== undefined && (well === undefined || well < told)
      ? change(sheet, (r) => remember(r, 'farmers_well', now))
      : sheet;
  }
  const bad = seen.troubles.filter(({ kind }) => grave.includes(kind));
  const died = step === 'rebuild' && seen.ready < (before.farmers.seen?.ready ?? 0) && seen.wanted >= wanted;
  if (bad.length === 0 && !died) return sheet;
  const again = told === undefined || (well !== undefined && well >= told && now - told >= policy.stall);
  if (!again) return sheet;
  const why = troubleText(bad.length > 0 ? bad : seen.troubles);
  const text = [
    `${seen.ready} of ${wanted} farmers are ready.`,
    ...(why === '' ? [] : [`${why}.`]),
    died
      ? lost(rebuild)
      : `Nothing was changed; ${step === 'farmers' ? 'they are waited for' : 'the others go on'}.`,
  ].join(' ');
  return tell(
    change(sheet, (r) => remember(r, 'farmers_trouble', now)),
    {
      what: 'farmers_trouble',
      text,
      note: 'error',
      entry: 'error',
      mark: 'error',
      marked: `${seen.ready} of ${wanted} farmers`,
    },
    now,
  );
};

const lost = ({ plan }: Rebuild): string =>
  plan.engine === 'balance'
    ? 'Their share is done again by the others, or when they are back; nothing needs to be done.'
    : 'On the farm engine a share waits until its farmer is back; farmers that come new do nothing.';

/** Whether what the engine says of a run is about the present attempt: its order was taken. */
export const isOrdered = (rebuild: Rebuild, run: Progress['of']): boolean => {
  const { attempt } = stepOf(rebuild, run);
  // The first history update is the synchronizer's own.
  if (run === 'history' && attempt === 1) return true;
  const key = runKey(rebuild, run, attempt);
  return rebuild.effects.some((effect) => effect.key === key && effect.state === 'done');
};

const absorbProgress = (sheet: Sheet, world: World, now: number, policy: RebuildPolicy): Sheet => {
  const { rebuild } = sheet;
  const step = currentStep(rebuild);
  if (step?.name !== 'history' && step?.name !== 'rebuild' && step?.name !== 'write') return sheet;
  if (step.startedAt === undefined || !isOrdered(rebuild, step.name)) return sheet;
  let next = sheet;
  const run = world.engine?.ok ? world.engine.value[step.name] : undefined;
  if (run && run.state !== 'none' && run.state !== 'failed') {
    const { progress: before, farmers, plan } = rebuild;
    const seen = run.state === 'done' ? { ...run, percent: 100 } : run;
    const progress = withLook(before, step.name, seen, farmers.seen?.ready ?? 0, plan.engine, world.at);
    next = change(next, (r) => ({ ...r, progress }));
    if (step.name === 'rebuild') next = milestones(next, progress, now);
  }
  return stall(next, step.name, step.startedAt, now, policy);
};

const milestones = (sheet: Sheet, { percent, eta }: Progress, now: number): Sheet => {
  const reached = [75, 50, 25].find((mark) => percent >= mark);
  if (reached === undefined || percent >= 100 || wasTold(sheet.rebuild, `milestone:${reached}`) !== undefined)
    return sheet;
  const text = `${reached} % of the rebuild is done${eta === undefined ? '' : `, about ${formatDuration(eta - now)} to go`}.`;
  // What was passed by in one go is not said afterwards.
  const passed = change(sheet, (r) =>
    [25, 50, 75]
      .filter((mark) => mark <= reached)
      .reduce((done, mark) => remember(done, `milestone:${mark}`, now), r),
  );
  return tell(passed, { what: 'milestone', text, note: 'milestone', chart: true }, now);
};

const stall = (
  sheet: Sheet,
  of: Progress['of'],
  startedAt: number,
  now: number,
  policy: RebuildPolicy,
): Sheet => {
  const { progress, stalledSince, ...rest } = sheet.rebuild;
  const movedAt = Math.max(startedAt, progress?.of === of ? progress.movedAt : 0);
  if (now - movedAt < policy.stall || (progress?.of === of && progress.percent >= 100)) {
    if (stalledSince === undefined) return sheet;
    const moving = change(sheet, () => ({ ...rest, ...(progress && { progress }) }));
    const text = `${stepTitle[of]} moves again, after ${formatDuration(now - stalledSince)}.`;
    return tell(moving, { what: 'moving', text, note: 'moving', entry: 'change' }, now);
  }
  if (stalledSince !== undefined) return sheet;
  const percent = progress?.of === of ? ` at ${Math.floor(progress.percent)} %` : '';
  const text = `${stepTitle[of]} has stood still${percent} for ${formatDuration(now - movedAt)}. Nothing was changed; farmhand goes on watching.`;
  return tell(
    change(sheet, (r) => ({ ...r, stalledSince: movedAt })),
    {
      what: 'stalled',
      text,
      mark: 'error',
      marked: 'stands still',
      // A history update that stands still is a question to a person at once, which tells it.
      ...(of !== 'history' && { note: 'stalled', entry: 'error' }),
    },
    now,
  );
};

/** Before a run begins anew: what was seen of the old one says nothing about it. */
export const startOver = (rebuild: Rebuild): Rebuild => {
  const { progress: _, stalledSince: __, offer: ___, ...rest } = rebuild;
  return forget(forget(rest, 'milestone:'), 'offer');
};
