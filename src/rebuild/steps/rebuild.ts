import { counted } from '../../core/text.ts';
import { type DesiredEffect, desiredRun, desiredStop } from '../effects/effects.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { isOrdered, startOver } from '../observe/apply-observation.ts';
import { enoughFarmers } from '../observe/observed.ts';
import type { EngineView } from '../ports/ports.ts';
import { backAgain, whileAway } from './away.ts';
import { stopped } from './history.ts';
import { farmersUp, type StepContext, type StepDefinition, type StepResult } from './step-context.ts';

/** The distributed rebuild: ordered only with enough farmers, then followed for days. */
export const rebuilding: StepDefinition<'rebuild'> = {
  name: 'rebuild',
  observes: { farmers: true, synchronizer: true, engine: true },
  desires: (rebuild) => farmersUp(startOver(rebuild)),
  run: (context) => {
    const { rebuild, observed } = context;
    const away = whileAway(context);
    if (away) return away;
    const engine = observed.engine;
    if (!engine?.ok) return silent(context, engine?.error ?? 'it was not looked at');
    if (!isOrdered(rebuild, 'rebuild')) return order(context, engine.value);
    return follow(context, engine.value);
  },
};

const order = (context: StepContext, engine: EngineView): StepResult => {
  const { rebuild, step, now, policy } = context;
  const { state } = engine.rebuild;
  if (step.attempt > 1 && (state === 'running' || state === 'waiting') && !stopped(context)) {
    return { kind: 'on', says: 'the run before is stopped', desired: desiredStop(rebuild) };
  }
  if (enoughFarmers(context)) {
    return { kind: 'on', says: 'the rebuild is ordered', desired: orderWish(rebuild, step.attempt, engine) };
  }
  const { seen, minimum } = rebuild.farmers;
  const says = `waits for farmers: ${seen?.ready ?? 0} ready, ${minimum} needed`;
  if (now - (step.startedAt ?? now) < policy.deadlines.farmers) return { kind: 'on', says };
  return {
    kind: 'ask',
    says,
    need: { code: 'too_few_farmers', at: 'order', ready: seen?.ready ?? 0, minimum },
  };
};

/** A run that broke off is taken up from its cache file, unless a person went back on purpose to begin again. */
const orderWish = (rebuild: Rebuild, attempt: number, { cacheFile }: EngineView): DesiredEffect => {
  const before = rebuild.effects.findLast(
    ({ effect, state }) => effect.kind === 'run' && effect.run === 'rebuild' && state === 'done',
  );
  const fromStart = rebuild.overrides.some(
    ({ kind, at }) => (kind === 'retry_from' || kind === 'force') && at >= (before?.at ?? 0),
  );
  return desiredRun(rebuild, 'rebuild', attempt, before !== undefined && cacheFile && !fromStart);
};

const follow = (context: StepContext, engine: EngineView): StepResult => {
  const { rebuild } = context;
  const run = engine.rebuild;
  const awaySince = rebuild.synchronizer.awaySince;
  switch (run.state) {
    case 'done':
      return {
        kind: 'done',
        rebuild: backAgain(context),
        news: { code: 'rebuilt' },
      };
    case 'failed':
      if (awaySince !== undefined) return lost(context, engine);
      return {
        kind: 'ask',
        says: 'failed',
        need: {
          code: 'rebuild_failed',
          error: run.error ?? 'the engine does not say why',
          cacheFile: engine.cacheFile,
        },
      };
    case 'none':
      return isFresh(context) ? { kind: 'on', says: 'waits for the engine to begin' } : lost(context, engine);
    case 'waiting':
      return going(context, `waits for farmers: ${run.farmers} of ${rebuild.farmers.minimum} counted in`);
    case 'running':
      if (!run.distributed) {
        return {
          kind: 'fail',
          problems: [{ code: 'works_alone', farmers: run.farmers, ready: rebuild.farmers.seen?.ready ?? 0 }],
        };
      }
      return going(context, `${Math.floor(run.percent)} %, ${counted(run.farmers, 'farmer')} at work`);
    default:
      return run.state satisfies never;
  }
};

/** The order was taken so lately that the engine need not know of it yet. */
const isFresh = ({ rebuild, step, now, policy }: StepContext): boolean =>
  rebuild.effects.some(
    ({ key, endedAt }) =>
      key === `${rebuild.id}/rebuild/${step.attempt}` &&
      endedAt !== undefined &&
      now - endedAt < policy.claimTimeout,
  );

/** The synchronizer died and took the run with it. Recovered by itself once; a second time a person decides. */
const lost = (context: StepContext, engine: EngineView): StepResult => {
  const { rebuild, step } = context;
  const last = rebuild.effects.findLast(({ key }) => key === `${rebuild.id}/rebuild/${step.attempt}`);
  const recovered = last?.effect.kind === 'run' && last.effect.recover === true;
  if (engine.cacheFile && !recovered) {
    return { kind: 'again', news: { code: 'recover' } };
  }
  return {
    kind: 'ask',
    says: 'the run is lost',
    need: { code: 'synchronizer_lost', lost: 'run', cacheFile: engine.cacheFile },
  };
};

const going = (context: StepContext, says: string): StepResult => {
  const { rebuild, now, policy } = context;
  const since = rebuild.stalledSince;
  if (since === undefined || now - since < 2 * policy.stall) {
    const { seen, wanted } = rebuild.farmers;
    const settled = seen !== undefined && seen.ready >= wanted && seen.wanted === wanted;
    return { kind: 'on', says, rebuild: backAgain(context), ...(settled && { slow: true as const }) };
  }
  return stalled(context, says);
};

const silent = (context: StepContext, error: string): StepResult => {
  const { rebuild, now, policy } = context;
  const says = `the engine does not answer: ${error}`;
  const since = rebuild.stalledSince;
  if (since === undefined || now - since < 2 * policy.stall) return { kind: 'on', says, slow: true };
  return stalled(context, says, error);
};

/** `silent`: why the engine does not answer. */
const stalled = ({ rebuild, policy }: StepContext, says: string, silent?: string): StepResult => ({
  kind: 'ask',
  says,
  need: { code: 'rebuild_stalled', silent },
  until: rebuild.at + policy.limit + rebuild.pausedMs,
});
