import { expect, test } from 'vitest';
import { noteWords } from '../../../src/rebuild/messages/notes.ts';
import { written } from '../../../src/rebuild/messages/own-lines.ts';
import type { Ticket } from '../../../src/rebuild/model/parts/told.ts';
import { defaultPolicy } from '../../../src/rebuild/model/policy.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { withEntry } from '../../../src/rebuild/model/transition.ts';
import type { TicketResult } from '../../../src/rebuild/ports/ports.ts';
import { dueAt } from '../../../src/rebuild/reconcile/schedule.ts';
import {
  claimTicket,
  decideTicket,
  settleTicket,
  type TicketWork,
} from '../../../src/rebuild/ticket/decide-ticket.ts';
import { descriptionHash } from '../../../src/rebuild/ticket/description.ts';
import { aRebuild, inStep, startedAt } from '../../builders/rebuild.ts';
import { givenFor } from '../../support/given.ts';

const late = startedAt + 60_000;
const given = givenFor(decideTicket);
const wanted = (ticket: Partial<Ticket> = {}, change: Partial<Rebuild> = {}) =>
  aRebuild({ ticket: { state: 'wanted', entries: [], count: 0, attempts: 0, ...ticket }, ...change });
const open = (entries: number, ticket: Partial<Ticket> = {}): Rebuild => {
  let rebuild = inStep('rebuild');
  for (let i = 1; i <= entries; i++) {
    rebuild = withEntry(rebuild, { kind: 'change', lines: [`change ${i}`] }, late);
  }
  // Its description shows all that is on record.
  const description = { state: 'placed', hash: descriptionHash(rebuild), due: 0, tries: 0 } as const;
  return { ...rebuild, ticket: { ...rebuild.ticket, description, ...ticket } };
};
const card = { channel: 'C0DCR', state: 'open', ts: '1.2', notes: [], noteCount: 0 } as const;

test('a ticket is raised once its thread is known, or has been waited for', () => {
  const until = startedAt + 10_000;
  given(wanted()).when(startedAt).thenIs({ do: 'wait', until });
  given(wanted({}, { card })).when(startedAt).thenIs({ do: 'raise', mayExist: false });
  given(wanted()).when(until).thenIs({ do: 'raise', mayExist: false });
  const failed = { ...card, state: 'failed' } as const;
  given(wanted({}, { card: failed }))
    .when(startedAt)
    .thenIs({ do: 'raise', mayExist: false });
});

test('nothing happens without a ticket, without entries, or when the ticket was given up', () => {
  for (const rebuild of [wanted({ state: 'none' }), wanted({ state: 'failed' }), open(0)]) {
    given(rebuild).when(late).thenIs({ do: 'nothing' });
  }
});

test('entries go one by one, the oldest first; a claim is left alone until its owner must be lost', () => {
  const rebuild = open(2);
  const step = decideTicket(rebuild, late);
  expect(step).toMatchObject({ do: 'comment', entry: { n: 1 }, mayExist: false });
  const claimed = claimTicket(rebuild, step as TicketWork, 'c1', late, defaultPolicy);
  const free = late + defaultPolicy.claimTimeout;
  given(claimed)
    .when(free - 1)
    .thenIs({ do: 'wait', until: free });
  expect(dueAt(claimed, 'ticket')).toBe(free);
  given(claimed)
    .when(free)
    .thenHas({ do: 'comment', entry: { n: 1 }, mayExist: true });
});

/** Claims the next step and applies `result`. */
const go = (rebuild: Rebuild, result: TicketResult, now: number) => {
  const step = decideTicket(rebuild, now) as TicketWork;
  const claimed = claimTicket(rebuild, step, 'mine', now, defaultPolicy);
  const write = settleTicket(claimed, step, 'mine', rebuild.ticket.doubt, result, now, defaultPolicy);
  if (!write) throw new Error('nothing was written');
  return { step, next: write.rebuild, journal: write.journal, ticket: write.rebuild.ticket };
};
const notesOf = (rebuild: Rebuild) => rebuild.card.notes.map(({ n: _, at: __, ...note }) => note);

test('a raised ticket is told in the thread and nudges the rebuild', () => {
  const url = 'https://jira.example/browse/OPS-1';
  const { next, journal } = go(wanted({ error: 'x' }), { ok: true, id: 'OPS-1', url }, late);
  expect(next.ticket).toEqual({
    state: 'open',
    key: 'OPS-1',
    url,
    entries: [],
    count: 0,
    attempts: 0,
    description: { state: 'placed', due: late + 60_000, tries: 0 },
  });
  expect(next.driveAt).toBe(late);
  expect(notesOf(next)).toEqual([noteWords({ code: 'ticket', key: 'OPS-1', url })]);
  expect(journal).toEqual([{ at: late, who: 'farmhand', what: 'ticket_raised', why: url }]);
});

test('Jira away: waits are doubled up to five minutes, the reason is on the card, the thread is told once', () => {
  let rebuild = wanted({}, { card });
  let now = late;
  const waits: number[] = [];
  const notes: number[] = [];
  for (let i = 0; i < 12; i++) {
    const { next } = go(rebuild, { ok: false, kind: 'retry', error: 'Jira cannot be reached: refused' }, now);
    waits.push((next.ticket.retryAt ?? 0) - now);
    notes.push(next.card.notes.length);
    expect(decideTicket(next, (next.ticket.retryAt ?? 0) - 1).do).toBe('wait');
    now = next.ticket.retryAt ?? 0;
    rebuild = next;
  }
  const doubled = [2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000];
  expect(waits).toEqual([...doubled, 300_000, 300_000, 300_000, 300_000]);
  expect(notes).toEqual([0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
  expect(rebuild.ticket.error).toBe('Jira cannot be reached: refused');
  expect(rebuild.ticket.doubt).toBeUndefined();
  const error = 'Jira cannot be reached: refused';
  expect(notesOf(rebuild)).toEqual([noteWords({ code: 'ticket_late', error, raising: true })]);
});

test('what may have been written stays in doubt until it was looked for', () => {
  const unknown = { ok: false, kind: 'unknown', error: 'no answer' } as const;
  const first = go(open(1), unknown, late);
  expect(first.ticket.doubt).toEqual({ n: 1, since: late, claim: 'mine' });
  expect(first.ticket.retryAt).toBe(late + 5_000);
  const second = go(first.next, { ok: false, kind: 'retry', error: 'down' }, late + 5_000);
  expect(second.step).toMatchObject({ mayExist: true });
  expect(second.ticket.doubt).toEqual({ n: 1, since: late, claim: 'mine' });
  expect(go(second.next, { ok: true, id: '10' }, late + 30_000).ticket.entries).toEqual([]);
});

test('a refused comment is told with its words, and the next one goes on', () => {
  const refused = { ok: false, kind: 'refused', error: 'Jira refused the comment' } as const;
  const { next, journal } = go(open(2), refused, late);
  expect(next.ticket.entries.map(({ n }) => n)).toEqual([2]);
  const { error } = refused;
  expect(notesOf(next)).toEqual([
    noteWords({ code: 'comment_refused', error, ticket: 'OPS-7', lines: ['change 1'] }),
  ]);
  const entry = { n: 1, at: late, kind: 'change', lines: ['change 1'] } as const;
  expect(journal).toEqual([written({ code: 'ticket_comment_refused', entry, error }, late)]);
  given(next)
    .when(late)
    .thenHas({ do: 'comment', entry: { n: 2 }, mayExist: false });
});

test('a refused ticket is told once, and tried every few minutes because somebody may put it right', () => {
  const refused = { ok: false, kind: 'refused', error: 'issuetype is required' } as const;
  const first = go(wanted({}, { card }), refused, late);
  const second = go(first.next, refused, late + 180_000);
  expect(first.ticket.retryAt).toBe(late + 180_000);
  expect([first.next.card.notes.length, second.next.card.notes.length]).toEqual([1, 1]);
  expect(second.ticket.state).toBe('wanted');
  expect(notesOf(first.next)).toEqual([
    noteWords({ code: 'ticket_refused', error: refused.error, everyMs: 180_000 }),
  ]);
});

test('a rebuild that is over gives a refused ticket up in the end, and comes to rest', () => {
  const refused = { ok: false, kind: 'refused', error: 'no such project' } as const;
  const { next } = go(wanted({ attempts: 19 }, { card, phase: 'cancelled' }), refused, late);
  expect(next.ticket.state).toBe('failed');
  expect(notesOf(next)).toEqual([noteWords({ code: 'ticket_failed', error: refused.error })]);
  expect(dueAt(next, 'ticket')).toBeUndefined();
});

test('nothing happens when an outcome comes late: a fact is taken, a failure of an older claim is not', () => {
  const rebuild = open(1);
  const step = decideTicket(rebuild, late) as TicketWork;
  const theirs = claimTicket(rebuild, step, 'theirs', late, defaultPolicy);
  const settle = (on: Rebuild, result: TicketResult) =>
    settleTicket(on, step, 'mine', undefined, result, late, defaultPolicy);
  expect(settle(theirs, { ok: false, kind: 'retry', error: 'x' })).toBeUndefined();
  expect(settle(theirs, { ok: true, id: '1' })?.rebuild.ticket.entries).toEqual([]);
  expect(settle(open(0), { ok: true, id: '1' })).toBeUndefined();
  const raise = { do: 'raise', mayExist: false } as const;
  const ok = { ok: true, id: 'OPS-9' } as const;
  expect(settleTicket(open(0), raise, 'mine', undefined, ok, late, defaultPolicy)).toBeUndefined();
});
