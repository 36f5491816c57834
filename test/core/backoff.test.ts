import { expect, test } from 'vitest';
import { backoff } from '../../src/core/backoff.ts';

test('waiting doubles up to the most, however often it fails', () => {
  const waits = [1, 2, 3, 4, 5, 6, 61, 5_000].map((n) => backoff(n, { first: 250, most: 5_000 }));
  expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000]);
  expect([0, 1, 9_999].map((n) => backoff(n, { first: 0, most: 10 }))).toEqual([0, 0, 0]);
});

test('chance is data: it spreads a wait between two shares of its length', () => {
  const spread = (random: number) =>
    backoff(9, { first: 250, most: 5_000 }, { from: 0.75, to: 1.25, random });
  expect([0, 0.5, 0.999].map(spread)).toEqual([3_750, 5_000, 6_248]);
});
