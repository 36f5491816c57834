import { expect, test } from 'vitest';
import { table } from '../../bench/measure/report.ts';
import { besideRows, medianRows, type Row } from '../../bench/measure/row.ts';

const row = (what: string, value: number, more: Partial<Row> = {}): Row => ({
  case: 'a case',
  what,
  value,
  unit: 'ms',
  ...more,
});

test('of several rounds: the median, and the lowest and highest; of one: that one', () => {
  const rounds = [[row('p50', 3), row('p99', 9)], [row('p50', 1), row('p99', 7)], [row('p50', 8)]];
  expect(medianRows(rounds)).toEqual([row('p50', 3, { range: [1, 8] }), row('p99', 7, { range: [7, 9] })]);
  expect(medianRows([[row('p50', 3)]])).toEqual([row('p50', 3)]);
  expect(medianRows([])).toEqual([]);
});

test('beside the build before, by name; what that has not stands alone', () => {
  const now = [row('p50', 2), row('new', 1)];
  expect(besideRows(now, [row('p50', 4), row('gone', 5)])).toEqual([
    row('p50', 2, { before: 4 }),
    row('new', 1),
  ]);
  expect(besideRows(now, [])).toEqual(now);
});

test('the table tells all of it in a line, and whether the aim is met', () => {
  const rows = [
    row('p50', 2, { before: 4, range: [1, 3], aim: { atMost: 2 } }),
    row('threads', 5, { aim: { atLeast: 6 } }),
    row('early', 0, { before: 0 }),
  ];
  expect(table(rows, 'v1').split('\n')).toEqual([
    '',
    'a case',
    `  p50      ${'2 ms'.padStart(16)}  ${'(1 – 3)'.padEnd(20)}  v1 4, × 0.5   aim ≤ 2  met`,
    `  threads  ${'5 ms'.padStart(16)}   aim ≥ 6  MISSED`,
    `  early    ${'0 ms'.padStart(16)}  v1 0`,
  ]);
});
