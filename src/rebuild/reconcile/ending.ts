import { guardianWish, keepsFarmers } from '../commands/apply-override.ts';
import { chanceOf, isOfStep, stopWish, type Wish } from '../effects/effects.ts';
import { isGone, scalingWish } from '../effects/scaling.ts';
import { openEffect, setStep, stepOf } from '../model/edit.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import { type Phase, type Rebuild, type Role, type Step, stepNames } from '../model/rebuild.ts';
import { change, type Sheet, tell } from '../model/sheet.ts';
import type { World } from '../observe/world.ts';
import type { Here, Move } from '../steps/move.ts';
import { count, isLate } from '../steps/move.ts';
import { leftOver, leftSays, stuck } from '../steps/teardown.ts';
import { closingReport, summary } from './report.ts';

/** Whether the steps say already that it is torn down. */
const isTearingDown = (rebuild: Rebuild): boolean =>
  rebuild.steps.every(
    ({ name, state }) =>
      name === 'teardown' || (state !== 'pending' && state !== 'running' && state !== 'waiting'),
  );

/**
 * The steps of a rebuild that ends before its time: the one it was in has failed or is skipped, those after it are
 * skipped, and the teardown is what is left to do.
 */
export const turnToEnd = (rebuild: Rebuild, now: number): Rebuild => {
  if (isTearingDown(rebuild)) return rebuild;
  const at = stepNames.indexOf(rebuild.end?.step ?? 'preflight');
  const left = rebuild.phase === 'failing' ? 'failed' : 'skipped';
  const touched = rebuild.effects.length > 0;
  const steps = rebuild.steps.map((step, i): Step => {
    const { name, attempt, state, startedAt } = step;
    if (name === 'teardown' && touched) return { name, attempt, state: 'pending' };
    if (state === 'done' || state === 'skipped') return step;
    return {
      name,
      attempt,
      state: i === at ? left : 'skipped',
      endedAt: now,
      ...(startedAt !== undefined && { startedAt }),
    };
  });
  return { ...rebuild, steps };
};

/** The roles that stay up although it ends: a person said so. */
const kept = (rebuild: Rebuild): readonly Role[] => [
  ...(keepsFarmers(rebuild) ? (['farmer'] as const) : []),
  ...(guardianWish(rebuild) === 'keep' ? (['synchronizer'] as const) : []),
];

/** What the end wants: nothing up, but what was asked to be kept. */
export const wantingNothing = (rebuild: Rebuild): Rebuild => {
  const keeps = kept(rebuild);
  return {
    ...rebuild,
    farmers: keeps.includes('farmer') ? rebuild.farmers : { ...rebuild.farmers, wanted: 0 },
    synchronizer: keeps.includes('synchronizer')
      ? rebuild.synchronizer
      : { ...rebuild.synchronizer, wanted: 0 },
  };
};

/** Tears down from anywhere: the run is stopped, then all goes. It does not end while anything is up. */
export const tearDown = (here: Here): Move => {
  const { rebuild, world, now, policy } = here;
  const keeps = kept(rebuild);
  const stop = stopping(rebuild, world, now, policy);
  const scale = scalingWish(rebuild, world, keeps);
  const roles = (['farmer', 'synchronizer'] as const).filter(
    (role) => !keeps.includes(role) && !isGone(rebuild, world, role),
  );
  if (roles.length === 0 && !openEffect(rebuild)) {
    return { kind: 'done', says: keeps.length > 0 ? `all gone but ${names(rebuild, keeps)}` : 'all gone' };
  }
  const says =
    roles.map((role) => leftSays(here, role)).join(', ') || 'what is under way is let come to its end';
  const wish = stop ?? scale;
  return isLate(here) ? { ...stuckEnd(says, here, roles), wish } : { kind: 'on', says, wish };
};

const stuckEnd = (says: string, here: Here, roles: readonly Role[]) =>
  stuck(says, leftOver(here, roles)) as Extract<Move, { kind: 'ask' }>;

const names = (rebuild: Rebuild, keeps: readonly Role[]): string =>
  keeps
    .map((role) =>
      role === 'farmer'
        ? count(rebuild.farmers.seen?.wanted ?? rebuild.farmers.wanted, 'farmer')
        : 'the guardian',
    )
    .join(' and ');

/** A run that goes on would only use up what is going away. An engine that does not answer holds up nothing. */
const stopping = (rebuild: Rebuild, world: World, now: number, policy: RebuildPolicy): Wish | undefined => {
  if (!world.engine?.ok) return undefined;
  const { history, rebuild: run, write } = world.engine.value;
  if (![history, run, write].some(({ state }) => state === 'running' || state === 'waiting'))
    return undefined;
  const step = stepOf(rebuild, 'teardown');
  const stopped = rebuild.effects.some(
    (made) => made.effect.kind === 'stop_run' && made.state === 'done' && isOfStep(made, step),
  );
  if (stopped) return undefined;
  const wish = stopWish(rebuild);
  const chance = chanceOf(rebuild, wish, now, policy, false);
  // Not worth waiting for: without its pods the run ends as well.
  return chance.may ? wish : undefined;
};

/** The very end: nothing is changed from here on. */
export const finish = (
  sheet: Sheet,
  phase: Extract<Phase, 'released' | 'cancelled' | 'failed'>,
  now: number,
): Sheet => {
  const ended = change(sheet, (rebuild): Rebuild => {
    const { driveAt: _, pause: __, stalledSince: ___, offer: ____, ...rest } = rebuild;
    return { ...setStep(rest, 'teardown', ({ ask: _ask, ...step }) => step), phase, endedAt: now };
  });
  const { rebuild } = ended;
  const text = summary(rebuild, now);
  const up = [
    ...(keepsFarmers(rebuild) && (rebuild.farmers.seen?.wanted ?? 0) > 0
      ? [`${count(rebuild.farmers.seen?.wanted ?? 0, 'farmer')} stay up, as was asked.`]
      : []),
    ...(phase !== 'released' && guardianWish(rebuild) === 'keep' && rebuild.synchronizer.wanted > 0
      ? ['The guardian stays up, as was asked.']
      : []),
  ];
  return tell(
    ended,
    {
      what: phase,
      text: [text, ...up].join(' '),
      lines: [...closingReport(rebuild, now).slice(1)],
      note: 'ended',
      ...(rebuild.progress?.samples.length && { chart: true as const }),
      entry: 'closing',
      mark: 'end',
      marked: phase,
    },
    now,
  );
};
