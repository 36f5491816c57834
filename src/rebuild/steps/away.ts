import type { StepContext, StepResult } from './step-context.ts';

/**
 * What to do while the synchronizer is away; undefined when it is there. A pod that was killed comes back by itself,
 * so that is waited for before anybody is asked.
 */
export const whileAway = ({ rebuild, now, policy }: StepContext): StepResult | undefined => {
  const { seen, awaySince } = rebuild.synchronizer;
  if (!seen || seen.ready > 0) return undefined;
  const trouble = seen.troubles[0];
  const doing = { code: 'synchronizer_away', trouble } as const;
  const { drift } = rebuild;
  const taken = drift?.role === 'synchronizer' && !drift.settled && drift.found === 0;
  if (!taken && (awaySince === undefined || now - awaySince < policy.deadlines.synchronizer)) {
    return { kind: 'on', doing };
  }
  return {
    kind: 'ask',
    doing,
    need: {
      code: 'synchronizer_lost',
      lost: 'synchronizer',
      by: taken ? (drift.who ?? 'somebody') : undefined,
      trouble,
      instance: rebuild.plan.instance,
    },
  };
};

/** It is back, and nothing that it ran was lost. */
export const backAgain = (context: StepContext): StepContext['rebuild'] => {
  const { awaySince, ...synchronizer } = context.rebuild.synchronizer;
  return awaySince === undefined ? context.rebuild : { ...context.rebuild, synchronizer };
};
