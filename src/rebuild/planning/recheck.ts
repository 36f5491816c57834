import { tell } from '../messages/news.ts';
import { written } from '../messages/own-lines.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { change, soon, type Transition, writeOf } from '../model/transition.ts';
import type { Observed } from '../observe/observed.ts';
import { gap } from '../ports/memory.ts';
import { reconciled } from '../reconcile/reconciled.ts';

/**
 * The record of a rebuild in flight that came back with an older copy of the store. It may lack what was done since, so
 * the world is asked first; what was perhaps said or written since is looked for, and no number of it is used again.
 */
export const toRecheck = (rebuild: Rebuild, now: number): Transition => {
  const { card, ticket } = rebuild;
  const [last, entry] = [card.notes.at(-1), ticket.entries[0]];
  const asked: Rebuild = {
    ...rebuild,
    recheck: true,
    messageCount: (rebuild.messageCount ?? 0) + gap,
    card: {
      ...card,
      noteCount: card.noteCount + gap,
      ...(last && {
        posting: { through: last.n, since: now, first: last.at, claim: 'lost', lookAt: now },
      }),
    },
    ticket: {
      ...ticket,
      count: ticket.count + gap,
      // The description may tell of what is not on record any more: that stays as it is.
      ...(ticket.state === 'open' && {
        description: { state: 'new', due: now, tries: 0, since: now } as const,
      }),
      ...(ticket.state === 'wanted' && { doubt: { n: 0, since: now, claim: 'lost' } }),
      ...(ticket.state === 'open' && entry && { doubt: { n: entry.n, since: now, claim: 'lost' } }),
    },
  };
  return writeOf(soon(asked, now), written({ code: 'recheck' }, now));
};

/** What is there is taken into the record, as soon as it can be seen; nothing is changed before. */
export const rechecked = (
  { recheck: _, ...rebuild }: Rebuild,
  observed: Observed,
  now: number,
  policy: RebuildPolicy,
): Transition => {
  const { farmers, synchronizer } = observed;
  if (!farmers?.ok || !synchronizer?.ok) {
    return writeOf({ ...rebuild, recheck: true, driveAt: now + policy.poll });
  }
  const next = reconciled(rebuild, { farmers, synchronizer }, now);
  const told = tell(
    writeOf(next),
    { code: 'rechecked', farmers: farmers.value, synchronizer: synchronizer.value },
    now,
  );
  return change(told, (r) => soon(r, now));
};
