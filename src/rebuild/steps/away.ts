import type { StepContext, StepResult } from './step-context.ts';

/**
 * What to do while the synchronizer is away; undefined when it is there. A pod that was killed comes back by itself,
 * so that is waited for before anybody is asked.
 */
export const whileAway = ({ rebuild, now, policy }: StepContext): StepResult | undefined => {
  const { seen, awaySince } = rebuild.synchronizer;
  if (!seen || seen.ready > 0) return undefined;
  const { synchronizerSet, cluster, namespace } = rebuild.plan.instance;
  const trouble = seen.troubles[0];
  const says = `the synchronizer is away${trouble ? ` (${trouble.says})` : ''}`;
  const { drift } = rebuild;
  const taken = drift?.role === 'synchronizer' && !drift.settled && drift.found === 0;
  if (!taken && (awaySince === undefined || now - awaySince < policy.deadlines.synchronizer)) {
    return { kind: 'on', says };
  }
  return {
    kind: 'ask',
    says,
    ask: {
      code: 'synchronizer_lost',
      what: `The synchronizer is gone${taken ? `: ${drift.who ?? 'somebody'} took it down` : ' and does not come back'}${trouble ? `: ${trouble.pod}: ${trouble.says}` : ''}. Farmers and caches were not changed.`,
      options: [
        `Look at ${synchronizerSet} in ${cluster}/${namespace}; when it is back, this goes on by itself`,
        'Retry: scales it up again where somebody took it down',
        'Or cancel',
      ],
    },
  };
};

/** It is back, and nothing that it ran was lost. */
export const backAgain = (context: StepContext): StepContext['rebuild'] => {
  const { awaySince, ...synchronizer } = context.rebuild.synchronizer;
  return awaySince === undefined ? context.rebuild : { ...context.rebuild, synchronizer };
};
