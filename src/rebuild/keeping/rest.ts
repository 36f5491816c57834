import { tell } from '../messages/news.ts';
import { currentStep, restingMs } from '../model/record.ts';
import { change, setStep, type Transition } from '../model/transition.ts';
import type { Observed } from '../observe/observed.ts';

/**
 * A run that computes must not be left to work alone. What an engine does that does not answer nobody knows, unless its
 * synchronizer has no pod: one that is not ready may compute all the same.
 */
const mayRest = ({ engine, synchronizer }: Observed): boolean => {
  if (!engine?.ok) return synchronizer?.ok === true && synchronizer.value.pods.length === 0;
  const { history, rebuild, write } = engine.value;
  return [history, rebuild, write].every(({ state }) => state !== 'running' && state !== 'waiting');
};

/** Nobody answered for as long as the farmers were to stay: they go, and the question stays. Undefined: not now. */
export const restFarmers = (
  transition: Transition,
  observed: Observed,
  now: number,
): Transition | undefined => {
  const { rebuild } = transition;
  const step = currentStep(rebuild);
  const kept = step?.ask?.kept;
  if (!step || !kept || now < kept.until || !mayRest(observed)) return undefined;
  const { wanted } = rebuild.farmers;
  const next = change(transition, (r) =>
    setStep(
      { ...r, farmers: { ...r.farmers, wanted: 0 }, rest: { at: now, farmers: wanted } },
      step.name,
      ({ ask, ...rest }) => {
        if (!ask) return rest;
        const { kept: _, ...asked } = ask;
        return { ...rest, ask: asked };
      },
    ),
  );
  return tell(
    next,
    { code: 'farmers_rest', farmers: wanted, waitedMs: now - (step.ask?.since ?? now), kept },
    now,
  );
};

/**
 * The question is answered, or has answered itself, or it ends: the time at rest does not count towards any limit, and
 * a rebuild that goes on wants its farmers again.
 */
export const awake = (transition: Transition, now: number): Transition => {
  const { rest, phase } = transition.rebuild;
  const step = currentStep(transition.rebuild);
  if (!rest || (phase === 'running' && step?.ask)) return transition;
  const ms = restingMs(transition.rebuild, now);
  return change(transition, ({ rest: _, ...rebuild }) => {
    const up = { ...rebuild, restedMs: (rebuild.restedMs ?? 0) + ms };
    if (phase !== 'running' || !step) return up;
    return setStep(
      step.name === 'rebuild' ? { ...up, farmers: { ...up.farmers, wanted: up.farmers.target } } : up,
      step.name,
      (s) => (s.deadline === undefined ? s : { ...s, deadline: s.deadline + ms }),
    );
  });
};
