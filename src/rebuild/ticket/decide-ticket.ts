import { ownLine } from '../../core/journal.ts';
import { noted } from '../messages/notes.ts';
import { written } from '../messages/own-lines.ts';
import type { Ticket, TicketEntry } from '../model/parts/told.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { hasEnded } from '../model/record.ts';
import { soon, type Transition, writeOf } from '../model/transition.ts';
import type { TicketResult } from '../ports/ports.ts';
import {
  type DescribeWork,
  describeStep,
  descriptionDueAt,
  descriptionNumber,
  placedAt,
  reportWaits,
  settleDescription,
} from './description.ts';
import { type LookWork, lookDueAt, lookNumber, settleLook } from './look.ts';
import { type MoveWork, moveDue, moveNumber, settleMove } from './moves.ts';
import { ticketPolicyFor } from './ticket-rules.ts';
import { retryRefusedEvery, threadGrace, triesAfterTheEnd, triesBeforeTold, waitAfter } from './try-again.ts';

/** What Jira needs next so that it says what the record says. */
export type TicketStep =
  | { readonly do: 'nothing' }
  /** ms */
  | { readonly do: 'wait'; readonly until: number }
  /** Claim, then raise. `mayExist`: an earlier try has no outcome. */
  | { readonly do: 'raise'; readonly mayExist: boolean }
  /** Claim, then write this entry. */
  | { readonly do: 'comment'; readonly entry: TicketEntry; readonly mayExist: boolean }
  /** Claim, then bring the description up to date; look what people did to it; move it. */
  | DescribeWork
  | LookWork
  | MoveWork;

export type TicketWork = Exclude<TicketStep, { do: 'nothing' | 'wait' }>;

/** Pure: the next step for the ticket from the record and the time alone. */
export const decideTicket = (rebuild: Rebuild, now: number): TicketStep => {
  const { ticket, card } = rebuild;
  if (ticket.state === 'none' || ticket.state === 'failed') return { do: 'nothing' };
  const [entry] = ticket.entries;
  const describes = descriptionDueAt(rebuild);
  const looks = lookDueAt(rebuild);
  const move = moveDue(rebuild);
  const nothing = describes === undefined && looks === undefined && !move;
  if (ticket.state === 'open' && !entry && nothing) return { do: 'nothing' };
  // Claims and waits are both kept here: a claim whose owner is lost is free again by then.
  if (ticket.retryAt !== undefined && ticket.retryAt > now) return { do: 'wait', until: ticket.retryAt };
  if (ticket.state === 'wanted') {
    const threadComes = card.state === 'wanted' || card.state === 'posting';
    if (threadComes && now < rebuild.at + threadGrace) return { do: 'wait', until: rebuild.at + threadGrace };
    return { do: 'raise', mayExist: ticket.doubt?.n === 0 };
  }
  const inDoubt = ticket.doubt !== undefined && ticket.doubt.n > 0;
  // Whether it is still there and open is known before more is written; what is in doubt is looked for first.
  if (looks !== undefined && looks <= now && !inDoubt) return { do: 'look' };
  const report = entry?.kind === 'closing';
  // An error is told at once. The report closes the ticket: the description comes before it.
  const describe = !entry || (report && !inDoubt) ? describeStep(rebuild, now, report) : undefined;
  if (describe) return describe;
  if (entry && !(report && !inDoubt && reportWaits(rebuild)))
    return { do: 'comment', entry, mayExist: ticket.doubt?.n === entry.n };
  // The report comes before the move that may close it.
  if (move && !entry) return move;
  const due = [describes, looks].filter((at) => at !== undefined);
  return due.length === 0 ? { do: 'nothing' } : { do: 'wait', until: Math.min(...due) };
};

const numberOf = (work: TicketWork): number => {
  switch (work.do) {
    case 'raise':
      return 0;
    case 'comment':
      return work.entry.n;
    case 'describe':
      return descriptionNumber;
    case 'move':
      return moveNumber;
    case 'look':
      return lookNumber;
    default:
      return work satisfies never;
  }
};

/** Nothing that people wait for: it is not counted as a try to write an entry. */
const isAside = (work: TicketWork): work is DescribeWork | LookWork | MoveWork =>
  work.do !== 'raise' && work.do !== 'comment';

/** On record that it is about to be written, so that whoever comes after a crash looks before writing it again. */
export const claimTicket = (
  rebuild: Rebuild,
  work: TicketWork,
  claim: string,
  now: number,
  { claimTimeout, tickets }: RebuildPolicy,
): Rebuild => ({
  ...rebuild,
  ticket: {
    ...rebuild.ticket,
    doubt: { n: numberOf(work), since: now, claim },
    attempts: rebuild.ticket.attempts + (isAside(work) ? 0 : 1),
    retryAt: now + claimTimeout,
    ...(tickets && { rule: ticketPolicyFor(tickets, rebuild.plan.instance) }),
  },
});

/**
 * Applies what came of `work`, claimed as `claim` on a record whose doubt was `before`. What is written is a fact,
 * also when it is told late; a failure counts only for its own claim. Undefined: nothing to change.
 */
export const settleTicket = (
  rebuild: Rebuild,
  work: TicketWork,
  claim: string,
  before: Ticket['doubt'],
  result: TicketResult,
  now: number,
  policy: RebuildPolicy,
): Transition | undefined => {
  if (isAside(work)) {
    if (rebuild.ticket.doubt?.claim !== claim) return undefined;
    if (work.do === 'describe') return settleDescription(rebuild, work, result, now, policy);
    return work.do === 'look'
      ? settleLook(rebuild, result, now, policy)
      : settleMove(rebuild, work, result, now, policy);
  }
  if (result.ok)
    return work.do === 'raise' ? raised(rebuild, result, now) : said(rebuild, work.entry, result, now);
  if (rebuild.ticket.doubt?.claim !== claim) return undefined;
  if (result.kind === 'refused') return refused(rebuild, work, result, now);
  const { ticket } = rebuild;
  const wait = waitAfter(ticket.attempts, result, policy);
  // Surely not written by this try: what was in doubt before it still is, and nothing else.
  const doubt = result.kind === 'unknown' ? ticket.doubt : before;
  const next = { ...rebuild, ticket: { ...without(ticket), ...(doubt && { doubt }), retryAt: now + wait } };
  const news = ticket.error !== result.error ? [ownLine(now, 'ticket_retry', result.error)] : [];
  const failing = { ...next, ticket: { ...next.ticket, error: result.error } };
  return writeOf(
    ticket.attempts === triesBeforeTold
      ? noted(failing, { code: 'ticket_late', error: result.error, raising: work.do === 'raise' }, now)
      : failing,
    ...news,
  );
};

const without = ({ doubt: _, retryAt: __, error: ___, ...rest }: Ticket): Ticket => rest;

const raised = (
  rebuild: Rebuild,
  { id, url }: Extract<TicketResult, { ok: true }>,
  now: number,
): Transition | undefined => {
  const { ticket } = rebuild;
  if (ticket.state === 'open') return undefined;
  const link = url === undefined ? {} : { url };
  const { hold, ...rest } = without(ticket);
  const open: Ticket = {
    ...rest,
    // One that stands in for a deleted one: what waited for it goes on.
    ...(hold && hold.why !== 'deleted' && { hold }),
    state: 'open',
    key: id,
    ...link,
    attempts: 0,
    description: placedAt(now),
    ...(ticket.rule && { lookAt: now + ticket.rule.lookEvery }),
  };
  const told = noted({ ...rebuild, ticket: open }, { code: 'ticket', key: id, url }, now);
  return writeOf(hasEnded(told) ? told : soon(told, now), ownLine(now, 'ticket_raised', url ?? id));
};

const said = (
  rebuild: Rebuild,
  entry: TicketEntry,
  { id }: Extract<TicketResult, { ok: true }>,
  now: number,
): Transition | undefined => {
  const { ticket } = rebuild;
  if (!ticket.entries.some(({ n }) => n === entry.n)) return undefined;
  const entries = ticket.entries.filter(({ n }) => n !== entry.n);
  return writeOf(
    { ...rebuild, ticket: { ...without(ticket), entries, attempts: 0 } },
    written({ code: 'ticket_comment', entry, id }, now),
  );
};

const refused = (
  rebuild: Rebuild,
  work: Extract<TicketWork, { do: 'raise' | 'comment' }>,
  { error, retryAfterMs }: Extract<TicketResult, { ok: false }>,
  now: number,
): Transition => {
  const { ticket } = rebuild;
  const first = ticket.error !== error;
  const bare = without(ticket);
  if (work.do === 'comment') {
    const { entry } = work;
    if (ticket.rule && ticket.checked !== entry.n && !hasEnded(rebuild)) {
      return writeOf({ ...rebuild, ticket: { ...bare, checked: entry.n, lookAt: now } });
    }
    const entries = ticket.entries.filter(({ n }) => n !== entry.n);
    const next = { ...rebuild, ticket: { ...bare, entries, attempts: 0, error } };
    const { lines } = entry;
    return writeOf(
      noted(next, { code: 'comment_refused', error, ticket: ticket.key, lines }, now),
      written({ code: 'ticket_comment_refused', entry, error }, now),
    );
  }
  if (hasEnded(rebuild) && ticket.attempts >= triesAfterTheEnd) {
    const failed: Rebuild = { ...rebuild, ticket: { ...bare, state: 'failed', error } };
    return writeOf(
      noted(failed, { code: 'ticket_failed', error }, now),
      ownLine(now, 'ticket_failed', error),
    );
  }
  const waiting: Rebuild = {
    ...rebuild,
    ticket: { ...bare, error, retryAt: now + Math.max(retryRefusedEvery, retryAfterMs ?? 0) },
  };
  if (!first) return writeOf(waiting);
  return writeOf(
    noted(waiting, { code: 'ticket_refused', error, everyMs: retryRefusedEvery }, now),
    ownLine(now, 'ticket_refused', error),
  );
};
