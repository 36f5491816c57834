import { desiredRun, desiredStop } from '../effects/effects.ts';
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
    if (!engine?.ok)
      return late(context, `the engine does not answer: ${engine?.error ?? 'it was not looked at'}`);
    const run = engine.value.history;
    const ordered = isOrdered(rebuild, 'history');
    if (!ordered) {
      const active = run.state === 'running' || run.state === 'waiting';
      if (active && !stopped(context))
        return { kind: 'on', says: 'the old history update is stopped', desired: desiredStop(rebuild) };
      return ordering(context);
    }
    switch (run.state) {
      case 'done':
        return { kind: 'done', rebuild: backAgain(context) };
      case 'failed':
        return stalled('failed', { why: 'failed', error: run.error ?? 'the engine does not say why' });
      case 'none': {
        const key = runKey(rebuild, 'history', step.attempt);
        const known = rebuild.effects.some((effect) => effect.key === key && effect.state === 'done');
        const overdue = now - (step.startedAt ?? now) >= policy.claimTimeout;
        if (overdue && !known) {
          return ordering(context);
        }
        return late(context, 'the history update has not begun');
      }
      case 'waiting':
      case 'running':
        return late(context, `history update ${Math.floor(run.percent)} %`);
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

const late = (context: StepContext, says: string): StepResult => {
  if (context.rebuild.stalledSince !== undefined) {
    return stalled(`${says}, stands still`, { why: 'still' });
  }
  if (isLate(context)) return stalled(`${says}, late`, { why: 'late' });
  return { kind: 'on', says, slow: true, rebuild: backAgain(context) };
};

type Stalled = { readonly why: 'failed'; readonly error: string } | { readonly why: 'still' | 'late' };

const stalled = (says: string, why: Stalled): StepResult => ({
  kind: 'ask',
  says,
  need: { code: 'history_stalled', ...why },
});

const ordering = ({ rebuild, step }: StepContext): StepResult => ({
  kind: 'on',
  says: 'the history update is ordered',
  desired: desiredRun(rebuild, 'history', step.attempt),
});
