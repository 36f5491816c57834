import { expect, test } from 'vitest';
import type { AlertEvent } from '../../src/alerts/model/event.ts';
import { createStrangers } from '../../src/intake/strangers.ts';
import { anEvent } from '../builders/event.ts';

const series = (n: number, over: Partial<AlertEvent> = {}): AlertEvent =>
  anEvent({ fingerprint: n.toString(16).padStart(16, '0'), ...over });
const range = (from: number, to: number): readonly AlertEvent[] =>
  Array.from({ length: to - from }, (_, i) => series(from + i));

test('the first events of series that were not met are worth a guess, and once only', () => {
  const strangers = createStrangers();
  const events = [series(1), series(2)];
  expect(strangers.worthAGuess(events)).toBe(true);
  strangers.meet(events);
  expect(strangers.worthAGuess([series(2), series(3)])).toBe(false);
  expect(strangers.worthAGuess([series(3)])).toBe(true);
});

test('by whichever name a series was met', () => {
  const strangers = createStrangers();
  strangers.meet([series(1, { plain: 'plain', place: 'place' })]);
  expect(strangers.worthAGuess([series(2, { plain: 'plain' })])).toBe(false);
  expect(strangers.worthAGuess([series(2, { place: 'place' })])).toBe(false);
  expect(strangers.worthAGuess([series(2, { plain: 'other', place: 'another' })])).toBe(true);
});

test.each<[string, Partial<AlertEvent>]>([
  ['an end', { status: 'resolved' }],
  ['what was once taken in by another id', { formerId: 'former' }],
])('nothing is guessed about %s', (_, over) => {
  expect(createStrangers().worthAGuess([series(1), series(2, over)])).toBe(false);
});

test('after a wrong guess about many the next many are looked at; few are always worth it', () => {
  const strangers = createStrangers();
  expect(strangers.worthAGuess(range(0, 100))).toBe(true);
  strangers.guessed(false);
  expect(strangers.worthAGuess(range(100, 105))).toBe(true);
  expect(strangers.worthAGuess(range(100, 200))).toBe(false);
  expect(strangers.worthAGuess(range(100, 200))).toBe(true);
});

test('the oldest are forgotten, never more than twice as many are kept', () => {
  const strangers = createStrangers(10);
  for (const event of range(0, 25)) strangers.meet([event]);
  expect(range(0, 10).every((event) => strangers.worthAGuess([event]))).toBe(true);
  expect(range(10, 25).some((event) => strangers.worthAGuess([event]))).toBe(false);
});
