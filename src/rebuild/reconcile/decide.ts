import { claimEffect, type DesiredEffect, type RetryDecision, retryDecision } from '../effects/effects.ts';
import { keptUp, resolveInDoubt } from '../effects/in-doubt.ts';
import { desiredScaling } from '../effects/scaling.ts';
import { tell } from '../messages/news.ts';
import { problemWords } from '../messages/planning/problems.ts';
import type { Need } from '../messages/steps/interventions.ts';
import { hasTouched, mayAct } from '../model/approval.ts';
import type { EffectState } from '../model/parts/effect-state.ts';
import type { Step } from '../model/parts/step.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { activeMs, currentStep, hasEnded, openEffect } from '../model/record.ts';
import { openGlass, ruledBy } from '../model/rules/controlled.ts';
import { heldRaise } from '../model/rules/held.ts';
import { isEarly } from '../model/steps.ts';
import { change, type Transition } from '../model/transition.ts';
import { applyObservation } from '../observe/apply-observation.ts';
import type { Observed } from '../observe/observed.ts';
import { rechecked } from '../planning/recheck.ts';
import { withScaleAdvice } from '../planning/scale-advice.ts';
import type { StepContext, StepResult } from '../steps/step-context.ts';
import { fail, finishStep, goOn, requestIntervention } from '../steps/step-transitions.ts';
import { stepDefinitions } from '../steps/steps.ts';
import { beginStep } from './begin.ts';
import { finish, tearDown, turnToEnd, wantingNothing } from './ending.ts';
import { askFor, askForTicket, gateOf } from './gate.ts';
import { closeGlass, glassClosed, toldOfHeld } from './guarded.ts';
import { pauseNow, remind } from './pausing.ts';
import { remindApprovers } from './reminding.ts';
import { idleLook } from './schedule.ts';

export interface RebuildDecision {
  readonly write?: Transition;
  /** Claimed in that write: to be made once it is stored, and not before. */
  readonly perform?: EffectState;
}

/** What a pass is done with. */
interface Pass {
  readonly observed: Observed;
  readonly now: number;
  readonly policy: RebuildPolicy;
  readonly newClaim: string;
}

/** A record, what it wants done, and when it wants to be looked at again; ms. */
interface Outcome {
  readonly transition: Transition;
  readonly perform?: EffectState;
  readonly at: number;
}

/**
 * The next record of a rebuild from what was seen, and at most one change of the world, claimed in it. Pure and
 * synchronous; nothing for a rebuild that has ended. Deciding twice on the same gives the same.
 */
export const decideRebuild = (
  rebuild: Rebuild,
  observed: Observed,
  now: number,
  policy: RebuildPolicy,
  newClaim: string,
): RebuildDecision => {
  if (hasEnded(rebuild)) return {};
  if (rebuild.recheck) return { write: rechecked(rebuild, observed, now, policy) };
  const pass: Pass = { observed, now, policy, newClaim };
  const seen = applyObservation(ruledNow(rebuild, policy, now), observed, now, policy);
  const { transition: passed, perform, at } = passOf(seen, pass);
  // With the rebuild ends what was broken for it.
  const transition = remindApprovers(
    hasEnded(passed.rebuild) ? glassClosed(passed, now) : passed,
    now,
    policy,
  );
  const { awaited } = transition.rebuild;
  const wake = Math.min(at, openGlass(transition.rebuild)?.until ?? at, awaited?.next ?? at);
  const write = hasEnded(transition.rebuild)
    ? transition
    : change(transition, (r) => ({ ...r, driveAt: Math.max(wake, now) }));
  return { write, ...(perform && { perform }) };
};

/** By the rules of now, and with a glass closed whose time is over: this is the first safe point after it. */
const ruledNow = (before: Rebuild, { controls }: RebuildPolicy, now: number): Transition => {
  const rebuild = ruledBy(before, controls?.(before.plan.instance), hasTouched(before));
  return closeGlass({ rebuild, journal: [] }, now);
};

const passOf = (transition: Transition, pass: Pass): Outcome => {
  const { rebuild } = transition;
  const { observed, now, policy } = pass;
  const open = openEffect(rebuild);
  if (open) {
    const resolved = resolveInDoubt(transition, open, observed, now, policy);
    switch (resolved.kind) {
      case 'settled':
        return { transition: resolved.transition, at: now };
      case 'again':
        return claimed(transition, again(open), open.attempts + 1, pass);
      case 'wait':
        return unsettled(transition, open, resolved.at, pass);
      default:
        return resolved satisfies never;
    }
  }
  if (rebuild.phase !== 'running') return endingPass(transition, pass);
  if (rebuild.pause) return pausedPass(transition, pass);
  return runningPass(transition, pass);
};

const again = ({ effect, key, by, reason }: EffectState): DesiredEffect => ({
  effect,
  key,
  ...(by && { by }),
  ...(reason !== undefined && { reason }),
});

/** An outcome that stays unknown is a person’s concern after as many tries as any other failure. */
const unsettled = (transition: Transition, open: EffectState, at: number, { now, policy }: Pass): Outcome => {
  const soonest = Math.min(at, now + policy.poll);
  const step = currentStep(transition.rebuild);
  if (!step || transition.rebuild.pause || open.attempts < policy.attempts)
    return { transition, at: soonest };
  const move = effectFailed({ effect: open.effect, error: open.error, unknown: true }, 'as before');
  return { transition: requestIntervention(transition, step, move, now, policy), at: soonest };
};

const pausedPass = (transition: Transition, { now, policy }: Pass): Outcome => {
  const { pause } = transition.rebuild;
  if (!pause) return { transition, at: now };
  const next =
    pause.state === 'pausing' ? pauseNow(transition, pause, now) : remind(transition, pause, now, policy);
  return {
    transition: next,
    at: Math.min(
      idleLook(next.rebuild.at, now, policy.idlePoll),
      next.rebuild.pause?.remindAt ?? Number.POSITIVE_INFINITY,
    ),
  };
};

const runningPass = (transition: Transition, pass: Pass): Outcome => {
  const { observed, now, policy } = pass;
  const step = currentStep(transition.rebuild);
  if (!step) return { transition: finish(transition, 'released', now), at: now };
  const active = activeMs(transition.rebuild, now);
  if (active >= policy.limit && step.name !== 'release') {
    const limit = problemWords({ code: 'limit', activeMs: active, limitMs: policy.limit });
    return {
      transition: fail(transition, step, [limit, ...(step.ask ? [step.ask.what] : [])], now),
      at: now,
    };
  }
  // Its first look is its own: what was seen before it began may lack what it needs.
  if (step.state === 'pending') return { transition: beginStep(transition, step.name, now, policy), at: now };
  const context: StepContext = { rebuild: transition.rebuild, step, observed, now, policy };
  const gate = gateOf(transition, context);
  switch (gate.kind) {
    case 'open':
      return settle(transition, step, stepDefinitions[step.name].run(context), pass, 'running');
    case 'held':
      return settle(transition, step, gate.result, pass, 'held');
    case 'again':
      return { transition: gate.transition, at: now };
    case 'look':
      return { transition, at: now };
    default:
      return gate satisfies never;
  }
};

const endingPass = (transition: Transition, pass: Pass): Outcome => {
  const { observed, now, policy } = pass;
  const turned = change(transition, (rebuild) => turnToEnd(rebuild, now));
  const phase = turned.rebuild.phase === 'cancelling' ? 'cancelled' : 'failed';
  const step = currentStep(turned.rebuild);
  if (!step || step.state === 'skipped' || step.state === 'failed' || step.state === 'done') {
    return { transition: finish(turned, phase, now), at: now };
  }
  if (step.state === 'pending') {
    const begun = change(beginStep(turned, 'teardown', now, policy), wantingNothing);
    return { transition: begun, at: now };
  }
  const wanting = change(turned, wantingNothing);
  const context: StepContext = { rebuild: wanting.rebuild, step, observed, now, policy };
  return settle(wanting, step, tearDown(context), pass, 'ending');
};

/** `held`: the gate is closed, so the world is left alone whatever the record wants. */
type Mode = 'running' | 'held' | 'ending';

const settle = (before: Transition, step: Step, result: StepResult, pass: Pass, mode: Mode): Outcome => {
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

const going = (transition: Transition, step: Step, move: Going, pass: Pass, mode: Mode): Outcome => {
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
    const nobody = problemWords({ code: 'nobody_answered', ms: asked.ask.until - asked.ask.since });
    return { transition: fail(told, asked, [asked.ask.what, nobody], now), at: now };
  }
  const said = toldOfHeld(told, held, now);
  const offered = step.name === 'rebuild' && !ending ? withScaleAdvice(said, now) : said;
  if (next?.chance.may) return claimed(offered, next.wish, next.chance.attempts, pass);
  const retries = tries.flatMap(({ chance }) => ('at' in chance ? [chance.at] : []));
  return { transition: offered, at: wakeAt(offered.rebuild, shown, retries, pass) };
};

/** More farmers than a freeze window or a limit lets through now, whoever asked for them. */
const raiseHeld = ({ plan, ...rebuild }: Rebuild, { effect }: DesiredEffect, { policy, now }: Pass) =>
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

const effectFailed = (
  failed: Omit<Extract<Need, { effect: unknown }>, 'code'>,
  doing: Asking['doing'],
): Asking => ({ kind: 'ask', doing, need: { code: 'effect_failed', ...failed } });

const claimed = (
  transition: Transition,
  desired: DesiredEffect,
  attempts: number,
  { now, newClaim, policy }: Pass,
): Outcome => {
  const { rebuild } = transition;
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

const wakeAt = (rebuild: Rebuild, move: Going, retries: readonly number[], { now, policy }: Pass): number => {
  const step = currentStep(rebuild);
  const slow = move.kind === 'on' ? move.slow === true : move.until === 'no end';
  const times = [step?.deadline, step?.ask?.until, ...retries];
  const due = times.filter((time) => time !== undefined).filter((time) => time > now);
  return Math.min(slow ? idleLook(rebuild.at, now, policy.idlePoll) : now + policy.poll, ...due);
};
