import { desiredRun, desiredStop } from '../effects/effects.ts';
import { isOrdered } from '../observe/apply-observation.ts';
import { backAgain, whileAway } from './away.ts';
import { stopped } from './history.ts';
import {
  isLate,
  type StepContext,
  type StepDefinition,
  type StepResult,
  synchronizerUp,
} from './step-context.ts';

/** The caches are written out to S3. It can be repeated, so the first failure is, without asking. */
export const write: StepDefinition<'write'> = {
  name: 'write',
  deadline: 'write',
  observes: { farmers: true, synchronizer: true, engine: true },
  desires: synchronizerUp,
  run: (context) => {
    const { rebuild, step, observed } = context;
    const away = whileAway(context);
    if (away) return away;
    const engine = observed.engine;
    if (!engine?.ok)
      return going(context, `the engine does not answer: ${engine?.error ?? 'it was not looked at'}`);
    const run = engine.value.write;
    if (!isOrdered(rebuild, 'write')) {
      const active = run.state === 'running' || run.state === 'waiting';
      if (step.attempt > 1 && active && !stopped(context)) {
        return { kind: 'on', says: 'the run before is stopped', desired: desiredStop(rebuild) };
      }
      return {
        kind: 'on',
        says: 'writing the caches is ordered',
        desired: desiredRun(rebuild, 'write', step.attempt),
      };
    }
    switch (run.state) {
      case 'done':
        return {
          kind: 'done',
          rebuild: backAgain(context),
          news: { code: 'written' },
        };
      case 'none':
        // Lost with its synchronizer; what it had written is written over.
        return isFresh(context)
          ? going(context, 'waits for the engine to begin')
          : failed(context, 'the synchronizer lost it');
      case 'failed':
        return failed(context, run.error ?? 'the engine does not say why');
      case 'waiting':
      case 'running':
        return going(context, `${Math.floor(run.percent)} % written`);
      default:
        return run.state satisfies never;
    }
  },
};

const isFresh = ({ rebuild, step, now, policy }: StepContext): boolean =>
  rebuild.effects.some(
    ({ key, endedAt }) =>
      key === `${rebuild.id}/write/${step.attempt}` &&
      endedAt !== undefined &&
      now - endedAt < policy.claimTimeout,
  );

/** Every odd attempt is a person’s (or the first): the one after it is ours. */
const failed = (context: StepContext, error: string): StepResult => {
  if (context.step.attempt % 2 === 1) {
    return { kind: 'again', news: { code: 'write_again', error } };
  }
  return asks(`failed: ${error}`, { why: 'failed', error });
};

const going = (context: StepContext, says: string): StepResult => {
  if (isLate(context)) return asks(says, { why: 'late' });
  return { kind: 'on', says, slow: true, rebuild: backAgain(context) };
};

type Failed = { readonly why: 'failed'; readonly error: string } | { readonly why: 'late' };

const asks = (says: string, why: Failed): StepResult => ({
  kind: 'ask',
  says,
  need: { code: 'write_failed', ...why },
});
