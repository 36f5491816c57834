import { expect, test } from 'vitest';
import type { JournalEntry } from '../../../src/core/journal.ts';
import { refusalNoted } from '../../../src/rebuild/commands/refusals.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { aRebuild } from '../../builders/rebuild.ts';

const bob = { id: 'U0BOB', name: 'Bob' };
const minute = 60_000;

/** What the journal says after some refusals: of whom, when, which. */
const after = (tries: readonly (readonly [who: string, at: number, what: string])[]) => {
  let rebuild: Rebuild = aRebuild();
  const journal: JournalEntry[] = [];
  for (const [id, at, what] of tries) {
    const write = refusalNoted(rebuild, { id }, what, `${what}, no.`, at);
    rebuild = write.rebuild;
    journal.push(...write.journal);
  }
  return { rebuild, journal };
};

test('the first refusal is on the journal with its words', () => {
  const { journal, rebuild } = refusalNoted(aRebuild(), bob, 'denied_cancel', 'You may not.', 5);
  expect(journal).toEqual([{ at: 5, who: 'U0BOB', what: 'denied_cancel', why: 'You may not.' }]);
  expect(rebuild).toEqual({
    ...aRebuild(),
    refusals: { U0BOB: { what: 'denied_cancel', why: 'You may not.', at: 5, lines: 1, folded: 0 } },
  });
});

test('the same again is folded, and the next line says how often', () => {
  const { journal } = after([
    ['U1', 0, 'a'],
    ['U1', 1, 'a'],
    ['U2', 2, 'a'],
    ['U1', 3, 'a'],
    ['U1', 4, 'b'],
    ['U1', 5, 'a'],
  ]);
  expect(journal.map(({ who, why }) => [who, why])).toEqual([
    ['U1', 'a, no.'],
    ['U2', 'a, no.'],
    ['U1', 'b, no. (Before that the last refusal came 2 times more.)'],
    ['U1', 'a, no.'],
  ]);
});

test('an hour later it is written again', () => {
  expect(
    after([
      ['U1', 0, 'a'],
      ['U1', 60 * minute - 1, 'a'],
      ['U1', 60 * minute, 'a'],
    ]).journal,
  ).toHaveLength(2);
});

test('one person writes no more than twenty lines, however they try; others are heard', () => {
  const tries = Array.from({ length: 300 }, (_, n) => ['U1', n * minute, n % 2 ? 'a' : 'b'] as const);
  const { journal, rebuild } = after([...tries, ['U2', 300 * minute, 'a']]);
  expect(journal).toHaveLength(21);
  expect(journal[19]?.why).toContain('Further refusals of this person are counted, not listed.');
  expect(rebuild.refusals?.['U1']).toMatchObject({ lines: 20, folded: 280 });
  expect(journal[20]?.who).toBe('U2');
});
