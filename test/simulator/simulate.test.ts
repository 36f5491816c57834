import { expect, test } from 'vitest';
import { simulate } from './simulate.ts';

const seeds = Number(process.env['SEEDS'] ?? 200);
const from = Number(process.env['SEED'] ?? 1);

test('x', async () => {
  const start = performance.now();
  const bad: string[] = [];
  for (let seed = from; seed < from + seeds; seed++) {
    const run = await simulate(seed);
    if (run.breaches.length > 0) bad.push(`${seed}: ${run.breaches.join('\n   ')}`);
  }
  console.log(`${seeds} in ${Math.round(performance.now() - start)} ms, bad ${bad.length}`);
  expect(bad.slice(0, 8).join('\n')).toBe('');
}, 120_000);
