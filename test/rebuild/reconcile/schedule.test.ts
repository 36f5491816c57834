import { expect, test } from 'vitest';
import { idleLook } from '../../../src/rebuild/reconcile/schedule.ts';

const start = 1_000_000;

test('a look in time is followed by one exactly a period later', () => {
  expect(idleLook(start, start + 60_000, 30_000)).toBe(start + 90_000);
  expect(idleLook(start, start + 60_007, 30_000)).toBe(start + 90_000);
});

test('one that was late goes back to its own place in the period, and not too soon', () => {
  expect(idleLook(start, start + 70_000, 30_000)).toBe(start + 90_000);
  expect(idleLook(start, start + 80_000, 30_000)).toBe(start + 120_000);
  expect(idleLook(start, start + 89_999, 30_000)).toBe(start + 120_000);
});

test('rebuilds that were looked at at the same moment are looked at apart from then on', () => {
  const now = start + 600_000;
  const starts = [0, 7_000, 14_000, 21_000].map((after) => start + after);
  expect(starts.map((at) => idleLook(at, now, 30_000) - now)).toEqual([30_000, 37_000, 44_000, 21_000]);
});

test('a clock behind the start does no harm', () => {
  expect(idleLook(start, start - 5_000, 30_000)).toBe(start + 25_000);
});
