import { expect, test } from 'vitest';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { announce, withEntry, withRow, writeOf } from '../../../src/rebuild/model/transition.ts';
import { aRebuild, startedAt } from '../../builders/rebuild.ts';

const at = startedAt;
const told = (rebuild: Rebuild) => [rebuild.ticket.entries.length, rebuild.ticket.rows];

test('a comment is a row of the evidence table as well; what is worth no comment is a row alone', () => {
  const bob = { id: 'U0BOB', name: 'Bob' };
  const say = (what: string, entry: 'row' | 'change' | undefined) =>
    announce(writeOf(aRebuild()), { what, text: 'It happened.', by: bob, ...(entry && { entry }) }, at);
  const row = { at, kind: 'change', by: bob, says: 'It happened.' };
  expect(told(say('a', 'change').rebuild)).toEqual([1, [row]]);
  expect(told(say('b', 'row').rebuild)).toEqual([0, [{ ...row, kind: 'order' }]]);
  const own = { what: 'd', text: 'It happened.', entry: 'row' } as const;
  const { by: _, ...noBy } = row;
  expect(told(announce(writeOf(aRebuild()), own, at).rebuild)).toEqual([0, [{ ...noBy, kind: 'progress' }]]);
  expect(told(announce(writeOf(aRebuild()), { ...own, asker: bob }, at).rebuild)).toEqual([0, [row]]);
  expect(told(say('c', undefined).rebuild)).toEqual([0, undefined]);
  expect(say('b', 'row').journal).toEqual([{ at, who: 'U0BOB', what: 'b', why: 'It happened.' }]);
});

test('the table does not grow without end: what tells least gives way, the oldest first, and is counted', () => {
  let rebuild = withEntry(aRebuild(), { kind: 'error', lines: [`first\n${'x'.repeat(400)}`] }, at);
  for (let i = 1; i <= 9; i++) rebuild = withRow(rebuild, { kind: 'progress', says: `step ${i}` }, at);
  for (let i = 1; i <= 200; i++) rebuild = withRow(rebuild, { kind: 'change', says: `row ${i}` }, at);
  const rows = rebuild.ticket.rows ?? [];
  expect(rows).toHaveLength(150);
  expect(rows[0]?.says).toMatch(/^first x+…$/);
  expect(rows[0]?.says).toHaveLength(300);
  expect([rows[1]?.says, rows.at(-1)?.says, rebuild.ticket.rowsCut]).toEqual(['row 52', 'row 200', 60]);
});

test('without a ticket there is no table', () => {
  const ticket = { state: 'none', entries: [], count: 0, attempts: 0 } as const;
  expect(withRow(aRebuild({ ticket }), { kind: 'error', says: 'x' }, at).ticket).toEqual(ticket);
});
