import { formatDuration } from '../../core/duration.ts';
import { hasTouched, isCovered, isExpired, needsApproval, pendingOf } from '../model/approval.ts';
import { authorityWords } from '../model/authority.ts';
import { setStep } from '../model/edit.ts';
import { differences } from '../model/plan-differences.ts';
import type { Plan, Rebuild } from '../model/rebuild.ts';
import { sentence } from '../model/sentence.ts';
import { change, forget, remember, type Sheet, tell, wasTold } from '../model/sheet.ts';
import type { Here, Move } from '../steps/move.ts';
import { inTheWay, unseenOf } from '../steps/preflight.ts';

/** What stands between the record and the next change of the world. */
export type Gate =
  | { readonly kind: 'open' }
  /** Nothing is changed; this is what the step does instead. */
  | { readonly kind: 'held'; readonly move: Move }
  /** The record has changed: to be looked at again at once. */
  | { readonly kind: 'again'; readonly sheet: Sheet }
  /** What must be known was not looked at: it is now. */
  | { readonly kind: 'look' };

const open: Gate = { kind: 'open' };
const look: Gate = { kind: 'look' };
const waits = (says: string): Gate => ({ kind: 'held', move: { kind: 'on', says } });

/**
 * Asked before every step: whether all that the record would do is approved, and right before the first change whether
 * the world still is what the plan was made for. Pure.
 */
export const gateOf = (sheet: Sheet, here: Here): Gate => {
  const { rebuild, step } = here;
  if (step.name === 'preflight') return open;
  if (!needsApproval(rebuild)) return step.name === 'ticket' ? recheck(here) : open;
  if (hasTouched(rebuild)) {
    return isCovered(rebuild) ? goesOn(sheet, here) : { kind: 'held', move: askFor(rebuild) };
  }
  const at = { now: here.now, valid: here.policy.approvalValid };
  if (rebuild.approval && (isExpired(rebuild, at) || !isCovered(rebuild))) {
    return { kind: 'again', sheet: lapse(sheet, here) };
  }
  if (!isTicketThere(rebuild)) return open;
  return rebuild.approval ? approved(sheet, here) : unapproved(sheet, here);
};

const isTicketThere = ({ ticket }: Rebuild): boolean => ticket.state === 'open' || ticket.state === 'none';

const wasLookedAt = ({ world }: Here): boolean =>
  world.farmers !== undefined && world.synchronizer !== undefined && world.engine !== undefined;

/** Where nobody must approve: the plan was confirmed, and the ticket may have taken long since. */
const recheck = (here: Here): Gate => {
  if (!isTicketThere(here.rebuild) || hasTouched(here.rebuild)) return open;
  if (!wasLookedAt(here)) return look;
  const unseen = unseenOf(here);
  if (unseen.length > 0) return waits(`looks once more before it begins: ${unseen[0] ?? ''}`);
  const errors = inTheWay(here);
  return errors.length > 0 ? { kind: 'held', move: { kind: 'fail', errors } } : open;
};

/** The plan is kept true while it waits: who approves it late is shown what it would be then. */
const unapproved = (sheet: Sheet, here: Here): Gate => {
  const { rebuild, now, policy, world } = here;
  const due = rebuild.planDue ?? now - (rebuild.plannedAt ?? rebuild.at) >= policy.approvalValid;
  if (!due) return { kind: 'held', move: askFor(rebuild) };
  if (!rebuild.planDue) return { kind: 'again', sheet: change(sheet, (r) => ({ ...r, planDue: true })) };
  const { plan } = world;
  if (!plan) return look;
  if (!plan.ok) return { kind: 'held', move: askFor(rebuild) };
  if (plan.value.kind === 'unfit') return { kind: 'again', sheet: unfit(sheet, plan.value.says, now) };
  return { kind: 'again', sheet: renew(sheet, plan.value.plan, now) };
};

/** Approved, and nothing begun: the very last look. */
const approved = (sheet: Sheet, here: Here): Gate => {
  const { rebuild, now, world } = here;
  const { plan } = world;
  if (!plan || !wasLookedAt(here)) return look;
  const unseen = unseenOf(here);
  if (unseen.length > 0) return waits(`approved; looks once more before it begins: ${unseen[0] ?? ''}`);
  if (!plan.ok) return waits(`approved; the plan is made once more before it begins: ${plan.error}`);
  if (plan.value.kind === 'unfit') return { kind: 'again', sheet: unfit(sheet, plan.value.says, now) };
  const reasons = inTheWay(here);
  if (reasons.length > 0) return { kind: 'again', sheet: unfit(sheet, reasons, now) };
  if (plan.value.plan.hash === rebuild.plan.hash) return goesOn(sheet, here);
  return { kind: 'again', sheet: renew(sheet, plan.value.plan, now) };
};

/** What is asked of another person, whatever step it is in. */
export const askFor = (rebuild: Rebuild): Extract<Move, { kind: 'ask' }> => {
  const pending = pendingOf(rebuild);
  const { name } = rebuild.plan.instance;
  const whole = pending ? ` It would do this: ${authorityWords(pending.authority)}.` : '';
  const begun = hasTouched(rebuild);
  const what = begun
    ? `${name} does more than was approved, so nothing more is changed before another person has approved it as it is.${whole}`
    : pending?.unconfirmed
      ? `${name} needs two persons, and no person asked for this rebuild: one confirms it, another one approves it. Nothing is touched before that.${whole}`
      : `${name} needs the approval of a second person. Nothing is touched before that.${whole}`;
  return {
    kind: 'ask',
    says: 'waits for the approval of a second person',
    ask: { code: 'approval', what, options: ['Approve the plan', 'Or cancel'], until: 'no end' },
  };
};

/** Without its approval, and what hung on it: what was asked for beyond it, and who stood in for a requester. */
const unapprovedNow = (rebuild: Rebuild): Rebuild => {
  const { approval: _, asked: __, ...rest } = rebuild;
  return rest;
};

const told = (sheet: Sheet, what: string, text: string, now: number): Sheet =>
  tell(sheet, { what, text, note: 'waiting', entry: 'change' }, now);

const lapse = (sheet: Sheet, { policy, now }: Here): Sheet => {
  const { approval } = sheet.rebuild;
  const who = approval ? (approval.by.name ?? approval.by.id) : 'somebody';
  const why =
    approval?.grants && isCovered(sheet.rebuild)
      ? `is older than ${formatDuration(policy.approvalValid)}, and nothing has been started since`
      : 'is not for what this rebuild would do now';
  const next = change(sheet, (rebuild): Rebuild => ({ ...unapprovedNow(rebuild), planDue: true }));
  const text = `The approval by ${who} ${why}: it does not count any more. Nothing was touched. The plan is made once more, to be approved as it is now.`;
  return told(next, 'approval_lapsed', text, now);
};

/** It stays, and waits: what is in the way may pass, or somebody sees to it. Told once for the same reasons. */
const unfit = (sheet: Sheet, reasons: readonly string[], now: number): Sheet => {
  const next = change(sheet, (rebuild): Rebuild => {
    const { planDue: _, ...rest } = unapprovedNow(rebuild);
    return { ...rest, plannedAt: now };
  });
  const text = `As things are it cannot begin: ${reasons.map(sentence).join(' ')} Nothing was touched. When that is mended, approve it (again), or cancel it.`;
  const known = `unfit:${text.slice(0, 160)}`;
  if (wasTold(next.rebuild, known) !== undefined && !sheet.rebuild.approval) return next;
  return told(
    change(next, (rebuild) => remember(forget(rebuild, 'unfit:'), known, now)),
    'plan_unfit',
    text,
    now,
  );
};

/** The plan as it would be made now. Where it is another one, whatever was approved before does not count for it. */
const renew = (sheet: Sheet, plan: Plan, now: number): Sheet => {
  const was = sheet.rebuild.plan;
  if (was.hash === plan.hash) {
    return change(sheet, ({ planDue: _, ...rebuild }) => forget({ ...rebuild, plannedAt: now }, 'unfit:'));
  }
  const next = change(sheet, (rebuild): Rebuild => {
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
  const what = differences(was, plan).join(' ') || 'The values of the instance are different.';
  const text = `The world has changed since this plan was made: ${what} Nothing was touched. This is the plan of now (plan ${plan.hash.slice(0, 8)}); it must be approved as it is.`;
  return told(next, 'plan_renewed', text, now);
};

/** It may go on: the time that it waited for its approval does not count towards the limit of its step. */
const goesOn = (sheet: Sheet, { step, now }: Here): Gate => {
  const { ask, deadline } = step;
  if (ask?.code !== 'approval' || step.name === 'ticket' || deadline === undefined) return open;
  const waited = now - ask.since;
  const next = change(sheet, (rebuild) =>
    setStep(rebuild, step.name, ({ ask: _, ...rest }) => ({
      ...rest,
      state: 'running',
      deadline: deadline + waited,
    })),
  );
  return { kind: 'again', sheet: next };
};
