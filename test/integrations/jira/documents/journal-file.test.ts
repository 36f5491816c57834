import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { journalFile } from '../../../../src/integrations/jira/documents/journal-file.ts';
import { inStep, startedAt } from '../../../builders/rebuild.ts';

const rebuild = inStep('release', {}, { phase: 'released' });
const line = (what: string, at: number, why?: string) => ({
  ...{ at, who: 'farmhand', what },
  ...(why !== undefined && { why }),
});
const journal = [
  line('start', startedAt, 'new dataset'),
  line('scaled', startedAt + 1),
  line('released', startedAt + 2),
];
const until = startedAt + 2;

test('the whole journal up to the end, with the hash of its bytes', () => {
  const file = journalFile(rebuild, journal, until);
  const text = Buffer.from(file.bytes).toString('utf8');
  expect(JSON.parse(text)).toEqual({
    rebuild: 'system6-20261120-1',
    instance: 'system6',
    plan: rebuild.plan.hash,
    requestedBy: 'Alice Ash (U0ALICE)',
    ended: 'released',
    entries: [
      { at: '2026-11-20T03:00:00.000Z', who: 'farmhand', what: 'start', why: 'new dataset' },
      { at: '2026-11-20T03:00:00.001Z', who: 'farmhand', what: 'scaled' },
      { at: '2026-11-20T03:00:00.002Z', who: 'farmhand', what: 'released' },
    ],
  });
  const hash = createHash('sha256').update(file.bytes).digest('hex');
  expect([file.hash, file.entries, file.type]).toEqual([hash, 3, 'application/json']);
  expect(file.name).toBe(`system6-20261120-1-journal-${hash.slice(0, 12)}.json`);
});

test('it is the same file when it is made again later, whatever was written since', () => {
  const later = [...journal, line('ticket_retry', until), line('ticket_comment', until + 60_000)];
  expect(journalFile(rebuild, later, until)).toEqual(journalFile(rebuild, journal, until));
});

test('where lines were dropped it says how many, and where what they said is', () => {
  const cut = [{ ...line('lines_dropped', until + 60_000), why: '312' }, ...journal.slice(1)];
  const file = journalFile(rebuild, cut, until);
  const says =
    '312 earlier lines were dropped, the last on 2026-11-20, since the journal was too long (rebuilds.journal_lines). What was asked, decided and changed is in the audit, all of it.';
  expect(JSON.parse(Buffer.from(file.bytes).toString('utf8'))).toMatchObject({
    dropped: { lines: 312, says },
    entries: [{ what: 'scaled' }, { what: 'released' }],
  });
  expect([file.entries, file.lacks]).toEqual([2, says]);
  expect(journalFile(rebuild, journal, until).lacks).toBeUndefined();
});

test('a rebuild of two weeks with 20,000 lines is all there, and small enough for Jira', () => {
  const long = [
    ...Array.from({ length: 20_000 }, (_, i) =>
      line('scaled', startedAt + i, `farmers of system6: ${i} are ready`),
    ),
    line('released', startedAt + 20_000),
  ];
  const file = journalFile(rebuild, long, startedAt + 20_000);
  expect([file.entries, file.lacks]).toEqual([20_001, undefined]);
  // Jira's limit is 10 MB where nobody has changed it.
  expect(file.bytes.length).toBeLessThan(5_000_000);
});

test('no secret is in it, and the hash is of what is attached', () => {
  const file = journalFile(rebuild, [line('start', startedAt, 'hunter2')], until, (text) =>
    text.replaceAll('hunter2', '***'),
  );
  expect(Buffer.from(file.bytes).toString('utf8')).toContain('"why": "***"');
  expect(file.hash).toBe(createHash('sha256').update(file.bytes).digest('hex'));
});
