import { expect, test } from 'vitest';
import { atMost } from '../../../src/rebuild/model/parts/outbox.ts';
import { withEntry, withNote } from '../../../src/rebuild/model/transition.ts';
import { aRebuild } from '../../builders/rebuild.ts';

interface Told {
  readonly n: number;
  readonly at: number;
  readonly left?: number;
  readonly says: string;
}

const told = (n: number): Told => ({ n, at: n * 10, says: `${n}` });
const instead = { says: 'more' };

test('what fits stays as it is', () => {
  const three = [1, 2, 3].map(told);
  expect(atMost(three, 3, instead)).toBe(three);
});

test('the oldest give way to one that counts them all, however often there are too many', () => {
  let waiting: readonly Told[] = [];
  for (let n = 1; n <= 10; n++) waiting = atMost([...waiting, told(n)], 4, instead);
  expect(waiting).toEqual([{ n: 7, at: 70, left: 7, says: 'more' }, told(8), told(9), told(10)]);
});

test('a thread and a ticket that cannot be reached say how much they do not tell', () => {
  let rebuild = aRebuild();
  for (let i = 1; i <= 120; i++) rebuild = withNote(rebuild, { kind: 'step', text: `note ${i}` }, i);
  for (let i = 1; i <= 520; i++) rebuild = withEntry(rebuild, { kind: 'change', lines: [`entry ${i}`] }, i);
  const { card, ticket } = rebuild;
  const entries = ticket.state === 'none' ? [] : ticket.entries;
  expect([card.notes.length, card.noteCount, entries.length]).toEqual([100, 120, 500]);
  expect([card.notes[0]?.left, entries[0]?.left]).toEqual([21, 21]);
  expect(card.notes[1]?.text).toBe('note 22');
  expect(entries[1]?.lines).toEqual(['entry 22']);
});
