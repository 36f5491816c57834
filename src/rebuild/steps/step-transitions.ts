import { sentence } from '../../core/text.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { Intervention, Rebuild, Step } from '../model/rebuild.ts';
import { stepTitle } from '../model/steps.ts';
import { announce, change, farmhand, setStep, type Transition } from '../model/transition.ts';
import type { Question } from './step-context.ts';

/** The step is done; the next one begins in its own pass, on what is seen then. */
export const finishStep = (
  transition: Transition,
  step: Step,
  says: string | undefined,
  now: number,
): Transition =>
  change(transition, (rebuild) =>
    setStep(rebuild, step.name, ({ name, attempt, startedAt }) => ({
      name,
      attempt,
      state: 'done',
      endedAt: now,
      ...(startedAt !== undefined && { startedAt }),
      ...(says !== undefined && { says }),
    })),
  );

/** It goes on; a question that was open has answered itself. */
export const goOn = (transition: Transition, step: Step, says: string, now: number): Transition => {
  const next = change(transition, (rebuild) =>
    setStep(rebuild, step.name, ({ ask: _, ...rest }) => ({ ...rest, state: 'running', says })),
  );
  return step.ask ? withdrawn(next, step, now) : next;
};

const withdrawn = (transition: Transition, step: Step, now: number): Transition => {
  const text = `${stepTitle[step.name]} goes on: nobody is needed any more.`;
  return announce(transition, { what: 'goes_on', text, note: 'step', entry: 'change' }, now);
};

/** A person is needed. The same question again changes nothing: neither its time nor what was said. */
export const requestIntervention = (
  transition: Transition,
  step: Step,
  says: string,
  question: Question,
  now: number,
  policy: RebuildPolicy,
): Transition => {
  if (step.ask?.code === question.code) {
    const { ask } = step;
    return change(transition, (rebuild) =>
      setStep(rebuild, step.name, (s) => ({ ...s, state: 'waiting', says, ask })),
    );
  }
  const { until } = question;
  const ends = until === 'no end' ? undefined : (until ?? now + policy.intervention);
  const ask: Intervention = {
    code: question.code,
    what: question.what,
    options: question.options,
    since: now,
    ...(ends !== undefined && { until: ends }),
  };
  const next = change(transition, (rebuild) =>
    setStep(rebuild, step.name, (s) => ({ ...s, state: 'waiting', says, ask })),
  );
  const planned = question.code === 'approval' || question.code === 'guardian';
  return announce(
    next,
    {
      what: `ask_${question.code}`,
      text: planned ? question.what : `Manual intervention required: ${question.what}`,
      lines: question.options,
      note: 'waiting',
      entry: planned ? 'change' : 'error',
      ...(!planned && { mark: 'error' as const, marked: question.code.replaceAll('_', ' ') }),
    },
    now,
  );
};

/** From here on it tears down. Every error at once. */
export const fail = (
  transition: Transition,
  step: Step,
  errors: readonly string[],
  now: number,
): Transition => {
  const reason = errors[0] ?? 'it failed';
  const next = change(transition, (rebuild): Rebuild => {
    const { pause: _, ...rest } = rebuild;
    return { ...rest, phase: 'failing', end: { at: now, by: farmhand, reason, step: step.name, errors } };
  });
  const touched = transition.rebuild.effects.length > 0;
  // What was asked stands in the thread already: news is only that nobody answered.
  const first = errors.find((error) => error !== step.ask?.what) ?? reason;
  const text = `${stepTitle[step.name]} failed: ${sentence(first)} ${touched ? 'It is torn down now.' : 'Nothing was touched.'}`;
  return announce(
    next,
    {
      what: 'failing',
      text,
      lines: errors.filter((error) => error !== first),
      note: 'error',
      entry: 'error',
      mark: 'error',
      marked: `${stepTitle[step.name]} failed`,
    },
    now,
  );
};
