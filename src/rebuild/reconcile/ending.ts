import { type DesiredEffect, desiredStop, retryDecision } from '../effects/effects.ts';
import { desiredScaling, isGone } from '../effects/scaling.ts';
import { closingReport } from '../messages/closing-report.ts';
import { tell } from '../messages/news.ts';
import { hasChanged } from '../model/approval.ts';
import { isOfStep } from '../model/effect.ts';
import type { Step } from '../model/parts/step.ts';
import type { WorkloadRole } from '../model/parts/workloads.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { Phase, Rebuild } from '../model/rebuild.ts';
import { guardianOrder, keepsFarmers, openEffect, stepOf } from '../model/record.ts';
import { stepNames } from '../model/steps.ts';
import { change, setStep, type Transition } from '../model/transition.ts';
import type { Observed } from '../observe/observed.ts';
import { isLate, type StepContext, type StepResult } from '../steps/step-context.ts';
import { leavingOf, stuck } from '../steps/teardown.ts';

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
  // What surely failed leaves nothing to take down; what else is up is somebody else's.
  const touched = hasChanged(rebuild);
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
const kept = (rebuild: Rebuild): readonly WorkloadRole[] => [
  ...(keepsFarmers(rebuild) ? (['farmer'] as const) : []),
  ...(guardianOrder(rebuild) === 'keep' ? (['synchronizer'] as const) : []),
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
export const tearDown = (context: StepContext): StepResult => {
  const { rebuild, observed, now, policy } = context;
  const keeps = kept(rebuild);
  const stop = stopping(rebuild, observed, now, policy);
  const scale = desiredScaling(rebuild, observed, keeps);
  const roles = (['farmer', 'synchronizer'] as const).filter(
    (role) => !keeps.includes(role) && !isGone(rebuild, observed, role),
  );
  if (roles.length === 0 && !openEffect(rebuild)) {
    const { seen, wanted } = rebuild.farmers;
    const farmers = keeps.includes('farmer') ? (seen?.wanted ?? wanted) : undefined;
    return { kind: 'done', doing: { code: 'all_gone', farmers, guardian: keeps.includes('synchronizer') } };
  }
  const left = leavingOf(context, roles);
  const desired = stop ?? scale;
  return isLate(context)
    ? { ...stuck(left), desired }
    : { kind: 'on', doing: { code: 'leaving', sets: left }, desired };
};

/** A run that goes on would only use up what is going away. An engine that does not answer holds up nothing. */
const stopping = (
  rebuild: Rebuild,
  observed: Observed,
  now: number,
  policy: RebuildPolicy,
): DesiredEffect | undefined => {
  if (!observed.engine?.ok) return undefined;
  const { history, rebuild: run, write } = observed.engine.value;
  if (![history, run, write].some(({ state }) => state === 'running' || state === 'waiting'))
    return undefined;
  const step = stepOf(rebuild, 'teardown');
  const stopped = rebuild.effects.some(
    (made) => made.effect.kind === 'stop_run' && made.state === 'done' && isOfStep(made, step),
  );
  if (stopped) return undefined;
  const desired = desiredStop(rebuild);
  const chance = retryDecision(rebuild, desired, now, policy, false);
  // Not worth waiting for: without its pods the run ends as well.
  return chance.may ? desired : undefined;
};

/** The very end: nothing is changed from here on. */
export const finish = (
  transition: Transition,
  phase: Extract<Phase, 'released' | 'cancelled' | 'failed'>,
  now: number,
): Transition => {
  const ended = change(transition, (rebuild): Rebuild => {
    const { driveAt: _, pause: __, stalledSince: ___, offer: ____, ...rest } = rebuild;
    return { ...setStep(rest, 'teardown', ({ ask: _ask, ...step }) => step), phase, endedAt: now };
  });
  const { rebuild } = ended;
  const farmers = keepsFarmers(rebuild) ? (rebuild.farmers.seen?.wanted ?? 0) : 0;
  const guardian =
    phase !== 'released' && guardianOrder(rebuild) === 'keep' && rebuild.synchronizer.wanted > 0;
  const chart = (rebuild.progress?.samples.length ?? 0) > 0;
  const report = closingReport(rebuild, now);
  return tell(ended, { code: 'ended', phase, report, kept: { farmers, guardian }, chart }, now);
};
