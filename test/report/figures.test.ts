import { expect, test } from 'vitest';
import { createTally, namesAtMost, otherNames, spreadOf, topOf } from '../../src/report/figures.ts';

test.each([
  ['none', [], { count: 0 }],
  ['one is all three', [7], { count: 1, p50: 7, p90: 7, worst: 7 }],
  ['of two the first is the half', [9, 3], { count: 2, p50: 3, p90: 9, worst: 9 }],
  [
    'of ten the ninth is nine in ten',
    [10, 9, 8, 7, 6, 5, 4, 3, 2, 1],
    { count: 10, p50: 5, p90: 9, worst: 10 },
  ],
  ['of eleven the tenth', [11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1], { count: 11, p50: 6, p90: 10, worst: 11 }],
])('times by nearest rank: %s', (_, all, expected) => {
  expect(spreadOf(all)).toEqual(expected);
});

test('more names than are told apart are counted together, and the sum is right', () => {
  const tally = createTally();
  for (let n = 0; n < namesAtMost + 500; n++) tally.add(`name-${n}`);
  tally.add('name-1');
  const rows = tally.rows();
  expect(rows.slice(0, 2)).toEqual([
    [otherNames, 500],
    ['name-1', 2],
  ]);
  expect(rows).toHaveLength(namesAtMost + 1);
  expect(topOf(rows, 1)).toEqual([
    ['name-1', 2],
    [otherNames, namesAtMost - 1 + 500],
  ]);
  expect(topOf([['a', 1]], 1)).toEqual([['a', 1]]);
});
