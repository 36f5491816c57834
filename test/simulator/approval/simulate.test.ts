import { expect, test } from 'vitest';
import { simulateApproval } from './simulate.ts';

// SIMULATE_FROM=12345 npx vitest run test/simulator/approval simulates other seeds. The planted bugs, and thousands
// more, are in simulate.int.test.ts.
const from = Number(process.env['SIMULATE_FROM'] ?? 1);

test('a seed does the same again', async () => {
  expect(await simulateApproval(7)).toEqual(await simulateApproval(7));
});

test('whoever says what in whatever state: nothing is done beyond what another person approved', async () => {
  const sum = { taken: 0, held: 0, refused: 0, approved: 0, denied: 0 };
  const bad: string[] = [];
  let begun = 0;
  // Few that go on for hours, and many short ones.
  for (let seed = from; seed < from + 1_060; seed++) {
    const { breaches, counts, rebuild } = await simulateApproval(seed, seed >= from + 60);
    if (breaches.length > 0) bad.push(`seed ${seed}: ${breaches.join(' | ')}`);
    for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += counts[key];
    if (rebuild.effects.length > 0) begun += 1;
    if (seed % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(bad.slice(0, 5)).toEqual([]);
  // It would prove nothing if nothing got through.
  expect(Math.min(...Object.values(sum), begun)).toBeGreaterThan(30);
}, 120_000);
