import { line } from '../../core/journal.ts';
import type { Person } from '../../core/person.ts';
import { serviceLines } from '../messages/commands/service-lines.ts';
import type { Refusals } from '../model/parts/orders.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { type Transition, writeOf } from '../model/transition.ts';

/** The same refusal of one person within this is counted, not written again; ms. */
const foldedFor = 3_600_000;
/** Lines of refusals of one person on a journal: enough to see what they were at, and no way to fill it. */
const linesAtMost = 20;
/** People whose refusals are told apart. */
const peopleAtMost = 50;

/**
 * A refusal on the journal, since an attempt is evidence: once, however often it is tried. The next line of the same
 * person says how often, and after twenty lines only the count goes on.
 */
export const refusalNoted = (
  rebuild: Rebuild,
  by: Person,
  what: string,
  why: string,
  now: number,
): Transition => {
  const { refusals = {} } = rebuild;
  const before = Object.hasOwn(refusals, by.id) ? refusals[by.id] : undefined;
  if (before === undefined && Object.keys(refusals).length >= peopleAtMost) return writeOf(rebuild);
  const same = before?.what === what && before.why === why && now - before.at < foldedFor;
  if (before && (same || before.lines >= linesAtMost)) {
    return writeOf(tallied(rebuild, by, { ...before, folded: before.folded + 1 }));
  }
  const lines = (before?.lines ?? 0) + 1;
  return writeOf(
    tallied(rebuild, by, { what, why, at: now, lines, folded: 0 }),
    line(now, by.id, what, serviceLines.refused(why, before?.folded ?? 0, lines === linesAtMost)),
  );
};

const tallied = (rebuild: Rebuild, by: Person, tally: Refusals): Rebuild => ({
  ...rebuild,
  refusals: { ...rebuild.refusals, [by.id]: tally },
});
