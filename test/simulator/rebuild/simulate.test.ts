import { expect, test } from 'vitest';
import { expectSound } from './seeds.ts';
import { simulateRebuild } from './simulate.ts';

// A thousand more, and the planted bugs, are in simulate.int.test.ts.

test('a seed does the same again', async () => {
  const first = await simulateRebuild(7);
  const second = await simulateRebuild(7);
  expect(second.trace).toBe(first.trace);
});

test('whatever goes wrong, a rebuild ends or visibly waits, and nothing is done twice', async () => {
  await expectSound(1, 50);
}, 60_000);
