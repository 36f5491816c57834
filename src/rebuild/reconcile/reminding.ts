import { tell } from '../messages/news.ts';
import { pendingOf } from '../model/approval.ts';
import type { Awaited } from '../model/parts/orders.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { hasEnded } from '../model/record.ts';
import { change, type Transition } from '../model/transition.ts';

/** So often is said that an approval is waited for; the card says it for as long as it is so. */
const mostReminders = 5;

/** Says again what waits for another person: after `remindApproval`, then each time after twice as long, five times. */
export const remindApprovers = (transition: Transition, now: number, policy: RebuildPolicy): Transition => {
  const { rebuild } = transition;
  const pending = rebuild.pause || hasEnded(rebuild) ? undefined : pendingOf(rebuild);
  if (!pending) return rebuild.awaited ? change(transition, notAwaited) : transition;
  const { wish } = pending;
  const known = rebuild.awaited?.wish === wish ? rebuild.awaited : undefined;
  if (!known) return waiting(transition, { wish, since: now, told: 0, next: now + policy.remindApproval });
  if (known.next === undefined || now < known.next) return transition;
  const told = known.told + 1;
  const { wish: of, since } = known;
  const next = told < mostReminders ? { next: now + policy.remindApproval * 2 ** told } : {};
  return tell(
    waiting(transition, { wish: of, since, told, ...next }),
    {
      ...{ code: 'still_awaited', kind: pending.kind, ms: now - since },
      people: rebuild.approvers?.wish === wish ? rebuild.approvers.people : [],
    },
    now,
  );
};

const waiting = (transition: Transition, awaited: Awaited): Transition =>
  change(transition, (rebuild) => ({ ...rebuild, awaited }));

const notAwaited = ({ awaited: _, ...rebuild }: Rebuild): Rebuild => rebuild;
