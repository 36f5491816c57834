import { desiredRun, desiredStop } from '../effects/effects.ts';
import type { Doing } from '../messages/steps/doing.ts';
import type { RunFailure } from '../messages/steps/missing.ts';
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
    if (!engine?.ok) return going(context, { code: 'engine_silent', error: engine?.error });
    const run = engine.value.write;
    if (!isOrdered(rebuild, 'write')) {
      const active = run.state === 'running' || run.state === 'waiting';
      if (step.attempt > 1 && active && !stopped(context)) {
        return { kind: 'on', doing: { code: 'stopping', run: 'write' }, desired: desiredStop(rebuild) };
      }
      return {
        kind: 'on',
        doing: { code: 'ordering', run: 'write' },
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
        return isFresh(context) ? going(context, { code: 'not_begun' }) : failed(context, { lost: true });
      case 'failed':
        return failed(context, { error: run.error });
      case 'waiting':
      case 'running':
        return going(context, { code: 'writes', percent: run.percent });
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
const failed = (context: StepContext, failure: RunFailure): StepResult => {
  if (context.step.attempt % 2 === 1) {
    return { kind: 'again', news: { code: 'write_again', ...failure } };
  }
  return asks({ code: 'write_failed', ...failure }, { why: 'failed', ...failure });
};

const going = (context: StepContext, doing: Doing): StepResult => {
  if (isLate(context)) return asks(doing, { why: 'late' });
  return { kind: 'on', doing, slow: true, rebuild: backAgain(context) };
};

type Failed = ({ readonly why: 'failed' } & RunFailure) | { readonly why: 'late' };

const asks = (doing: Doing, why: Failed): StepResult => ({
  kind: 'ask',
  doing,
  need: { code: 'write_failed', ...why },
});
