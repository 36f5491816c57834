import { isSamePerson, type Person } from '../../core/person.ts';
import { unsaid } from '../messages/commands/command-news.ts';
import { isRevocable } from '../model/allowed.ts';
import { hasTouched, type Moment, pendingOf } from '../model/approval.ts';
import type { AskedChange } from '../model/parts/grant.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { type CommandApplied, commandChanged, refused } from './commanded.ts';

/** What somebody asked for and nobody has approved yet, taken back by whoever asked for it. */
export const withdraw = (
  rebuild: Rebuild,
  { reason }: { readonly reason?: string },
  by: Person,
  at: Moment,
  cancel: (reason: string) => CommandApplied,
): CommandApplied => {
  const pending = pendingOf(rebuild, at);
  if (!pending) {
    return refused(rebuild, { code: 'nothing_to_withdraw' });
  }
  const { asked = [] } = rebuild;
  const mine = asked.filter((change) => change.by.id === by.id);
  if (pending.kind === 'change' || mine.length > 0) {
    return mine.length > 0
      ? takenBack(rebuild, mine, by, at.now, reason)
      : notTheirs(
          rebuild,
          asked.map((change) => change.by),
        );
  }
  const starters = [rebuild.by, rebuild.plannedBy, rebuild.confirmed?.by].filter((who) => who !== undefined);
  if (!starters.some(({ id }) => id === by.id)) return notTheirs(rebuild, starters);
  if (hasTouched(rebuild)) {
    return refused(rebuild, { code: 'already_begun', instance: rebuild.plan.instance.name });
  }
  return cancel(reason ?? unsaid.withdraw);
};

const takenBack = (
  rebuild: Rebuild,
  mine: readonly AskedChange[],
  by: Person,
  now: number,
  reason: string | undefined,
): CommandApplied => {
  const { asked = [], ...rest } = rebuild;
  const left = asked.filter((change) => !mine.includes(change));
  const next: Rebuild = {
    ...rest,
    ...(left.length > 0 && { asked: left }),
    withdrawn: { by, at: now },
  };
  const orders = mine.map(({ wish }) => wish);
  return commandChanged(next, { code: 'withdraw', orders }, by, now, reason);
};

const notTheirs = (rebuild: Rebuild, askers: readonly Person[]): CommandApplied =>
  refused(rebuild, { code: 'request_of_others', askers }, 'not_allowed');

/** Their own approval, taken back by whoever gave it, for as long as nothing was begun on it. */
export const revoke = (
  rebuild: Rebuild,
  { reason }: { readonly reason?: string },
  by: Person,
  { now }: Moment,
): CommandApplied => {
  const { approval, asked: _, ...rest } = rebuild;
  const instance = rebuild.plan.instance.name;
  if (!approval) return refused(rebuild, { code: 'nothing_to_revoke' });
  if (!isSamePerson(approval.by, by))
    return refused(rebuild, { code: 'approved_by_other', by: approval.by }, 'not_allowed');
  if (!isRevocable(rebuild)) return refused(rebuild, { code: 'already_begun', instance });
  return commandChanged({ ...rest, planDue: true }, { code: 'revoke', instance }, by, now, reason);
};
