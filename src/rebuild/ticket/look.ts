import { ownLine } from '../../core/journal.ts';
import { noted } from '../messages/notes.ts';
import type { TicketHold, TicketSeen } from '../model/parts/ticket-life.ts';
import type { Ticket } from '../model/parts/told.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { hasEnded } from '../model/record.ts';
import { soon, type Transition, withEntry, writeOf } from '../model/transition.ts';
import type { TicketResult } from '../ports/ports.ts';
import { waitAfter } from './try-again.ts';

/** Look at the ticket: did a person edit, move, close or delete it? */
export interface LookWork {
  readonly do: 'look';
}

/** Stands for a look where entries have their number. */
export const lookNumber = -3;

/** When the ticket is to be looked at; undefined: not any more, or not by its rule. ms */
export const lookDueAt = (rebuild: Rebuild): number | undefined => {
  const { ticket } = rebuild;
  return ticket.state === 'open' && ticket.rule && !hasEnded(rebuild) ? (ticket.lookAt ?? 0) : undefined;
};

/** What was seen goes into the record; what people did is said once, and the rule decides what follows. */
export const settleLook = (
  rebuild: Rebuild,
  result: TicketResult,
  now: number,
  policy: RebuildPolicy,
): Transition => {
  const { doubt: _, retryAt: __, ...ticket } = rebuild.ticket;
  const every = ticket.rule?.lookEvery ?? 60_000;
  if (!result.ok) {
    const tries = (ticket.lookTries ?? 0) + 1;
    const lookAt = now + Math.max(every, waitAfter(tries, result, policy));
    return writeOf({ ...rebuild, ticket: { ...ticket, lookTries: tries, lookAt } });
  }
  const { lookTries: ___, ...rest } = ticket;
  const looked: Rebuild = { ...rebuild, ticket: { ...rest, lookAt: now + every } };
  if (result.gone) return deleted(looked, now);
  return result.seen ? compared(looked, ticket.seen, result.seen, now) : writeOf(looked);
};

/** A ticket that is not there any more. */
const deleted = (rebuild: Rebuild, now: number): Transition => {
  const { key, url: _, description: __, seen: ___, follows: ____, left: _____, ...rest } = rebuild.ticket;
  const what = rest.rule?.deleted ?? 'tell';
  const line = ownLine(now, 'ticket_deleted', key);
  const hold: TicketHold = { why: 'deleted', since: now };
  const gone = [...(rest.gone ?? []), ...(key === undefined ? [] : [key])];
  const told = (ticket: Ticket): Rebuild =>
    noted({ ...rebuild, ticket }, { code: 'ticket_deleted', ticket: key, policy: what }, now);
  if (what === 'raise_again') {
    const again = told({ ...rest, state: 'wanted', gone, hold, attempts: 0 });
    const lines = [
      `This ticket stands in for ${key ?? 'one'}, which was deleted in Jira. What was commented there is in the table above.`,
    ];
    return writeOf(soon(withEntry(again, { kind: 'error', lines }, now), now), line);
  }
  const error = `${key ?? 'The ticket'} was deleted in Jira`;
  const over = told({
    ...rest,
    ...(key !== undefined && { key }),
    state: 'failed',
    gone,
    error,
    ...(what === 'hold' && { hold }),
  });
  return writeOf(soon(over, now), line);
};

const compared = (
  rebuild: Rebuild,
  before: TicketSeen | undefined,
  seen: TicketSeen,
  now: number,
): Transition => {
  const edited = seen.edits.reduce<Transition>(
    ({ rebuild: next, journal }, { by, fields }) => ({
      rebuild: noted(next, { code: 'ticket_edited', ticket: next.ticket.key, by, fields }, now),
      journal: [...journal, ownLine(now, 'ticket_edited', `${by}: ${fields.join(', ')}`)],
    }),
    writeOf({ ...rebuild, ticket: { ...rebuild.ticket, seen } }),
  );
  const moved = reopened(edited, seen, now);
  const { movedBy } = seen;
  if (movedBy === undefined || (before?.status === seen.status && before.movedBy === movedBy)) return moved;
  return seen.done ? closed(moved, movedBy, seen, now) : elsewhere(moved, movedBy, seen, now);
};

/** It is open again, whoever did that: what waited goes on. */
const reopened = (transition: Transition, seen: TicketSeen, now: number): Transition => {
  const { hold, ...ticket } = transition.rebuild.ticket;
  if (hold?.why !== 'closed' || seen.done) return transition;
  const next = noted(
    { ...transition.rebuild, ticket },
    { code: 'ticket_open_again', ticket: ticket.key, by: seen.movedBy },
    now,
  );
  const line = ownLine(now, 'ticket_open_again', `${ticket.key ?? ''} ${seen.status}`);
  return { rebuild: soon(next, now), journal: [...transition.journal, line] };
};

const closed = (transition: Transition, by: string, { status }: TicketSeen, now: number): Transition => {
  const { rebuild } = transition;
  const holds = rebuild.ticket.rule?.closed === 'hold';
  const next = noted(rebuild, { code: 'ticket_closed', ticket: rebuild.ticket.key, by, status, holds }, now);
  const ticket: Ticket = {
    ...next.ticket,
    left: by,
    ...(holds && { hold: { why: 'closed', since: now, by } as const }),
  };
  const line = ownLine(now, 'ticket_closed', `${by}: ${status}`);
  return { rebuild: soon({ ...next, ticket }, now), journal: [...transition.journal, line] };
};

const elsewhere = (transition: Transition, by: string, { status }: TicketSeen, now: number): Transition => {
  const { rebuild } = transition;
  const { rule, key } = rebuild.ticket;
  // Where farmhand moves nothing, a person who does is no news.
  if (!rule || Object.keys(rule.moves).length === 0) return transition;
  const leaves = rule.moved === 'leave';
  const next = noted(rebuild, { code: 'ticket_moved_by', ticket: key, by, status, leaves }, now);
  const { left: _, ...ticket } = next.ticket;
  const line = ownLine(now, 'ticket_moved_by', `${by}: ${status}`);
  return {
    rebuild: { ...next, ticket: leaves ? { ...ticket, left: by } : ticket },
    journal: [...transition.journal, line],
  };
};
