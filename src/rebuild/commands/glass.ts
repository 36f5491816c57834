import { isSamePerson, type Person } from '../../core/person.ts';
import { isPerson } from '../model/approval.ts';
import type { RebuildCommand } from '../model/command.ts';
import type { Glass, Review } from '../model/parts/glass.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { hasEnded } from '../model/record.ts';
import { openGlass, unreviewedOf } from '../model/rules/controlled.ts';
import { already, type CommandApplied, commandChanged, markedUnderGlass, refused } from './commanded.ts';
import type { CommandDenial } from './denial.ts';

/** What somebody ordered under a glass that they broke: done at once, and marked as that wherever it is told. */
export const underGlass = (
  rebuild: Rebuild,
  command: RebuildCommand,
  by: Person,
  now: number,
  made: CommandApplied,
): CommandApplied => {
  const open = openGlass(rebuild);
  return open ? markedUnderGlass(made, open, command, by, now) : made;
};

/** The glass as it is when it was just broken. `lasts`: ms */
const brokenGlass = (
  { n, task, lasts }: { readonly n: number; readonly task: boolean; readonly lasts: number },
  by: Person,
  reason: string,
  now: number,
): Glass => ({
  n,
  by,
  reason,
  at: now,
  until: now + lasts,
  did: [],
  ...(by.as && { role: by.as.role }),
  ...(task && { task: { state: 'wanted', done: [], tries: 0 } }),
});

/** One at a time; it is open until its time is over, or the rebuild. */
export const breakGlass = (
  rebuild: Rebuild,
  { reason }: { readonly reason: string },
  by: Person,
  lasts: number,
  now: number,
): CommandApplied => {
  if (!isPerson(by)) return refused(rebuild, { code: 'approver_is_no_person' }, 'not_allowed');
  if (reason.trim() === '') return refused(rebuild, { code: 'no_glass_reason' }, 'invalid');
  const open = openGlass(rebuild);
  if (open && now < open.until) {
    const { until } = open;
    return open.by.id === by.id
      ? already(rebuild, { code: 'glass_open', until })
      : refused(rebuild, { code: 'glass_of_other', by: open.by, until });
  }
  const { glass = [] } = rebuild;
  // One whose time is over and that no pass has closed yet.
  const before = glass.map((each) => (each.endedAt === undefined ? { ...each, endedAt: each.until } : each));
  const task = rebuild.ticket.state !== 'none';
  const broken = brokenGlass({ n: glass.length + 1, task, lasts }, by, reason, now);
  const instance = rebuild.plan.instance.name;
  const done = { code: 'break_glass', instance, untilMs: broken.until, lastsMs: lasts } as const;
  return commandChanged({ ...rebuild, glass: [...before, broken] }, done, by, now, reason);
};

/** Why this person does not review it now, whatever they found; undefined where they may. */
export const reviewBar = (rebuild: Rebuild, by: Person): CommandDenial | undefined => {
  const waiting = unreviewedOf(rebuild);
  if (waiting.length === 0) return { code: 'nothing_to_review' };
  const open = waiting.find(({ endedAt }) => endedAt === undefined);
  if (open) return { code: 'glass_still_open', until: open.until };
  if (!isPerson(by)) return { code: 'approver_is_no_person' };
  return waiting.some((each) => isSamePerson(each.by, by)) ? { code: 'own_glass' } : undefined;
};

/** Another person has looked at all that was done under a broken glass, and says what they found. */
export const review = (
  rebuild: Rebuild,
  { says, verdict = 'in_order' }: Pick<Review, 'says' | 'verdict'>,
  by: Person,
  now: number,
): CommandApplied => {
  const { unreviewed: _, glass = [], ...rest } = rebuild;
  const bar = reviewBar(rebuild, by);
  if (bar) {
    const own = bar.code === 'own_glass' || bar.code === 'approver_is_no_person';
    return refused(rebuild, bar, own ? 'not_allowed' : 'not_now');
  }
  const [first] = unreviewedOf(rebuild);
  if (!first) return refused(rebuild, { code: 'nothing_to_review' });
  if (says.trim() === '') return refused(rebuild, { code: 'no_findings' }, 'invalid');
  const given: Review = { by, at: now, verdict, says };
  const reviewed = glass.map((each) => (each.review ? each : { ...each, review: given }));
  const instance = rebuild.plan.instance.name;
  const done = { code: 'review', instance, by: first.by, says, verdict } as const;
  const made = commandChanged({ ...rest, glass: reviewed }, done, by, now);
  return hasEnded(rebuild) ? undriven(made) : made;
};

/** Of what has ended nothing is looked at any more. */
const undriven = (made: CommandApplied): CommandApplied => {
  if (!made.write) return made;
  const { driveAt: _, ...rebuild } = made.write.rebuild;
  return { write: { ...made.write, rebuild }, result: { ...made.result, rebuild } };
};
