import { isOfStep, runKey, runWish, stopWish } from '../effects/effects.ts';
import { isOrdered } from '../observe/absorb.ts';
import { backAgain, whileAway } from './away.ts';
import { type Here, isLate, type Move } from './move.ts';

/** The synchronizer’s history update. The first is its own; a retry, or one that does not begin, is ordered. */
export const history = (here: Here): Move => {
  const { rebuild, step, world, now, policy } = here;
  const away = whileAway(here);
  if (away) return away;
  const engine = world.engine;
  if (!engine?.ok)
    return late(here, `the engine does not answer: ${engine?.error ?? 'it was not looked at'}`);
  const run = engine.value.history;
  const ordered = isOrdered(rebuild, 'history');
  if (!ordered) {
    const active = run.state === 'running' || run.state === 'waiting';
    if (active && !stopped(here))
      return { kind: 'on', says: 'the old history update is stopped', wish: stopWish(rebuild) };
    return {
      kind: 'on',
      says: 'the history update is ordered',
      wish: runWish(rebuild, 'history', step.attempt),
    };
  }
  switch (run.state) {
    case 'done':
      return { kind: 'done', rebuild: backAgain(here) };
    case 'failed':
      return ask(here, `failed`, `The history update failed: ${run.error ?? 'the engine does not say why'}.`);
    case 'none': {
      const key = runKey(rebuild, 'history', step.attempt);
      const known = rebuild.effects.some((effect) => effect.key === key && effect.state === 'done');
      const overdue = now - (step.startedAt ?? now) >= policy.claimTimeout;
      if (overdue && !known) {
        return {
          kind: 'on',
          says: 'the history update is ordered',
          wish: runWish(rebuild, 'history', step.attempt),
        };
      }
      return late(here, 'the history update has not begun');
    }
    case 'waiting':
    case 'running':
      return late(here, `history update ${Math.floor(run.percent)} %`);
    default:
      return run.state satisfies never;
  }
};

/** Whether the run of an earlier attempt was stopped in this one. */
export const stopped = ({ rebuild, step }: Here): boolean =>
  rebuild.effects.some(
    (made) => made.effect.kind === 'stop_run' && made.state === 'done' && isOfStep(made, step),
  );

const late = (here: Here, says: string): Move => {
  if (here.rebuild.stalledSince !== undefined) {
    return ask(here, `${says}, stands still`, 'The history update has stood still for too long.');
  }
  if (isLate(here)) return ask(here, `${says}, late`, 'The history update is not done in time.');
  return { kind: 'on', says, slow: true, rebuild: backAgain(here) };
};

const ask = (_here: Here, says: string, what: string): Move => ({
  kind: 'ask',
  says,
  ask: {
    code: 'history_stalled',
    what: `${what} No farmer was started.`,
    options: [
      'Retry: orders it once more',
      'Or extend the deadline, or skip the step (override)',
      'Or cancel',
    ],
  },
});
