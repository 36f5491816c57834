import { ownLine } from '../../core/journal.ts';
import type { TicketMove } from '../../core/tickets/ticket-move.ts';
import { noted } from '../messages/notes.ts';
import { pendingOf } from '../model/approval.ts';
import type { TicketState } from '../model/parts/ticket-life.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { hasEnded, openIntervention } from '../model/record.ts';
import { type Transition, writeOf } from '../model/transition.ts';
import type { TicketResult } from '../ports/ports.ts';
import { triesAfterTheEnd, waitAfter } from './try-again.ts';

/** Move the ticket to where a rebuild in this state belongs. */
export interface MoveWork {
  readonly do: 'move';
  readonly state: TicketState;
  readonly move: TicketMove;
}

/** Stands for a move where entries have their number. */
export const moveNumber = -2;

/** Pure: what the ticket follows. */
export const ticketStateOf = (rebuild: Rebuild): TicketState => {
  switch (rebuild.phase) {
    case 'released':
      return 'succeeded';
    case 'cancelled':
    case 'failed':
      return rebuild.phase;
    case 'running':
    case 'cancelling':
    case 'failing':
      break;
    default:
      return rebuild.phase satisfies never;
  }
  if (rebuild.pause) return 'held';
  const ask = openIntervention(rebuild);
  if (ask?.code === 'approval' || pendingOf(rebuild)?.kind === 'plan') return 'waiting_for_approval';
  return ask ? 'held' : 'running';
};

/** The move that is due, by what its rule said when the ticket was last written; undefined: none. */
export const moveDue = (rebuild: Rebuild): MoveWork | undefined => {
  const { ticket } = rebuild;
  if (ticket.state !== 'open' || ticket.left) return undefined;
  const state = ticketStateOf(rebuild);
  const move = ticket.rule?.moves[state];
  return move && ticket.follows !== state ? { do: 'move', state, move } : undefined;
};

/** What came of it: nothing of the rebuild waits for it, and what a person has to do is said once. */
export const settleMove = (
  rebuild: Rebuild,
  { state, move }: MoveWork,
  result: TicketResult,
  now: number,
  policy: RebuildPolicy,
): Transition => {
  const { doubt: _, retryAt: __, moveTries = 0, ...ticket } = rebuild.ticket;
  const seen = result.ok && result.seen ? { ...ticket.seen, ...result.seen } : ticket.seen;
  const done: Rebuild = { ...rebuild, ticket: { ...ticket, follows: state, ...(seen && { seen }) } };
  if (result.ok) {
    return writeOf(done, ownLine(now, 'ticket_moved', `${ticket.key ?? ''} to ${move.to} (${state})`));
  }
  const tries = moveTries + 1;
  if (result.kind === 'refused' || (hasEnded(rebuild) && tries >= triesAfterTheEnd)) {
    const { error } = result;
    return writeOf(
      noted(done, { code: 'ticket_not_moved', ticket: ticket.key, to: move.to, error }, now),
      ownLine(now, 'ticket_not_moved', error),
    );
  }
  const retryAt = now + waitAfter(tries, result, policy);
  return writeOf({ ...rebuild, ticket: { ...ticket, moveTries: tries, retryAt } });
};
