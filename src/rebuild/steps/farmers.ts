import type { News } from '../messages/news.ts';
import type { Doing } from '../messages/steps/doing.ts';
import { onItsWay } from './on-its-way.ts';
import { farmersUp, isLate, type StepContext, type StepDefinition, type StepResult } from './step-context.ts';

/** All farmers at once; on with the minimum, never without any. */
export const farmers: StepDefinition<'farmers'> = {
  name: 'farmers',
  deadline: 'farmers',
  observes: { farmers: true, synchronizer: true, engine: true },
  desires: farmersUp,
  scales: true,
  run: (context) => {
    const { rebuild, step, observed, policy } = context;
    const { target, minimum, wanted } = rebuild.farmers;
    const seen = observed.farmers;
    if (!seen?.ok) return tooFew(context, { code: 'cluster_silent', error: seen?.error }, 0);
    const { ready } = seen.value;
    const doing = { code: 'farmers_come', ready, wanted } as const;
    const enough = ready >= minimum;
    const up = (why: Extract<News, { code: 'farmers_up' }>['why']): StepResult => ({
      kind: 'done',
      doing,
      news: { code: 'farmers_up', ready, target, minimum, why },
    });
    if (enough && ready >= target) return up('all');
    if (enough && rebuild.plan.engine === 'balance') return up('minimum');
    const accepted = rebuild.overrides.some(
      ({ kind, at }) => kind === 'accept_farmers' && at >= (step.startedAt ?? 0),
    );
    if (enough && accepted) return up('accepted');
    if (enough && isLate(context)) return up({ lateMs: policy.deadlines.farmers });
    return tooFew(context, doing, ready);
  },
};

const tooFew = (
  context: StepContext,
  found: Extract<Doing, { code: 'cluster_silent' | 'farmers_come' }>,
  ready: number,
): StepResult => {
  const { rebuild, observed } = context;
  const way = onItsWay(rebuild, observed, 'farmer');
  const doing = { ...found, way };
  if (!isLate(context)) return { kind: 'on', doing };
  const { minimum, target, seen } = rebuild.farmers;
  return {
    kind: 'ask',
    doing,
    need: {
      code: 'too_few_farmers',
      at: 'start',
      ready,
      target,
      minimum,
      troubles: seen?.troubles ?? [],
      way,
      unseen: observed.farmers?.ok === false ? observed.farmers.error : undefined,
    },
  };
};
