import type { Doing } from '../messages/steps/doing.ts';
import { inReadinessTrap } from '../observe/readiness-trap.ts';
import { onItsWay } from './on-its-way.ts';
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
        doing: { code: 'synchronizer_up' },
        ...(step.ask && { news: { code: 'goes_on', step: 'up' } as const }),
      };
    }
    const trap = observed.engine?.ok
      ? inReadinessTrap(instance, value, observed.engine.value.topology)
      : undefined;
    if (trap) {
      return {
        kind: 'ask',
        doing: { code: 'readiness_trap' },
        need: { code: 'readiness_trap', ...trap },
      };
    }
    const way = onItsWay(rebuild, observed, 'synchronizer');
    const [first] = value.pods;
    const trouble = first?.trouble;
    const pod = trouble ?? (first ? 'not ready' : 'no pod');
    const loops = trouble?.kind === 'crash_loop' || trouble?.kind === 'image' || trouble?.kind === 'failed';
    if ((loops || isLate(context)) && step.ask?.code !== 'readiness_trap') {
      return {
        kind: 'ask',
        doing: { code: 'synchronizer_not_ready', pod },
        need: {
          code: 'synchronizer_not_ready',
          pod,
          restarts: first?.restarts ?? 0,
          way,
          instance,
          deadlineMs: policy.deadlines.synchronizer,
        },
      };
    }
    const doing: Doing = first ? { code: 'synchronizer_boots', pod } : { code: 'synchronizer_starts', way };
    // A pod that dies and comes again looks well in between: the question stands until it is ready.
    const dies = step.ask?.code === 'readiness_trap' || (first?.restarts ?? 0) > 0;
    return step.ask && dies ? { kind: 'ask', doing, need: 'as before' } : { kind: 'on', doing };
  },
};

const unseen = (context: StepContext, error: string | undefined): StepResult => {
  const doing = { code: 'cluster_silent', error } as const;
  if (!isLate(context)) return { kind: 'on', doing };
  return {
    kind: 'ask',
    doing,
    need: { code: 'synchronizer_not_ready', unseen: error },
  };
};
