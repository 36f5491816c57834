import { expect } from 'vitest';
import { simulate } from './alerts/simulate.ts';

/** Simulates `count` seeds from `from` on; a failure names the seed, which does the same again. */
export const expectRest = async (from: number, count: number): Promise<void> => {
  const failed: string[] = [];
  let overtakes = 0;
  for (let seed = from; seed < from + count; seed++) {
    const { breaches, slack } = await simulate(seed);
    overtakes += slack.overtakes;
    if (breaches.length > 0) failed.push(`seed ${seed}:\n  ${breaches.slice(0, 5).join('\n  ')}`);
    // The test runner wants to hear of us now and then.
    if (seed % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(failed.slice(0, 5).join('\n')).toBe('');
  // What hangs is gone past, in run after run.
  expect(overtakes).toBeGreaterThan(5 * count);
};
