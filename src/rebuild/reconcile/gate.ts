import { tell, tellLatest } from '../messages/news.ts';
import type { RebuildProblem } from '../messages/planning/problems.ts';
import type { Doing } from '../messages/steps/doing.ts';
import { hasTouched, isCovered, isExpired, isFree, needsApproval, pendingOf } from '../model/approval.ts';
import type { Plan } from '../model/parts/plan.ts';
import { differences } from '../model/plan-differences.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { ticketInTheWay } from '../model/record.ts';
import { openGlass } from '../model/rules/controlled.ts';
import { type HeldBack, heldStart } from '../model/rules/held.ts';
import { change, farmhand, forget, setStep, type Transition } from '../model/transition.ts';
import type { ApproverNow } from '../observe/observed.ts';
import { inTheWay, unseenOf } from '../steps/preflight.ts';
import type { StepContext, StepResult } from '../steps/step-context.ts';

/** What stands between the record and the next change of the world. */
export type ApprovalGate =
  | { readonly kind: 'open' }
  /** Nothing is changed; this is what the step does instead. */
  | { readonly kind: 'held'; readonly result: StepResult }
  /** The record has changed: to be looked at again at once. */
  | { readonly kind: 'again'; readonly transition: Transition }
  /** What must be known was not looked at: it is now. */
  | { readonly kind: 'look' };

const open: ApprovalGate = { kind: 'open' };
const look: ApprovalGate = { kind: 'look' };
const waits = (doing: Doing): ApprovalGate => ({ kind: 'held', result: { kind: 'on', doing } });

/**
 * Asked before every step: whether all that the record would do is approved, and right before the first change whether
 * the world still is what the plan was made for. Pure.
 */
export const gateOf = (transition: Transition, context: StepContext): ApprovalGate => {
  const gate = approvalGate(transition, context);
  const barred = gate.kind === 'open' ? barredStart(context) : undefined;
  return barred
    ? { kind: 'held', result: { kind: 'on', doing: { code: 'held_back', held: barred }, slow: true } }
    : gate;
};

/** What policy bars of the first change: a freeze window that has begun since, or a limit that is lower by now. */
const barredStart = ({ rebuild, step, now, policy }: StepContext): HeldBack | undefined =>
  step.name === 'preflight' || hasTouched(rebuild) || !isTicketThere(rebuild)
    ? undefined
    : heldStart(rebuild, policy.controls?.(rebuild.plan.instance), now);

const approvalGate = (transition: Transition, context: StepContext): ApprovalGate => {
  const { rebuild, step } = context;
  if (step.name === 'preflight') return open;
  const { ask } = step;
  const missing = askForTicket(rebuild);
  if (missing) return { kind: 'held', result: missing };
  if (ask?.code === 'ticket') return goesOn(transition, context);
  if (hasTouched(rebuild)) {
    return isFree(rebuild) ? goesOn(transition, context) : { kind: 'held', result: askFor(rebuild) };
  }
  if (openGlass(rebuild) || (!needsApproval(rebuild) && isCovered(rebuild))) {
    return step.name === 'ticket' ? recheck(context) : open;
  }
  const at = { now: context.now, valid: context.policy.approvalValid };
  if (rebuild.approval && (isExpired(rebuild, at) || !isCovered(rebuild))) {
    return { kind: 'again', transition: lapse(transition, context) };
  }
  if (!isTicketThere(rebuild)) return open;
  return rebuild.approval ? approved(transition, context) : unapproved(transition, context);
};

const isTicketThere = ({ ticket }: Rebuild): boolean => ticket.state === 'open' || ticket.state === 'none';

const wasLookedAt = ({ observed }: StepContext): boolean =>
  observed.farmers !== undefined && observed.synchronizer !== undefined && observed.engine !== undefined;

/** Where nobody must approve: the plan was confirmed, and the ticket may have taken long since. */
const recheck = (context: StepContext): ApprovalGate => {
  if (!isTicketThere(context.rebuild) || hasTouched(context.rebuild)) return open;
  if (!wasLookedAt(context)) return look;
  const [unseen] = unseenOf(context);
  if (unseen) return waits({ code: 'last_look', approved: false, unseen });
  const problems = inTheWay(context);
  return problems.length > 0 ? { kind: 'held', result: { kind: 'fail', problems } } : open;
};

/** The plan is kept true while it waits: who approves it late is shown what it would be then. */
const unapproved = (transition: Transition, context: StepContext): ApprovalGate => {
  const { rebuild, now, policy, observed } = context;
  const due = rebuild.planDue ?? now - (rebuild.plannedAt ?? rebuild.at) >= policy.approvalValid;
  if (!due) return { kind: 'held', result: askFor(rebuild) };
  if (!rebuild.planDue)
    return { kind: 'again', transition: change(transition, (r) => ({ ...r, planDue: true })) };
  const { plan } = observed;
  if (!plan) return look;
  if (!plan.ok) return { kind: 'held', result: askFor(rebuild) };
  if (plan.value.kind === 'unfit')
    return { kind: 'again', transition: unfit(transition, plan.value.problems, now) };
  return { kind: 'again', transition: renew(transition, plan.value.plan, now) };
};

/** Approved, and nothing begun: the very last look. */
const approved = (transition: Transition, context: StepContext): ApprovalGate => {
  const { rebuild, now, observed } = context;
  const { plan, approver } = observed;
  if (!plan || !approver || !wasLookedAt(context)) return look;
  if (!approver.ok) return waits({ code: 'last_look', approved: true, approver: approver.error });
  if (!approver.value.may) return { kind: 'again', transition: voided(transition, approver.value, now) };
  const [unseen] = unseenOf(context);
  if (unseen) return waits({ code: 'last_look', approved: true, unseen });
  if (!plan.ok) return waits({ code: 'last_look', approved: true, plan: plan.error });
  if (plan.value.kind === 'unfit')
    return { kind: 'again', transition: unfit(transition, plan.value.problems, now) };
  const reasons = inTheWay(context);
  if (reasons.length > 0) return { kind: 'again', transition: unfit(transition, reasons, now) };
  if (plan.value.plan.hash === rebuild.plan.hash) return goesOn(transition, context);
  return { kind: 'again', transition: renew(transition, plan.value.plan, now) };
};

/** What is asked of another person, whatever step it is in. */
export const askFor = (rebuild: Rebuild): Extract<StepResult, { kind: 'ask' }> => {
  const pending = pendingOf(rebuild);
  const why = hasTouched(rebuild) ? 'beyond' : pending?.unconfirmed ? 'unconfirmed' : 'plan';
  return {
    kind: 'ask',
    doing: { code: 'approval' },
    need: {
      code: 'approval',
      instance: rebuild.plan.instance.name,
      why,
      ...(pending && { authority: pending.authority }),
    },
    until: 'no end',
  };
};

/** What is asked where the ticket is not the evidence that it should be; undefined: nothing is in the way. */
export const askForTicket = (rebuild: Rebuild): Extract<StepResult, { kind: 'ask' }> | undefined => {
  const why = ticketInTheWay(rebuild);
  return (
    why && {
      kind: 'ask',
      doing: { code: 'ticket_in_the_way' },
      need: { code: 'ticket', key: rebuild.ticket.key, ...why },
      until: 'no end',
    }
  );
};

/** Without its approval, and what hung on it: what was asked for beyond it, and who stood in for a requester. */
const unapprovedNow = (rebuild: Rebuild): Rebuild => {
  const { approval: _, asked: __, ...rest } = rebuild;
  return rest;
};

const lapse = (transition: Transition, { policy, now }: StepContext): Transition => {
  const { approval } = transition.rebuild;
  const old = approval?.grants !== undefined && isCovered(transition.rebuild);
  const next = change(transition, (rebuild): Rebuild => ({ ...unapprovedNow(rebuild), planDue: true }));
  const validMs = old ? policy.approvalValid : undefined;
  return tell(next, { code: 'approval_lapsed', by: approval?.by, validMs }, now);
};

/** Whoever approved it may not any more: the plan stays, and another person approves it. */
const voided = (
  transition: Transition,
  { may: _, ...why }: Extract<ApproverNow, { may: false }>,
  now: number,
): Transition => {
  const { approval } = transition.rebuild;
  const next = change(transition, (rebuild): Rebuild => ({ ...unapprovedNow(rebuild), planDue: true }));
  return tell(next, { code: 'approver_gone', by: approval?.by ?? farmhand, why }, now);
};

/** It stays, and waits: what is in the way may pass, or somebody sees to it. Told once for the same reasons. */
const unfit = (transition: Transition, problems: readonly RebuildProblem[], now: number): Transition => {
  const next = change(transition, (rebuild): Rebuild => {
    const { planDue: _, ...rest } = unapprovedNow(rebuild);
    return { ...rest, plannedAt: now };
  });
  const again = transition.rebuild.approval === undefined ? 'if new' : 'in any case';
  return tellLatest(next, 'unfit:', { code: 'plan_unfit', problems }, again, now);
};

/** The plan as it would be made now. Where it is another one, whatever was approved before does not count for it. */
const renew = (transition: Transition, plan: Plan, now: number): Transition => {
  const was = transition.rebuild.plan;
  if (was.hash === plan.hash) {
    return change(transition, ({ planDue: _, ...rebuild }) =>
      forget({ ...rebuild, plannedAt: now }, 'unfit:'),
    );
  }
  const next = change(transition, (rebuild): Rebuild => {
    const { planDue: _, confirmed: __, ...rest } = unapprovedNow(rebuild);
    return {
      ...rest,
      // Asked once more, with what it would do now.
      steps: rest.steps.map(({ ask, ...step }) => (ask && ask.code !== 'approval' ? { ...step, ask } : step)),
      plan,
      plannedAt: now,
      farmers: { ...rest.farmers, target: plan.farmers, minimum: plan.minimum },
      frontends: plan.instance.frontends.map((name) => ({ name, state: 'waiting' })),
    };
  });
  return tell(next, { code: 'plan_renewed', changes: differences(was, plan), hash: plan.hash }, now);
};

/** It may go on: the time that it waited for its approval does not count towards the limit of its step. */
const goesOn = (transition: Transition, { step, now }: StepContext): ApprovalGate => {
  const { ask, deadline } = step;
  const waitedFor = ask?.code === 'ticket' || (ask?.code === 'approval' && step.name !== 'ticket');
  if (!ask || !waitedFor) return open;
  const waited = now - ask.since;
  const next = change(transition, (rebuild) =>
    setStep(rebuild, step.name, ({ ask: _, ...rest }) => ({
      ...rest,
      state: 'running',
      ...(deadline !== undefined && { deadline: deadline + waited }),
    })),
  );
  return { kind: 'again', transition: next };
};
