import { firstTold } from '../keeping/asking.ts';
import { isWorthKeeping, keptFarmers } from '../keeping/kept-work.ts';
import { tell } from '../messages/news.ts';
import { type Doing, doingWords } from '../messages/steps/doing.ts';
import { interventionWords } from '../messages/steps/interventions.ts';
import { noReason } from '../messages/steps/missing.ts';
import { hasChanged } from '../model/approval.ts';
import { cachesOf } from '../model/caches.ts';
import type { Intervention, Step } from '../model/parts/step.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { stepOf } from '../model/record.ts';
import type { StepName } from '../model/steps.ts';
import { change, farmhand, setStep, type Transition } from '../model/transition.ts';
import type { StepResult } from './step-context.ts';
import { stepDefinitions } from './steps.ts';

/** Begins a step, for the first time or once more: its clock starts, and what it wants of the world is on record. */
export const beginStep = (
  transition: Transition,
  name: StepName,
  now: number,
  policy: RebuildPolicy,
): Transition => {
  const { deadline: limit, desires } = stepDefinitions[name];
  const deadline = limit && policy.deadlines[limit];
  const begun = change(transition, (rebuild) =>
    setStep(desires?.(rebuild) ?? rebuild, name, ({ attempt }) => ({
      name,
      state: 'running',
      attempt: attempt + 1,
      startedAt: now,
      ...(deadline !== undefined && { deadline: now + deadline }),
    })),
  );
  const { attempt } = stepOf(begun.rebuild, name);
  return tell(begun, { code: 'begins', step: name, attempt }, now);
};

/** The step is done; the next one begins in its own pass, on what is seen then. */
export const finishStep = (
  transition: Transition,
  step: Step,
  doing: Doing | undefined,
  now: number,
): Transition =>
  change(transition, (rebuild) =>
    setStep(rebuild, step.name, ({ name, attempt, startedAt }) => ({
      name,
      attempt,
      state: 'done',
      endedAt: now,
      ...(startedAt !== undefined && { startedAt }),
      ...(doing !== undefined && { says: doingWords(doing) }),
    })),
  );

/** It goes on; a question that was open has answered itself. */
export const goOn = (transition: Transition, step: Step, doing: Doing, now: number): Transition => {
  const says = doingWords(doing);
  const next = change(transition, (rebuild) =>
    setStep(rebuild, step.name, ({ ask: _, ...rest }) => ({ ...rest, state: 'running', says })),
  );
  return step.ask ? tell(next, { code: 'goes_on', step: step.name }, now) : next;
};

/** A person is needed. The same question again changes nothing: neither its time nor what was said. */
export const requestIntervention = (
  transition: Transition,
  step: Step,
  { doing, need, until }: Omit<Extract<StepResult, { kind: 'ask' }>, 'kind'>,
  now: number,
  policy: RebuildPolicy,
): Transition => {
  const says = doing === 'as before' ? (step.says ?? '') : doingWords(doing);
  const waits = (ask: Intervention | undefined) =>
    change(transition, (rebuild) =>
      setStep(rebuild, step.name, (s) => ({ ...s, state: 'waiting', says, ...(ask && { ask }) })),
    );
  if (need === 'as before' || step.ask?.code === need.code) return waits(step.ask);
  const waiting = waitingFor(transition.rebuild, until, now, policy);
  const { what, options } = interventionWords(need);
  const { runbook } = policy;
  const ask: Intervention = {
    ...{ code: need.code, what, options, since: now },
    ...(runbook !== undefined && { runbook: `${runbook}#${need.code}` }),
    ...waiting,
  };
  const { asking, to, held } = firstTold(transition.rebuild, ask, policy);
  const next = change(waits(ask), (rebuild) => ({ ...rebuild, ...(asking && { asking }) }));
  const caches = step.name === 'write' || step.name === 'propagate' ? cachesOf(next.rebuild) : undefined;
  return tell(next, { code: 'asks', ask, caches, to, held }, now);
};

/** When a question ends the rebuild, or, where there is work to lose, how long its farmers wait. */
const waitingFor = (
  rebuild: Rebuild,
  until: Extract<StepResult, { kind: 'ask' }>['until'],
  now: number,
  policy: RebuildPolicy,
): Pick<Intervention, 'until' | 'kept'> => {
  if (until === 'no end') return {};
  if (until === undefined && isWorthKeeping(rebuild, now, policy)) {
    const kept = keptFarmers(rebuild, now, policy);
    return kept ? { kept } : {};
  }
  return { until: until ?? now + policy.intervention };
};

/** Its time is over. With work to lose it ends nothing: it waits on, and its farmers as long as they may. */
export const keepOn = (
  transition: Transition,
  step: Step,
  now: number,
  policy: RebuildPolicy,
): Transition | undefined => {
  if (!isWorthKeeping(transition.rebuild, now, policy)) return undefined;
  const kept = keptFarmers(transition.rebuild, now, policy);
  const next = change(transition, (rebuild) =>
    setStep(rebuild, step.name, ({ ask, ...rest }) => {
      if (!ask) return rest;
      const { until: _, ...asked } = ask;
      return { ...rest, ask: { ...asked, ...(kept && { kept }) } };
    }),
  );
  return tell(next, { code: 'work_kept', kept }, now);
};

/** From here on it tears down. Every error at once. */
export const fail = (
  transition: Transition,
  step: Step,
  errors: readonly string[],
  now: number,
): Transition => {
  const reason = errors[0] ?? noReason;
  const next = change(transition, (rebuild): Rebuild => {
    const { pause: _, ...rest } = rebuild;
    return { ...rest, phase: 'failing', end: { at: now, by: farmhand, reason, step: step.name, errors } };
  });
  const touched = hasChanged(transition.rebuild);
  // What was asked stands in the thread already: news is only that nobody answered.
  const first = errors.find((error) => error !== step.ask?.what) ?? reason;
  const others = errors.filter((error) => error !== first);
  return tell(next, { code: 'failing', step: step.name, first, others, touched }, now);
};
