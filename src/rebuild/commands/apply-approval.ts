import type { JournalEntry } from '../../core/journal.ts';
import type { Person } from '../../core/person.ts';
import type { CommandDone } from '../messages/commands/command-news.ts';
import { commandRefusal } from '../model/allowed.ts';
import {
  grantsOf,
  isCovered,
  type Moment,
  needsApproval,
  type Pending,
  pendingOf,
  rolesOfAskers,
  selfAmong,
  withAsker,
  withoutEmail,
} from '../model/approval.ts';
import { authorityOf, beyond, type Excess, widened } from '../model/authority.ts';
import type { RebuildCommand } from '../model/command.ts';
import type { AskedChange, Authority } from '../model/parts/grant.ts';
import type { WiderOrder } from '../model/parts/orders.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { currentStep, hasEnded } from '../model/record.ts';
import { controlledExcess, isControlled, loweredTooFar, mostOf } from '../model/rules/controlled.ts';
import { already, type CommandApplied, commandChanged, refused } from './commanded.ts';

/**
 * Lets pass what stays within what was approved. What goes further is only written down, until another person approves
 * it: the record stays as it is. `made`: what the command would make of the record.
 */
export const within = (
  rebuild: Rebuild,
  command: Exclude<RebuildCommand, { verb: 'approve' | 'withdraw' | 'revoke' | 'break_glass' | 'review' }>,
  by: Person,
  now: number,
  made: CommandApplied,
): CommandApplied => {
  if (!made.result.ok || !made.write) return made;
  const fewer = command.verb === 'scale' ? loweredTooFar(rebuild, command.farmers) : undefined;
  if (!needsApproval(rebuild) && !isControlled(rebuild)) return made;
  // Nothing granted, and let through all the same: then at least no more than there is.
  const granted = grantsOf(rebuild) ?? authorityOf(rebuild);
  const wider = controlledExcess(rebuild, beyond(granted, authorityOf(made.write.rebuild)));
  const more = fewer ? [fewer, ...wider] : wider;
  if (more.length > 0 && (command.verb === 'scale' || command.verb === 'override')) {
    return hold(rebuild, command, by, now, more);
  }
  return command.verb === 'scale' ? superseding(made) : made;
};

/** A number that needs nobody's approval takes the place of one that waits for it: the last word counts. */
const superseding = (made: CommandApplied): CommandApplied => {
  const { write, result } = made;
  const left = write?.rebuild.asked?.filter(({ wish }) => wish.verb !== 'scale');
  if (!write || !left || left.length === write.rebuild.asked?.length) return made;
  const next = withAsked(write.rebuild, left);
  return { write: { ...write, rebuild: next }, result: { ...result, rebuild: next } };
};

const withAsked = (rebuild: Rebuild, asked: readonly AskedChange[]): Rebuild => {
  const { asked: _, ...rest } = rebuild;
  return asked.length === 0 ? rest : { ...rest, asked };
};

/** The step is named: it must not mean another one by the time that somebody approves. */
const named = (rebuild: Rebuild, order: WiderOrder): WiderOrder => {
  const step = currentStep(rebuild)?.name;
  if (order.verb === 'scale' || order.step !== undefined || step === undefined) return order;
  return order.kind === 'skip_step' || order.kind === 'extend_deadline' ? { ...order, step } : order;
};

const isSame = (a: WiderOrder, b: WiderOrder): boolean =>
  a.verb === 'scale' || b.verb === 'scale' ? a.verb === b.verb : a.kind === b.kind && a.step === b.step;

const hold = (
  rebuild: Rebuild,
  order: WiderOrder,
  by: Person,
  now: number,
  excess: readonly Excess[],
): CommandApplied => {
  const wish = named(rebuild, order);
  const { asked = [] } = rebuild;
  const before = asked.find((change) => isSame(change.wish, wish));
  if (before && before.by.id === by.id && JSON.stringify(before.wish) === JSON.stringify(wish)) {
    return already(rebuild, { code: 'asked', order: wish });
  }
  const rest = asked.filter((change) => change !== before);
  const next = withAsked(rebuild, [...rest, { wish, by, at: now }]);
  return commandChanged(next, { code: 'asked', order: wish, excess }, by, now, wish.reason);
};

/** Another person agreed to so few: it is measured from there on. */
const agreedFewer = (rebuild: Rebuild, wish: WiderOrder): Rebuild =>
  wish.verb === 'scale' && wish.farmers < mostOf(rebuild)
    ? { ...rebuild, farmers: { ...rebuild.farmers, most: wish.farmers } }
    : rebuild;

type Decided = Extract<CommandDone, { code: 'approve_change' }>['decided'][number];
type Make = (rebuild: Rebuild, order: WiderOrder, by: Person) => CommandApplied;

/** Approves what waits for it, whole: by a person who asked for no part of it, and of what that person was shown. */
export const approve = (
  rebuild: Rebuild,
  { hash }: RebuildCommand & { verb: 'approve' },
  by: Person,
  at: Moment,
  make: Make,
): CommandApplied => {
  const { approval } = rebuild;
  const pending = pendingOf(rebuild, at);
  const stands = approval !== undefined && !hasEnded(rebuild) && isCovered(rebuild);
  if (pending && isShown(pending, hash)) return asked(rebuild, pending, by, at, make);
  if (stands && (!pending || (hash !== undefined && approval.hash?.startsWith(hash)))) {
    return already(rebuild, { code: 'approved', by: approval.by, more: pending !== undefined });
  }
  if (pending) return refused(rebuild, { code: 'stale_approval' }, 'stale_approval');
  return refused(rebuild, commandRefusal(rebuild, 'approve', at) ?? { code: 'nothing_to_approve' });
};

const isShown = ({ hash }: Pending, given: string | undefined): boolean =>
  given === undefined || (given.length >= 8 && hash.startsWith(given));

const asked = (rebuild: Rebuild, pending: Pending, by: Person, at: Moment, make: Make): CommandApplied => {
  const { confirmed } = rebuild;
  if (confirmed?.by.id === by.id && pending.kind === 'plan') {
    return already(rebuild, { code: 'confirmed' });
  }
  const self = selfAmong(pending.askers, by);
  if (self?.id === by.id) return refused(rebuild, { code: 'own_request', of: pending.kind });
  if (self) return refused(rebuild, { code: 'same_person', asker: self });
  if (by.as && rolesOfAskers(pending.askers).includes(by.as.role)) {
    return refused(rebuild, { code: 'same_role', role: by.as.role });
  }
  if (pending.unconfirmed) return confirm(rebuild, pending, by, at.now);
  return pending.kind === 'plan'
    ? approvePlan(rebuild, pending, by, at)
    : approveChange(rebuild, pending, by, at, make);
};

/** Nobody asked for it (a route did): the first person stands in for the one who asks, another one approves. */
const confirm = (rebuild: Rebuild, { hash }: Pending, by: Person, now: number): CommandApplied => {
  const next: Rebuild = { ...rebuild, confirmed: { by, at: now, hash } };
  return commandChanged(next, { code: 'confirm', instance: rebuild.plan.instance.name }, by, now);
};

const granting = (
  rebuild: Rebuild,
  pending: Pending,
  grants: Authority,
  by: Person,
  now: number,
): Rebuild => {
  const { hash, wish, askers } = pending;
  const unproven = withoutEmail([by, ...askers]);
  return {
    ...rebuild,
    approval: {
      ...{ by, at: now, planHash: rebuild.plan.hash, hash, wish, grants },
      ...(unproven.length > 0 && { unproven }),
    },
  };
};

const approvePlan = (
  rebuild: Rebuild,
  pending: Pending,
  by: Person,
  { now, valid }: Moment,
): CommandApplied => {
  const { plan } = rebuild;
  const { authority, hash } = pending;
  const next = granting(withAsked(rebuild, []), pending, authority, by, now);
  const instance = plan.instance.name;
  return commandChanged(
    next,
    { code: 'approve_plan', instance, plan, authority, validMs: valid, hash },
    by,
    now,
  );
};

const approveChange = (
  rebuild: Rebuild,
  pending: Pending,
  by: Person,
  at: Moment,
  make: Make,
): CommandApplied => {
  const { now } = at;
  // Each asked for a part of what is approved now, whether it can still be done or not.
  let next = pending.changes.reduce((from, change) => withAsker(from, change.by), withAsked(rebuild, []));
  let grants = grantsOf(rebuild) ?? authorityOf(rebuild);
  const journal: JournalEntry[] = [];
  const decided: Decided[] = [];
  for (const { wish, by: asker } of pending.changes) {
    // As it is now: it may have been overtaken since it was asked for.
    const wider = widened(grants, wish);
    const granted = granting(next, pending, wider, by, now);
    const made = make(granted, wish, asker);
    if (made.result.ok) {
      grants = wider;
      next = agreedFewer(made.write?.rebuild ?? granted, wish);
      journal.push(...(made.write?.journal ?? []));
      decided.push({ order: wish, by: asker });
    } else {
      const { code, reasons } = made.result;
      decided.push({ order: wish, denied: { code, reasons } });
    }
  }
  const done = granting(next, pending, grants, by, now);
  const told = { code: 'approve_change', decided, authority: grants, hash: pending.hash } as const;
  return commandChanged(done, told, by, now, undefined, journal);
};
