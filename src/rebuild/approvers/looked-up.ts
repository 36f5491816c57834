import { written } from '../messages/own-lines.ts';
import { type Pending, pendingOf } from '../model/approval.ts';
import type { Rebuild } from '../model/rebuild.ts';
import type { Transition } from '../model/transition.ts';
import type { ApproverMessage, Approvers, MayApprove } from './message.ts';
import { toldTo } from './reminders.ts';

/** People named on the card. */
const namedAtMost = 12;

/** Who may approve what waits: on the record, and one message wanted for each and for their channel, once for each wish. */
export const lookedUp = (
  rebuild: Rebuild,
  asked: Pending,
  found: MayApprove,
  { most, channels }: { readonly most: number; readonly channels: readonly string[] },
  now: number,
): Transition | undefined => {
  const pending = pendingOf(rebuild);
  if (pending?.wish !== asked.wish) return undefined;
  const askers = new Set(pending.askers.map(({ id }) => id));
  const people = found.people.filter((id) => !askers.has(id));
  const untold = most === 0 ? 'off' : people.length > most ? 'many' : undefined;
  const approvers: Approvers = {
    wish: pending.wish,
    at: now,
    people: people.slice(0, Math.max(namedAtMost, most)),
    count: people.length,
    roles: found.roles,
    unknown: found.unknown,
    ...(untold && { untold }),
    ...(channels.length > 0 && { channels }),
  };
  const { messages = [], messageCount = 0 } = rebuild;
  const told = new Set(messages.filter(({ wish, closing }) => wish === pending.wish && !closing).map(toldTo));
  // Everybody sees the channel: it is told first.
  const places = [
    ...channels.map((channel) => ({ id: channel, channel })),
    ...(untold ? [] : people).map((user) => ({ id: user, user })),
  ];
  const said = rebuild.awaited?.wish === pending.wish ? rebuild.awaited.told : 0;
  const fresh = places.filter(({ id }) => !told.has(id));
  const added = fresh.map(
    ({ id: _, ...to }, i): ApproverMessage => ({
      n: messageCount + i + 1,
      ...to,
      wish: pending.wish,
      ...(pending.unconfirmed && { confirms: true }),
      // Only what is said again after it was asked.
      ...(said > 0 && { reminded: said }),
      at: now,
      state: 'wanted',
    }),
  );
  const next: Rebuild = {
    ...rebuild,
    approvers,
    ...(added.length > 0 && {
      messages: [...messages, ...added],
      messageCount: messageCount + added.length,
    }),
  };
  const before = rebuild.approvers;
  const same = before?.wish === approvers.wish && before.people.join() === approvers.people.join();
  return { rebuild: next, journal: same ? [] : [written({ code: 'approvers', ...approvers }, now)] };
};
