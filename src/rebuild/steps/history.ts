import { desiredRun, desiredStop } from '../effects/effects.ts';
import type { Doing } from '../messages/steps/doing.ts';
import { isOfStep, runKey } from '../model/effect.ts';
import { isOrdered } from '../observe/apply-observation.ts';
import { backAgain, whileAway } from './away.ts';
import {
  isLate,
  type StepContext,
  type StepDefinition,
  type StepResult,
  synchronizerUp,
} from './step-context.ts';

/** The synchronizer’s history update. The first is its own; a retry, or one that does not begin, is ordered. */
export const history: StepDefinition<'history'> = {
  name: 'history',
  deadline: 'history',
  observes: { synchronizer: true, engine: true },
  desires: synchronizerUp,
  run: (context) => {
    const { rebuild, step, observed, now, policy } = context;
    const away = whileAway(context);
    if (away) return away;
    const engine = observed.engine;
    if (!engine?.ok) return late(context, { error: engine?.error });
    const run = engine.value.history;
    const ordered = isOrdered(rebuild, 'history');
    if (!ordered) {
      const active = run.state === 'running' || run.state === 'waiting';
      if (active && !stopped(context))
        return {
          kind: 'on',
          doing: { code: 'stopping', run: 'history' },
          desired: desiredStop(rebuild),
        };
      return ordering(context);
    }
    switch (run.state) {
      case 'done':
        return { kind: 'done', rebuild: backAgain(context) };
      case 'failed':
        return stalled({ code: 'failed' }, { why: 'failed', error: run.error });
      case 'none': {
        const key = runKey(rebuild, 'history', step.attempt);
        const known = rebuild.effects.some((effect) => effect.key === key && effect.state === 'done');
        const overdue = now - (step.startedAt ?? now) >= policy.claimTimeout;
        if (overdue && !known) {
          return ordering(context);
        }
        return late(context, 'not begun');
      }
      case 'waiting':
      case 'running':
        return late(context, { percent: run.percent });
      default:
        return run.state satisfies never;
    }
  },
};

/** Whether the run of an earlier attempt was stopped in this one. */
export const stopped = ({ rebuild, step }: StepContext): boolean =>
  rebuild.effects.some(
    (made) => made.effect.kind === 'stop_run' && made.state === 'done' && isOfStep(made, step),
  );

const late = (context: StepContext, seen: Extract<Doing, { code: 'history' }>['seen']): StepResult => {
  const doing = { code: 'history', seen } as const;
  const stands = context.rebuild.stalledSince !== undefined;
  if (!stands && !isLate(context)) return { kind: 'on', doing, slow: true, rebuild: backAgain(context) };
  const why = stands ? 'still' : 'late';
  return stalled({ ...doing, overdue: why }, { why });
};

type Stalled =
  | { readonly why: 'failed'; readonly error: string | undefined }
  | { readonly why: 'still' | 'late' };

const stalled = (doing: Doing, why: Stalled): StepResult => ({
  kind: 'ask',
  doing,
  need: { code: 'history_stalled', ...why },
});

const ordering = ({ rebuild, step }: StepContext): StepResult => ({
  kind: 'on',
  doing: { code: 'ordering', run: 'history' },
  desired: desiredRun(rebuild, 'history', step.attempt),
});
