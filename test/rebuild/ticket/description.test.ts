import { expect, test } from 'vitest';
import { noteWords, type ThreadNote } from '../../../src/rebuild/messages/notes.ts';
import type { TicketDescription } from '../../../src/rebuild/model/parts/told.ts';
import { defaultPolicy } from '../../../src/rebuild/model/policy.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { withEntry, withRow } from '../../../src/rebuild/model/transition.ts';
import type { TicketResult } from '../../../src/rebuild/ports/ports.ts';
import { dueAt } from '../../../src/rebuild/reconcile/schedule.ts';
import {
  claimTicket,
  decideTicket,
  settleTicket,
  type TicketWork,
} from '../../../src/rebuild/ticket/decide-ticket.ts';
import { descriptionHash } from '../../../src/rebuild/ticket/description.ts';
import { inStep, startedAt } from '../../builders/rebuild.ts';
import { givenFor } from '../../support/given.ts';

const now = startedAt + 3_600_000;
const minute = 60_000;
const given = givenFor(decideTicket);
const row = (rebuild: Rebuild, says = 'farmers 0 → 24') => withRow(rebuild, { kind: 'change', says }, now);
const having = (description: Partial<TicketDescription>, rebuild = row(inStep('rebuild'))): Rebuild => ({
  ...rebuild,
  ticket: { ...rebuild.ticket, description: { state: 'placed', due: now, tries: 0, ...description } },
});
const shown = (rebuild: Rebuild): Rebuild =>
  having({ ...rebuild.ticket.description, hash: descriptionHash(rebuild) }, rebuild);
const ended = (rebuild: Rebuild): Rebuild => ({ ...rebuild, phase: 'released', endedAt: now });
const report = (rebuild: Rebuild) => withEntry(rebuild, { kind: 'closing', lines: ['Done.'] }, now);

/** Claims the next step and applies `result`. */
const go = (rebuild: Rebuild, result: TicketResult, at = now) => {
  const step = decideTicket(rebuild, at) as TicketWork;
  const claimed = claimTicket(rebuild, step, 'mine', at, defaultPolicy);
  const write = settleTicket(claimed, step, 'mine', rebuild.ticket.doubt, result, at, defaultPolicy);
  if (!write) throw new Error('nothing was written');
  return { step, next: write.rebuild, journal: write.journal, description: write.rebuild.ticket.description };
};
const ok = { ok: true, id: 'OPS-7' } as const;
const absent = { ...ok, absent: true } as const;
const told = (rebuild: Rebuild) => rebuild.card.notes.map(({ n: _, at: __, ...note }) => note);
const words = (...notes: readonly ThreadNote[]) => notes.map(noteWords);

test('it is written when it shows less than the record, at most once a minute, and the same never twice', () => {
  const behind = having({ due: now + minute });
  given(behind)
    .when(now)
    .thenIs({ do: 'wait', until: now + minute });
  expect(dueAt(behind, 'ticket')).toBe(now + minute);
  const hash = descriptionHash(behind);
  given(behind)
    .when(now + minute)
    .thenIs({ do: 'describe', hash, ifAbsent: 'leave' });
  const { next, description } = go(behind, ok, now + minute);
  expect(description).toEqual({ state: 'placed', hash, due: now + 2 * minute, tries: 0 });
  expect(next.ticket.doubt).toBeUndefined();
  expect(dueAt(next, 'ticket')).toBeUndefined();
  given(next)
    .when(now + minute)
    .thenIs({ do: 'nothing' });
  given(row(next, 'more'))
    .when(now + minute)
    .thenIs({ do: 'wait', until: now + 2 * minute });
});

test('what is looked at often and means nothing to an auditor does not have it written', () => {
  const rebuild = inStep('rebuild');
  const seen = { ...rebuild, seenAt: now, card: { ...rebuild.card, noteCount: 7 } };
  expect(descriptionHash(seen)).toBe(descriptionHash(rebuild));
  expect(descriptionHash(row(rebuild))).not.toBe(descriptionHash(rebuild));
});

test('an error is told at once, before the description; the report comes after it, as it closes the ticket', () => {
  const error = withEntry(having({}), { kind: 'error', lines: ['It broke.'] }, now);
  given(error)
    .when(now)
    .thenHas({ do: 'comment', entry: { kind: 'error' } });
  const over = report(ended(having({ due: now + minute })));
  given(over).when(now).thenHas({ do: 'describe' });
  given(shown(over))
    .when(now)
    .thenHas({ do: 'comment', entry: { kind: 'closing' } });
  const doubt = { n: 1, since: now, claim: 'lost' };
  given({ ...over, ticket: { ...over.ticket, doubt } })
    .when(now)
    .thenHas({ do: 'comment', mayExist: true });
});

test('a claim is left alone until its owner must be lost, and then it is simply written once more', () => {
  const rebuild = having({});
  const claimed = claimTicket(rebuild, decideTicket(rebuild, now) as TicketWork, 'c', now, defaultPolicy);
  const free = now + defaultPolicy.claimTimeout;
  given(claimed).when(now).thenIs({ do: 'wait', until: free });
  given(claimed).when(free).thenHas({ do: 'describe' });
});

test('somebody changed or removed it: told, written once more and then never again', () => {
  const changed = go(having({ hash: 'older' }), absent);
  expect(changed.description).toEqual({ state: 'gone', due: now, tries: 0 });
  expect(told(changed.next)).toEqual(words({ code: 'description_changed', ticket: 'OPS-7' }));
  expect(changed.journal).toEqual([
    { at: now, who: 'farmhand', what: 'ticket_description_changed', why: 'OPS-7' },
  ]);
  given(changed.next).when(now).thenHas({ do: 'describe', ifAbsent: 'append' });
  const again = go(changed.next, absent);
  expect(again.description).toMatchObject({ state: 'again', hash: descriptionHash(again.next) });
  expect(told(again.next)).toHaveLength(1);
  const kept = go(row(again.next), ok, now + minute);
  expect(kept.description?.state).toBe('again');
  const left = go(row(again.next), absent, now + minute);
  expect(left.description?.state).toBe('left');
  expect(told(left.next).slice(1)).toEqual(words({ code: 'description_left', ticket: 'OPS-7' }));
  expect(dueAt(row(left.next), 'ticket')).toBeUndefined();
});

test('a rebuild in flight from before there was such a part gets one, and nobody is told that it was gone', () => {
  const old = inStep('rebuild');
  given(old).when(now).thenHas({ do: 'describe', ifAbsent: 'append' });
  const { next, description } = go(old, absent);
  expect(description?.state).toBe('placed');
  expect(told(next)).toEqual([]);
  expect(dueAt(ended(old), 'ticket')).toBeUndefined();
  given(ended(old)).when(now).thenIs({ do: 'nothing' });
});

test('Jira refuses it: told once, tried again when there is more to show, and nothing waits for it', () => {
  const refused = { ok: false, kind: 'refused', error: 'not on the screen' } as const;
  const first = go(report(ended(having({}))), refused);
  const note = { code: 'description_refused', error: refused.error, ticket: 'OPS-7' } as const;
  expect(told(first.next)).toEqual(words(note));
  expect(first.journal).toEqual([
    { at: now, who: 'farmhand', what: 'ticket_description_refused', why: refused.error },
  ]);
  given(first.next)
    .when(now)
    .thenHas({ do: 'comment', entry: { kind: 'closing' } });
  const second = go(having({ error: refused.error }), refused, now + minute);
  expect(told(second.next)).toEqual([]);
  expect(go(having({ error: refused.error }), ok, now).description?.error).toBeUndefined();
});

test('Jira is away: it waits longer each time, the report goes first after four tries, and it ends at last', () => {
  const away = { ok: false, kind: 'retry', error: 'Jira cannot be reached' } as const;
  let rebuild = report(ended(having({})));
  const waits: number[] = [];
  let at = now;
  for (let i = 0; i < 4; i++) {
    const { step, next, description } = go(rebuild, away, at);
    expect(step.do).toBe('describe');
    waits.push((description?.due ?? 0) - at);
    at = description?.due ?? 0;
    rebuild = next;
  }
  expect(waits).toEqual([2_000, 4_000, 8_000, 16_000]);
  given(rebuild)
    .when(at)
    .thenHas({ do: 'comment', entry: { kind: 'closing' } });
  const written = go(rebuild, { ok: true, id: '10' }, at).next;
  given(written).when(at).thenHas({ do: 'describe' });
  expect(dueAt(written, 'ticket')).toBe(at);
  const last = go(having({ tries: 19 }, ended(row(inStep('release')))), away, now);
  expect(dueAt(last.next, 'ticket')).toBeUndefined();
  expect(told(last.next)).toHaveLength(1);
});

test('nothing happens when a failure of an older claim comes late', () => {
  const rebuild = having({});
  const step = decideTicket(rebuild, now) as TicketWork;
  const theirs = claimTicket(rebuild, step, 'theirs', now, defaultPolicy);
  expect(settleTicket(theirs, step, 'mine', undefined, absent, now, defaultPolicy)).toBeUndefined();
});
