import { expect, test } from 'vitest';
import { type PolicyCounts, simulatePolicy } from './simulate.ts';

// SIMULATE_FROM=12345 npx vitest run test/simulator/policy simulates other seeds. The planted bugs, and more seeds, are in
// simulate.int.test.ts.
const from = Number(process.env['SIMULATE_FROM'] ?? 1);

test('a seed does the same again', async () => {
  expect(await simulatePolicy(7)).toEqual(await simulatePolicy(7));
});

test('whoever starts and orders what: no window, limit or second person is passed by, but under glass', async () => {
  const sum: Record<string, number> = {};
  const bad: string[] = [];
  for (let seed = from; seed < from + 60; seed++) {
    const { breaches, counts } = await simulatePolicy(seed);
    if (breaches.length > 0) bad.push(`seed ${seed}: ${breaches.join(' | ')}`);
    for (const key of Object.keys(counts) as (keyof PolicyCounts)[]) sum[key] = (sum[key] ?? 0) + counts[key];
    if (seed % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(bad.slice(0, 5)).toEqual([]);
  // It would prove nothing if nothing got through, or nothing was barred.
  expect(Math.min(...Object.values(sum))).toBeGreaterThan(20);
}, 120_000);
