import { expect } from 'vitest';
import { simulateRebuild } from './simulate.ts';

/** Simulates `count` seeds from `from` on; a failure names the seed, which does the same again. */
export const expectSound = async (from: number, count: number): Promise<void> => {
  const failed: string[] = [];
  for (let seed = from; seed < from + count; seed++) {
    const { breaches } = await simulateRebuild(seed);
    if (breaches.length > 0) failed.push(`seed ${seed}:\n  ${breaches.slice(0, 5).join('\n  ')}`);
    // The test runner wants to hear of us now and then.
    if (seed % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(failed.slice(0, 5).join('\n')).toBe('');
};
