import { expect, test } from 'vitest';
import { expectRest } from '../seeds.ts';
import { simulate } from './simulate.ts';

// A thousand more, and the planted bugs, are in simulate.int.test.ts.

test('a seed does the same again', async () => {
  const first = await simulate(7);
  const second = await simulate(7);
  expect(second.trace).toBe(first.trace);
});

test('whatever goes wrong, every alert comes to rest with one thread that shows it', async () => {
  await expectRest(1, 40);
}, 60_000);
