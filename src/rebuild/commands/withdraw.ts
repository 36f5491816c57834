import type { Person } from '../../core/person.ts';
import { hasTouched, type Moment, pendingOf } from '../model/approval.ts';
import { orderWords } from '../model/authority.ts';
import type { AskedChange } from '../model/parts/grant.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { announced, type CommandApplied, commandChanged, refused } from './commanded.ts';

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
    return refused(rebuild, ['Not withdrawn: nothing waits for an approval here. Nothing was changed.']);
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
    const says = `Not withdrawn: ${rebuild.plan.instance.name} has begun. Nothing was changed. To end it and take it down, cancel it.`;
    return refused(rebuild, [says]);
  }
  return cancel(reason ?? 'withdrawn by whoever asked for it');
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
  const what = mine.map(({ wish }) => orderWords(wish)).join(', ');
  const says = `Withdrawn: ${what}. It was not done, and nobody need approve it any more.`;
  return commandChanged(
    announced(next, by, now, { kind: 'waiting', text: says, what: 'withdraw', why: reason }),
    says,
  );
};

const notTheirs = (rebuild: Rebuild, askers: readonly Person[]): CommandApplied => {
  const names = [...new Set(askers.map(({ name, id }) => name ?? id))].join(', ');
  const says = `Not withdrawn: you asked for nothing that waits here; ${names} did. Nothing was changed. Whoever may cancel the rebuild can do that.`;
  return refused(rebuild, [says], 'not_allowed');
};
