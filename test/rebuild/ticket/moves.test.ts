import { expect, test } from 'vitest';
import { noteWords } from '../../../src/rebuild/messages/notes.ts';
import type { Ticket } from '../../../src/rebuild/model/parts/told.ts';
import { defaultPolicy } from '../../../src/rebuild/model/policy.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { decideTicket } from '../../../src/rebuild/ticket/decide-ticket.ts';
import { descriptionHash } from '../../../src/rebuild/ticket/description.ts';
import { moveDue, settleMove, ticketStateOf } from '../../../src/rebuild/ticket/moves.ts';
import { ticketPolicyFor } from '../../../src/rebuild/ticket/ticket-rules.ts';
import { inStep, startedAt } from '../../builders/rebuild.ts';

const now = startedAt + 3_600_000;
const to = (name: string) => ({ to: name, fields: {} });
const transitions = { running: to('In Progress'), held: to('On hold'), succeeded: to('Done') };
const rule = ticketPolicyFor({ transitions }, { name: 'system6', tenant: '1' });
const open = (ticket: Partial<Ticket> = {}, change: Partial<Rebuild> = {}): Rebuild => {
  const rebuild = inStep('rebuild', {}, change);
  const description = { state: 'placed', hash: descriptionHash(rebuild), due: 0, tries: 0 } as const;
  const base = { state: 'open', key: 'OPS-1', entries: [], count: 0, attempts: 0, rule } as const;
  return { ...rebuild, ticket: { ...base, description, lookAt: now + 1, ...ticket } };
};
const pause = { state: 'paused', by: { id: 'U0ADA' }, reason: 'r', at: now, remindAt: now } as const;

test.each<readonly [string, Partial<Rebuild>]>([
  ['running', {}],
  ['held', { pause }],
  ['running', { phase: 'cancelling' }],
  ['succeeded', { phase: 'released' }],
  ['failed', { phase: 'failed' }],
  ['cancelled', { phase: 'cancelled' }],
])('the ticket follows a rebuild that is %s', (state, change) => {
  expect(ticketStateOf(open({}, change))).toBe(state);
});

test('it is moved where its rule says so, once for each state', () => {
  const move = { do: 'move', state: 'running', move: to('In Progress') } as const;
  expect(decideTicket(open(), now)).toEqual(move);
  const { rebuild, journal } = settleMove(open(), move, { ok: true, id: 'OPS-1' }, now, defaultPolicy);
  expect(journal.map(({ what }) => what)).toEqual(['ticket_moved']);
  expect(decideTicket(rebuild, now)).toEqual({ do: 'wait', until: now + 1 });
  expect(moveDue({ ...rebuild, pause })).toMatchObject({ state: 'held' });
});

test('nothing is moved where the rule says nothing, or where a person has put it', () => {
  expect(moveDue(open({ left: 'Ada' }))).toBeUndefined();
  expect(moveDue(open({}, { phase: 'failed' }))).toBeUndefined();
  const { rule: _, ...bare } = open().ticket;
  expect(moveDue({ ...open(), ticket: bare })).toBeUndefined();
});

test('the report is written before the move that may close it', () => {
  const entries = [{ n: 1, at: now, kind: 'closing', lines: ['x'] } as const];
  expect(decideTicket(open({ entries }, { phase: 'released' }), now)).toMatchObject({ do: 'comment' });
});

test('what the workflow refuses is said once, and not tried again', () => {
  const move = { do: 'move', state: 'running', move: to('In Progress') } as const;
  const error = 'it asks for Resolution';
  const { rebuild } = settleMove(open(), move, { ok: false, kind: 'refused', error }, now, defaultPolicy);
  expect(rebuild.card.notes.map(({ text }) => text)).toEqual([
    noteWords({ code: 'ticket_not_moved', ticket: 'OPS-1', to: 'In Progress', error }).text,
  ]);
  expect(moveDue(rebuild)).toBeUndefined();
});

test('a move without an answer is made again, later', () => {
  const move = { do: 'move', state: 'running', move: to('In Progress') } as const;
  const lost = { ok: false, kind: 'unknown', error: 'Jira: timeout' } as const;
  const { rebuild } = settleMove(open(), move, lost, now, defaultPolicy);
  expect(rebuild.ticket.retryAt).toBeGreaterThan(now);
  expect(moveDue(rebuild)).toEqual(move);
});
