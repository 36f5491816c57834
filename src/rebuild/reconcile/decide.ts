import type { DesiredEffect } from '../effects/effects.ts';
import { resolveInDoubt } from '../effects/in-doubt.ts';
import { frozenBy, frozenWake } from '../freezing/while-frozen.ts';
import { nextTelling, tellOfQuestion } from '../keeping/asking.ts';
import { tellOfLimit } from '../keeping/limit.ts';
import { awake } from '../keeping/rest.ts';
import { problemWords } from '../messages/planning/problems.ts';
import { hasChanged, hasTouched } from '../model/approval.ts';
import type { EffectState } from '../model/parts/effect-state.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { activeMs, currentStep, hasEnded, limitOf, openEffect } from '../model/record.ts';
import { openGlass, ruledBy } from '../model/rules/controlled.ts';
import { change, type Transition } from '../model/transition.ts';
import { applyObservation } from '../observe/apply-observation.ts';
import type { Observed } from '../observe/observed.ts';
import { rechecked } from '../planning/recheck.ts';
import type { StepContext } from '../steps/step-context.ts';
import { beginStep, fail, requestIntervention } from '../steps/step-transitions.ts';
import { stepDefinitions } from '../steps/steps.ts';
import { applyResult, claimed, effectFailed, type PassContext, type PassResult } from './apply-result.ts';
import { finish, tearDown, turnToEnd, wantingNothing } from './ending.ts';
import { gateOf } from './gate.ts';
import { closeGlass, glassClosed } from './guarded.ts';
import { pauseNow, remind } from './pausing.ts';
import { remindApprovers } from './reminding.ts';
import { idleLook } from './schedule.ts';

export interface RebuildDecision {
  readonly write?: Transition;
  /** Claimed in that write: to be made once it is stored, and not before. */
  readonly perform?: EffectState;
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
  const pass: PassContext = { observed, now, policy, newClaim };
  const seen = applyObservation(ruledNow(rebuild, policy, now), observed, now, policy);
  const { transition: passed, perform, at } = passOf(seen, pass);
  // With the rebuild ends what was broken for it.
  const closed = hasEnded(passed.rebuild) ? glassClosed(passed, now) : passed;
  const transition = remindedOf(closed, now, policy);
  const { awaited, pause, frozen } = transition.rebuild;
  const glass = openGlass(transition.rebuild);
  const wake = Math.min(
    at,
    glass?.until ?? at,
    (frozen ? undefined : awaited?.next) ?? at,
    (pause || frozen ? undefined : nextTelling(transition.rebuild, policy, now)) ?? at,
    frozenWake(transition.rebuild),
  );
  const write = hasEnded(transition.rebuild)
    ? transition
    : change(transition, (r) => ({ ...r, driveAt: Math.max(wake, now) }));
  return { write, ...(perform && { perform }) };
};

/** Nobody is asked for what nobody may do: while it is frozen reminders rest. */
const remindedOf = (transition: Transition, now: number, policy: RebuildPolicy): Transition =>
  transition.rebuild.frozen
    ? transition
    : tellOfLimit(tellOfQuestion(remindApprovers(transition, now, policy), now, policy), now, policy);

/** By the rules and freezes of now, and with a glass closed whose time is over: this is the first safe point after it. */
const ruledNow = (before: Rebuild, policy: RebuildPolicy, now: number): Transition => {
  const rebuild = ruledBy(before, policy.controls?.(before.plan.instance), hasTouched(before));
  return frozenBy(closeGlass(awake({ rebuild, journal: [] }, now), now), policy, now);
};

const passOf = (transition: Transition, pass: PassContext): PassResult => {
  const { rebuild } = transition;
  const { observed, now, policy } = pass;
  const open = openEffect(rebuild);
  if (open) {
    const resolved = resolveInDoubt(transition, open, observed, now, policy);
    switch (resolved.kind) {
      case 'settled':
        return { transition: resolved.transition, at: now };
      case 'again':
        if (rebuild.frozen) return frozenPass(transition, pass);
        return claimed(transition, again(open), open.attempts + 1, pass);
      case 'wait':
        return unsettled(transition, open, resolved.at, pass);
      default:
        return resolved satisfies never;
    }
  }
  // Where nothing was touched, nothing is left to change.
  if (rebuild.phase !== 'running' && !(rebuild.frozen && hasChanged(rebuild)))
    return endingPass(transition, pass);
  if (rebuild.pause) return pausedPass(transition, pass);
  if (rebuild.frozen) return frozenPass(transition, pass);
  return runningPass(transition, pass);
};

/** It is looked at, and nothing else: what was due is due after the thaw. */
const frozenPass = (transition: Transition, { now, policy }: PassContext): PassResult => ({
  transition,
  at: idleLook(transition.rebuild.at, now, policy.idlePoll),
});

const again = ({ effect, key, by, reason }: EffectState): DesiredEffect => ({
  effect,
  key,
  ...(by && { by }),
  ...(reason !== undefined && { reason }),
});

/** An outcome that stays unknown is a person’s concern after as many tries as any other failure. */
const unsettled = (
  transition: Transition,
  open: EffectState,
  at: number,
  { now, policy }: PassContext,
): PassResult => {
  const soonest = Math.min(at, now + policy.poll);
  const step = currentStep(transition.rebuild);
  if (!step || transition.rebuild.pause || transition.rebuild.frozen || open.attempts < policy.attempts)
    return { transition, at: soonest };
  const move = effectFailed({ effect: open.effect, error: open.error, unknown: true }, 'as before');
  return { transition: requestIntervention(transition, step, move, now, policy), at: soonest };
};

const pausedPass = (transition: Transition, { now, policy }: PassContext): PassResult => {
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

const runningPass = (transition: Transition, pass: PassContext): PassResult => {
  const { observed, now, policy } = pass;
  const step = currentStep(transition.rebuild);
  if (!step) return { transition: finish(transition, 'released', now), at: now };
  const active = activeMs(transition.rebuild, now);
  const limitMs = limitOf(transition.rebuild, policy);
  if (active >= limitMs && step.name !== 'release') {
    const limit = problemWords({ code: 'limit', activeMs: active, limitMs });
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
      return applyResult(transition, step, stepDefinitions[step.name].run(context), pass, 'running');
    case 'held':
      return applyResult(transition, step, gate.result, pass, 'held');
    case 'again':
      return { transition: gate.transition, at: now };
    case 'look':
      return { transition, at: now };
    default:
      return gate satisfies never;
  }
};

const endingPass = (transition: Transition, pass: PassContext): PassResult => {
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
  return applyResult(wanting, step, tearDown(context), pass, 'ending');
};
