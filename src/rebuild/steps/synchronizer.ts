import { inReadinessTrap } from '../observe/readiness-trap.ts';
import { onItsWay, withWay } from './on-its-way.ts';
import {
  isLate,
  type StepContext,
  type StepDefinition,
  type StepResult,
  synchronizerUp,
} from './step-context.ts';

/** The synchronizer comes up: the change itself follows from what is wanted. */
export const synchronizer: StepDefinition<'synchronizer'> = {
  name: 'synchronizer',
  deadline: 'synchronizer',
  observes: { synchronizer: true, engine: true },
  /** 0 → 1. */
  desires: synchronizerUp,
  scales: true,
  run: (context) => {
    const { rebuild, step, observed, policy } = context;
    const { instance } = rebuild.plan;
    const seen = observed.synchronizer;
    if (!seen?.ok) return unseen(context, seen?.error);
    const { value } = seen;
    if (value.ready > 0 && value.wanted > 0) {
      return {
        kind: 'done',
        says: 'up',
        ...(step.ask && { news: { code: 'goes_on', step: 'up' } as const }),
      };
    }
    const trap = observed.engine?.ok
      ? inReadinessTrap(instance, value, observed.engine.value.topology)
      : undefined;
    if (trap) {
      return { kind: 'ask', says: 'the readiness trap', need: { code: 'readiness_trap', ...trap } };
    }
    const way = onItsWay(rebuild, observed, 'synchronizer');
    const pod = value.pods[0];
    const trouble = pod?.trouble;
    const why = trouble
      ? `${trouble.pod}: ${trouble.says}`
      : pod
        ? 'its pod is not ready'
        : 'it has no pod yet';
    const loops = trouble?.kind === 'crash_loop' || trouble?.kind === 'image' || trouble?.kind === 'failed';
    if ((loops || isLate(context)) && step.ask?.code !== 'readiness_trap') {
      return {
        kind: 'ask',
        says: `not ready (${why})`,
        need: {
          code: 'synchronizer_not_ready',
          why,
          restarts: pod?.restarts ?? 0,
          way: way?.why,
          instance,
          deadlineMs: policy.deadlines.synchronizer,
        },
      };
    }
    const says = pod ? `boots (${why})` : withWay('is being started', way);
    // A pod that dies and comes again looks well in between: the question stands until it is ready.
    const dies = step.ask?.code === 'readiness_trap' || (pod?.restarts ?? 0) > 0;
    return step.ask && dies ? { kind: 'ask', says, need: 'as before' } : { kind: 'on', says };
  },
};

const unseen = (context: StepContext, error: string | undefined): StepResult => {
  const says = `the cluster does not answer: ${error ?? 'it was not looked at'}`;
  if (!isLate(context)) return { kind: 'on', says };
  return {
    kind: 'ask',
    says,
    need: { code: 'synchronizer_not_ready', unseen: error ?? 'the cluster does not answer' },
  };
};
