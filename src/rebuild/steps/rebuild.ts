import { type DesiredEffect, desiredRun, desiredStop } from '../effects/effects.ts';
import type { Doing } from '../messages/steps/doing.ts';
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
    if (!engine?.ok) return silent(context, engine?.error);
    if (!isOrdered(rebuild, 'rebuild')) return order(context, engine.value);
    return follow(context, engine.value);
  },
};

const order = (context: StepContext, engine: EngineView): StepResult => {
  const { rebuild, step, now, policy } = context;
  const { state } = engine.rebuild;
  if (step.attempt > 1 && (state === 'running' || state === 'waiting') && !stopped(context)) {
    return { kind: 'on', doing: { code: 'stopping', run: 'rebuild' }, desired: desiredStop(rebuild) };
  }
  if (enoughFarmers(context)) {
    const desired = orderWish(rebuild, step.attempt, engine);
    return { kind: 'on', doing: { code: 'ordering', run: 'rebuild' }, desired };
  }
  const { seen, minimum } = rebuild.farmers;
  const ready = seen?.ready ?? 0;
  const doing = { code: 'waits_for_farmers', ready, minimum } as const;
  if (now - (step.startedAt ?? now) < policy.deadlines.farmers) return { kind: 'on', doing };
  return {
    kind: 'ask',
    doing,
    need: { code: 'too_few_farmers', at: 'order', ready, minimum },
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
        doing: { code: 'failed' },
        need: {
          code: 'rebuild_failed',
          error: run.error,
          cacheFile: engine.cacheFile,
        },
      };
    case 'none':
      return isFresh(context) ? { kind: 'on', doing: { code: 'not_begun' } } : lost(context, engine);
    case 'waiting':
      return going(context, {
        code: 'counts_in',
        farmers: run.farmers,
        minimum: rebuild.farmers.minimum,
      });
    case 'running':
      if (!run.distributed) {
        return {
          kind: 'fail',
          problems: [{ code: 'works_alone', farmers: run.farmers, ready: rebuild.farmers.seen?.ready ?? 0 }],
        };
      }
      return going(context, { code: 'computes', percent: run.percent, farmers: run.farmers });
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
    doing: { code: 'run_lost' },
    need: { code: 'synchronizer_lost', lost: 'run', cacheFile: engine.cacheFile },
  };
};

const going = (context: StepContext, doing: Doing): StepResult => {
  const { rebuild, now, policy } = context;
  const since = rebuild.stalledSince;
  if (since === undefined || now - since < 2 * policy.stall) {
    const { seen, wanted } = rebuild.farmers;
    const settled = seen !== undefined && seen.ready >= wanted && seen.wanted === wanted;
    return { kind: 'on', doing, rebuild: backAgain(context), ...(settled && { slow: true as const }) };
  }
  return stalled(doing);
};

const silent = (context: StepContext, error: string | undefined): StepResult => {
  const { rebuild, now, policy } = context;
  const doing = { code: 'engine_silent', error } as const;
  const since = rebuild.stalledSince;
  if (since === undefined || now - since < 2 * policy.stall) return { kind: 'on', doing, slow: true };
  return stalled(doing, { error });
};

/** `silent`: the engine does not answer, and why. */
const stalled = (doing: Doing, silent?: { readonly error: string | undefined }): StepResult => ({
  kind: 'ask',
  doing,
  need: { code: 'rebuild_stalled', silent },
  // It may move again for as long as the whole rebuild may take.
  until: 'no end',
});
