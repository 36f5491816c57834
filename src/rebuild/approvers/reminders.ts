import { tell } from '../messages/news.ts';
import { pendingOf } from '../model/approval.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { toReview, unreviewedOf } from '../model/rules/controlled.ts';
import { type Transition, writeOf } from '../model/transition.ts';
import type { ApproverMessage } from './message.ts';

const day = 24 * 3_600_000;

/** People are reminded so often of a glass that nobody reviews: a record that has ended is not written for ever. */
const reviewRemindersAtMost = 30;

/** The person or the channel that a message is for. */
export const toldTo = ({ user, channel = '' }: ApproverMessage): string => user ?? channel;

/** When people are reminded next that a broken glass is to be reviewed; undefined: nothing waits, or not any more. ms */
export const reviewReminderAt = (rebuild: Rebuild): number | undefined => {
  const { unreviewed } = rebuild;
  const closed = toReview(rebuild)?.endedAt;
  if (!unreviewed || closed === undefined || unreviewed.told >= reviewRemindersAtMost) return undefined;
  return unreviewed.last === undefined ? closed + unreviewed.first : unreviewed.last + day;
};

/** The reminder that was said last of what this message asks for, by its number; 0: none. */
const remindersOf = (rebuild: Rebuild, { wish, glass }: ApproverMessage): number => {
  if (glass !== undefined) return toReview(rebuild)?.n === glass ? (rebuild.unreviewed?.told ?? 0) : 0;
  const { awaited } = rebuild;
  return awaited?.wish === wish && pendingOf(rebuild)?.wish === wish ? awaited.told : 0;
};

/** A reminder is to be said under it: in the channel alone, and the last one for all that were missed. */
export const reminderDue = (rebuild: Rebuild, message: ApproverMessage): number | undefined => {
  const last = remindersOf(rebuild, message);
  return message.user === undefined && last > (message.reminded ?? 0) ? last : undefined;
};

/** Every broken glass is told in the approvers’ channels, once; from then on its review is awaited. */
export const reviewAsked = (
  rebuild: Rebuild,
  channels: readonly string[],
  first: number,
  now: number,
): Transition | undefined => {
  const { messages = [], messageCount = 0, unreviewed } = rebuild;
  const asked = unreviewed?.asked ?? 0;
  const fresh = unreviewedOf(rebuild).filter(({ n }) => n > asked);
  const last = fresh.at(-1);
  if (!last) return undefined;
  const wanted = fresh.flatMap((glass) => channels.map((channel) => ({ glass: glass.n, channel })));
  const added = wanted.map(
    ({ glass, channel }, i): ApproverMessage => ({
      ...{ n: messageCount + i + 1, wish: `glass ${glass}`, glass, channel },
      ...{ at: now, state: 'wanted' },
    }),
  );
  return writeOf({
    ...rebuild,
    unreviewed: { told: 0, ...unreviewed, asked: last.n, first },
    ...(added.length > 0 && {
      messages: [...messages, ...added],
      messageCount: messageCount + added.length,
    }),
  });
};

/** Said in the thread, and counted; it is said under the message in the channel as well. `people`: who may review it. */
export const reviewReminded = (
  rebuild: Rebuild,
  people: readonly string[],
  now: number,
): Transition | undefined => {
  const due = reviewReminderAt(rebuild);
  const { unreviewed } = rebuild;
  const glass = toReview(rebuild);
  if (due === undefined || due > now || !unreviewed || glass?.endedAt === undefined) return undefined;
  const told = unreviewed.told + 1;
  return tell(
    writeOf({ ...rebuild, unreviewed: { ...unreviewed, told, last: now } }),
    {
      ...{ code: 'still_unreviewed', instance: rebuild.plan.instance.name, by: glass.by, people },
      ...{ ms: now - glass.endedAt, last: told >= reviewRemindersAtMost },
    },
    now,
  );
};
