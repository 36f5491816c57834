import { claimEffect, type DesiredEffect, type RetryDecision, retryDecision } from '../effects/effects.ts';
import { keptUp } from '../effects/in-doubt.ts';
import { desiredScaling } from '../effects/scaling.ts';
import { restFarmers } from '../keeping/rest.ts';
import { tell } from '../messages/news.ts';
import { problemWords } from '../messages/planning/problems.ts';
import type { Need } from '../messages/steps/interventions.ts';
import { mayAct } from '../model/approval.ts';
import type { EffectState } from '../model/parts/effect-state.ts';
import type { Step } from '../model/parts/step.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { currentStep } from '../model/record.ts';
import { heldRaise } from '../model/rules/held.ts';
import { frozenNow } from '../model/rules/windows.ts';
import { isEarly } from '../model/steps.ts';
import { change, type Transition } from '../model/transition.ts';
import type { Observed } from '../observe/observed.ts';
import { withScaleAdvice } from '../planning/scale-advice.ts';
import type { StepResult } from '../steps/step-context.ts';
import { beginStep, fail, finishStep, goOn, keepOn, requestIntervention } from '../steps/step-transitions.ts';
import { stepDefinitions } from '../steps/steps.ts';
import { finish } from './ending.ts';
import { askFor, askForTicket } from './gate.ts';
import { toldOfHeld } from './guarded.ts';
import { idleLook } from './schedule.ts';

/** What a pass is done with. */
export interface PassContext {
  readonly observed: Observed;
  readonly now: number;
  readonly policy: RebuildPolicy;
  readonly newClaim: string;
}

/** A record, what it wants done, and when it wants to be looked at again; ms. */
export interface PassResult {
  readonly transition: Transition;
  readonly perform?: EffectState;
  readonly at: number;
}

/** `held`: the gate is closed, so the world is left alone whatever the record wants. */
type Mode = 'running' | 'held' | 'ending';

/** What comes of what a step answered: it ends, goes on, or asks; and at most one change of the world is claimed. */
export const applyResult = (
  before: Transition,
  step: Step,
  result: StepResult,
  pass: PassContext,
  mode: Mode,
): PassResult => {
  const { now, policy } = pass;
  const moved = 'rebuild' in result && result.rebuild ? { ...before, rebuild: result.rebuild } : before;
  switch (result.kind) {
    case 'done': {
      const told = result.news ? tell(moved, result.news, now) : moved;
      const transition = finishStep(told, step, result.doing, now);
      if (mode !== 'ending') return { transition, at: now };
      return {
        transition: finish(
          transition,
          transition.rebuild.phase === 'cancelling' ? 'cancelled' : 'failed',
          now,
        ),
        at: now,
      };
    }
    case 'fail':
      return { transition: fail(moved, step, result.problems.map(problemWords), now), at: now };
    case 'again': {
      // What was told of the try before need not be told again.
      const begun = beginStep(tell(moved, result.news, now), step.name, now, policy);
      const { told } = before.rebuild;
      return { transition: change(begun, (rebuild) => (told ? { ...rebuild, told } : rebuild)), at: now };
    }
    case 'on':
    case 'ask':
      return going(moved, step, result, pass, mode);
    default:
      return result satisfies never;
  }
};

type Going = Extract<StepResult, { kind: 'on' | 'ask' }>;

const going = (
  transition: Transition,
  step: Step,
  move: Going,
  pass: PassContext,
  mode: Mode,
): PassResult => {
  const { observed, now, policy } = pass;
  const ending = mode === 'ending';
  // Before the ticket is there the cluster is not ours to change, whatever is found.
  const scaling =
    mode !== 'running' || isEarly(step.name)
      ? undefined
      : desiredScaling(transition.rebuild, observed, keptUp(transition.rebuild));
  const patient = ending || stepDefinitions[step.name].patient === true;
  const held = scaling && raiseHeld(transition.rebuild, scaling, pass);
  const tries = [held ? undefined : scaling, move.desired].flatMap((wish) =>
    wish ? [{ wish, chance: retryDecision(transition.rebuild, wish, now, policy, patient) }] : [],
  );
  const next = tries.find(({ chance }) => chance.may);
  const shown = stuckOn(tries, step, move) ?? move;
  const told =
    shown.kind === 'ask'
      ? requestIntervention(transition, step, shown, now, policy)
      : goOn(transition, step, shown.doing, now);
  const asked = currentStep(told.rebuild);
  if (asked?.ask?.until !== undefined && now >= asked.ask.until) {
    const on = keepOn(told, asked, now, policy);
    if (on) return { transition: on, at: now };
    const nobody = problemWords({ code: 'nobody_answered', ms: asked.ask.until - asked.ask.since });
    return { transition: fail(told, asked, [asked.ask.what, nobody], now), at: now };
  }
  const rested = mode === 'running' ? restFarmers(told, observed, now) : undefined;
  if (rested) return { transition: rested, at: now };
  const said = toldOfHeld(told, held, now);
  const offered =
    step.name === 'rebuild' && !ending ? withScaleAdvice(said, now, isFrozen(said, pass)) : said;
  if (next?.chance.may) return claimed(offered, next.wish, next.chance.attempts, pass);
  const retries = tries.flatMap(({ chance }) => ('at' in chance ? [chance.at] : []));
  return { transition: offered, at: wakeAt(offered.rebuild, shown, retries, pass) };
};

const isFrozen = ({ rebuild }: Transition, { policy, now }: PassContext): boolean =>
  frozenNow(policy.controls?.(rebuild.plan.instance), now) !== undefined;

/** More farmers than a freeze window or a limit lets through now, whoever asked for them. */
const raiseHeld = ({ plan, ...rebuild }: Rebuild, { effect }: DesiredEffect, { policy, now }: PassContext) =>
  effect.kind === 'scale' && effect.role === 'farmer'
    ? heldRaise({ ...rebuild, plan }, effect, policy.controls?.(plan.instance), now)
    : undefined;

/** A change that was given up needs a person; a scale that fails while the rebuild runs must not end it. */
const stuckOn = (
  tries: readonly { readonly wish: DesiredEffect; readonly chance: RetryDecision }[],
  { name }: Step,
  { doing }: Going,
): Going | undefined => {
  for (const { wish: desired, chance } of tries) {
    if (!('gaveUp' in chance)) continue;
    const ask = effectFailed({ effect: desired.effect, error: chance.gaveUp }, doing);
    const harmless = desired.effect.kind === 'scale' && !stepDefinitions[name].scales;
    return harmless ? { ...ask, until: 'no end' } : ask;
  }
  return undefined;
};

type Asking = Extract<StepResult, { kind: 'ask' }>;

/** A person is asked about a change that failed, or of which nobody knows whether it was made. */
export const effectFailed = (
  failed: Omit<Extract<Need, { effect: unknown }>, 'code'>,
  doing: Asking['doing'],
): Asking => ({ kind: 'ask', doing, need: { code: 'effect_failed', ...failed } });

/** The change is claimed on the record, unless the gate is closed after all. */
export const claimed = (
  transition: Transition,
  desired: DesiredEffect,
  attempts: number,
  { now, newClaim, policy }: PassContext,
): PassResult => {
  const { rebuild } = transition;
  // Nothing is begun while it is frozen, whichever way led here.
  if (rebuild.frozen) return { transition, at: now + policy.idlePoll };
  const step = currentStep(rebuild);
  // The gate was asked before; should a way round it be found, it ends here.
  const moment = { now, valid: policy.approvalValid };
  const ask = askForTicket(rebuild) ?? (mayAct(rebuild, moment) ? undefined : askFor(rebuild));
  if (rebuild.phase === 'running' && step && ask) {
    return { transition: requestIntervention(transition, step, ask, now, policy), at: now + policy.poll };
  }
  const made = claimEffect(rebuild, desired, attempts, newClaim, now);
  const { effect, key, by } = desired;
  const next = tell(
    { ...transition, rebuild: made.rebuild },
    { code: 'intends', effect, key, attempts, by },
    now,
  );
  // Whoever claimed it comes back at once; should they not, it is looked for when the claim is surely over.
  return { transition: next, perform: made.effect, at: now + policy.claimTimeout };
};

const wakeAt = (
  rebuild: Rebuild,
  move: Going,
  retries: readonly number[],
  { now, policy }: PassContext,
): number => {
  const step = currentStep(rebuild);
  const slow = move.kind === 'on' ? move.slow === true : step?.ask?.until === undefined;
  const times = [step?.deadline, step?.ask?.until, step?.ask?.kept?.until, ...retries];
  const due = times.filter((time) => time !== undefined).filter((time) => time > now);
  return Math.min(slow ? idleLook(rebuild.at, now, policy.idlePoll) : now + policy.poll, ...due);
};
