import { expect, test } from 'vitest';
import { noteWords, type ThreadNote } from '../../../src/rebuild/messages/notes.ts';
import type { TicketPolicy, TicketSeen } from '../../../src/rebuild/model/parts/ticket-life.ts';
import type { Ticket } from '../../../src/rebuild/model/parts/told.ts';
import { defaultPolicy } from '../../../src/rebuild/model/policy.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { ticketInTheWay } from '../../../src/rebuild/model/record.ts';
import { decideTicket } from '../../../src/rebuild/ticket/decide-ticket.ts';
import { lookDueAt, settleLook } from '../../../src/rebuild/ticket/look.ts';
import { ticketPolicyFor } from '../../../src/rebuild/ticket/ticket-rules.ts';
import { inStep, startedAt } from '../../builders/rebuild.ts';

const now = startedAt + 3_600_000;
const rule = (change: Partial<TicketPolicy> = {}): TicketPolicy => ({
  ...ticketPolicyFor({}, { name: 'system6', tenant: '1' }),
  ...change,
});
const moves = { running: { to: 'In Progress', fields: {} } };
const seenAs = (status: string, change: Partial<TicketSeen> = {}): TicketSeen => ({
  status,
  done: status === 'Done',
  watched: {},
  edits: [],
  ...change,
});
const open = (ticket: Partial<Ticket> = {}): Rebuild =>
  inStep(
    'rebuild',
    {},
    {
      ticket: {
        state: 'open',
        key: 'OPS-1',
        entries: [],
        count: 0,
        attempts: 0,
        rule: rule(),
        seen: seenAs('To Do'),
        ...ticket,
      },
    },
  );
const look = (rebuild: Rebuild, seen: TicketSeen | 'gone') =>
  settleLook(
    rebuild,
    { ok: true, id: 'OPS-1', ...(seen === 'gone' ? { gone: true } : { seen }) },
    now,
    defaultPolicy,
  );
const notesOf = (rebuild: Rebuild) => rebuild.card.notes.map(({ n: _, at: __, ...note }) => note);
const says = (...notes: readonly ThreadNote[]) => notes.map(noteWords);
const ticket = 'OPS-1';

test('it is looked at by its rule while the rebuild runs, before anything is written into it', () => {
  const due = open({ lookAt: now });
  expect(decideTicket(due, now)).toEqual({ do: 'look' });
  expect(lookDueAt(open({ lookAt: now + 1 }))).toBe(now + 1);
  const { rule: _, ...none } = open().ticket;
  expect(lookDueAt({ ...due, ticket: none })).toBeUndefined();
  expect(lookDueAt({ ...due, phase: 'released' })).toBeUndefined();
  const doubt = { n: 1, since: now, claim: 'c' };
  const entry = { n: 1, at: now, kind: 'change', lines: ['x'] } as const;
  expect(decideTicket(open({ entries: [entry], doubt }), now)).toMatchObject({ do: 'comment' });
});

test('a look that finds nothing new says nothing, and comes again', () => {
  const { rebuild, journal } = look(open(), seenAs('To Do'));
  expect([notesOf(rebuild), journal, rebuild.ticket.lookAt]).toEqual([[], [], now + 60_000]);
});

test('a look without an answer is tried later, and nothing waits for it', () => {
  const result = { ok: false, kind: 'retry', error: 'Jira: 503', retryAfterMs: 90_000 } as const;
  const { rebuild } = settleLook(open(), result, now, defaultPolicy);
  expect(rebuild.ticket).toMatchObject({ lookTries: 1, lookAt: now + 90_000 });
  expect(ticketInTheWay(rebuild)).toBeUndefined();
});

test('what a person edited is said once, with who it was', () => {
  const edit = { by: 'Ada', fields: ['summary', 'labels'] };
  const { rebuild, journal } = look(open(), seenAs('To Do', { edits: [edit] }));
  expect(notesOf(rebuild)).toEqual(says({ code: 'ticket_edited', ticket, ...edit }));
  expect(journal.map(({ what }) => what)).toEqual(['ticket_edited']);
  expect(notesOf(look({ ...rebuild, card: open().card }, seenAs('To Do')).rebuild)).toEqual([]);
});

test('a ticket that a person closes is said once; what follows is up to its rule', () => {
  const done = seenAs('Done', { movedBy: 'Ada' });
  const told = look(open(), done).rebuild;
  expect(notesOf(told)).toEqual(
    says({ code: 'ticket_closed', ticket, by: 'Ada', status: 'Done', holds: false }),
  );
  expect(ticketInTheWay(told)).toBeUndefined();
  expect(notesOf(look({ ...told, card: open().card }, done).rebuild)).toEqual([]);

  const held = look(open({ rule: rule({ closed: 'hold' }) }), done).rebuild;
  expect(notesOf(held)).toEqual(
    says({ code: 'ticket_closed', ticket, by: 'Ada', status: 'Done', holds: true }),
  );
  expect(ticketInTheWay(held)).toEqual({ why: 'closed', by: 'Ada' });
  expect(held.driveAt).toBe(now);
});

test('opened again it goes on by itself', () => {
  const held = open({ rule: rule({ closed: 'hold' }), hold: { why: 'closed', since: now, by: 'Ada' } });
  const again = look(held, seenAs('In Progress', { movedBy: 'Bo' })).rebuild;
  expect(ticketInTheWay(again)).toBeUndefined();
  expect(notesOf(again)).toEqual(says({ code: 'ticket_open_again', ticket, by: 'Bo' }));
});

test('a person may go on without it, which holds until something else happens to it', () => {
  const override = { n: 1, kind: 'without_ticket', by: { id: 'U0ADA' }, at: now, reason: 'r' } as const;
  const held = { ...open({ hold: { why: 'closed', since: now - 1 } }), overrides: [override] };
  expect(ticketInTheWay(held)).toBeUndefined();
  const later = { ...held, ticket: { ...held.ticket, hold: { why: 'deleted', since: now + 1 } as const } };
  expect(ticketInTheWay(later)).toEqual({ why: 'deleted' });
});

test.each(['tell', 'hold'] as const)('one that was deleted, where its rule is to %s', (deleted) => {
  const { rebuild } = look(open({ rule: rule({ deleted }) }), 'gone');
  expect(rebuild.ticket).toMatchObject({ state: 'failed', key: 'OPS-1', gone: ['OPS-1'] });
  expect(notesOf(rebuild)).toEqual(says({ code: 'ticket_deleted', ticket, policy: deleted }));
  expect(ticketInTheWay(rebuild)).toEqual(deleted === 'hold' ? { why: 'deleted' } : undefined);
  expect(decideTicket(rebuild, now)).toEqual({ do: 'nothing' });
});

test('one that was deleted is raised again where its rule asks for that, and nothing is changed before', () => {
  const { rebuild } = look(open({ rule: rule({ deleted: 'raise_again' }) }), 'gone');
  expect(rebuild.ticket).toMatchObject({ state: 'wanted', gone: ['OPS-1'], count: 1 });
  expect(rebuild.ticket).not.toHaveProperty('key');
  expect(ticketInTheWay(rebuild)).toEqual({ why: 'deleted' });
  expect(decideTicket(rebuild, now)).toEqual({ do: 'raise', mayExist: false });
});

test('a person who moves it elsewhere is news only where farmhand moves it, and is not fought', () => {
  const review = seenAs('In Review', { movedBy: 'Ada' });
  expect(notesOf(look(open(), review).rebuild)).toEqual([]);

  const left = look(open({ rule: rule({ moves }) }), review).rebuild;
  expect(notesOf(left)).toEqual(
    says({ code: 'ticket_moved_by', ticket, by: 'Ada', status: 'In Review', leaves: true }),
  );
  expect(left.ticket.left).toBe('Ada');
  const follows = look(open({ rule: rule({ moves, moved: 'follow' }) }), review).rebuild;
  expect(follows.ticket).not.toHaveProperty('left');
});

test('where its rule says so, nothing is changed while Jira is behind', () => {
  const entries = [{ n: 1, at: now, kind: 'change', lines: ['x'] } as const];
  const behind = { entries, attempts: 2, error: 'Jira cannot be reached.' };
  expect(ticketInTheWay(open(behind))).toBeUndefined();
  expect(ticketInTheWay(open({ ...behind, rule: rule({ unreachable: 'hold' }) }))).toEqual({
    why: 'unreachable',
    error: 'Jira cannot be reached.',
  });
});
