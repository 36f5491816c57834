import { expect, test } from 'vitest';
import { inTurn } from '../../../src/core/time/in-turn.ts';

test('one goes at a time, in order; what fails is told to whoever asked, and holds nothing up', async () => {
  const log: string[] = [];
  const work = inTurn(async (name: string) => {
    log.push(`${name} begins`);
    await new Promise((resolve) => setImmediate(resolve));
    log.push(`${name} ends`);
    if (name === 'b') throw new Error('no');
    return name.toUpperCase();
  });
  const all = await Promise.allSettled(['a', 'b', 'c'].map(work));
  expect(all.map((one) => (one.status === 'fulfilled' ? one.value : 'failed'))).toEqual(['A', 'failed', 'C']);
  expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});
