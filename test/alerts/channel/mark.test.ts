import { expect, test } from 'vitest';
import { comesAgain } from '../../../src/alerts/channel/channel-controller.ts';
import { createMemoryStore } from '../../support/memory-store.ts';

const world = () => {
  const { lanes } = createMemoryStore();
  return { lanes, over: (ms: number | undefined) => comesAgain(lanes, 'C1', ms) };
};

test('comes again at once when something was marked during the pass', async () => {
  const { lanes, over } = world();
  expect(await over(5_000)).toBe(5_000);
  await lanes.mark('C1');
  expect(await over(5_000)).toBe(0);
});

test('a lane that comes again soon keeps its mark until then, so that news nudges nobody', async () => {
  const { lanes, over } = world();
  expect(await over(900)).toBe(250);
  expect(await lanes.mark('C1')).toBe(false);
  await lanes.open('C1', 0, { posts: 1, updates: 1 }, { owner: 'one', ms: 1_000 });
  expect(await over(100)).toBe(100);
  await lanes.open('C1', 0, { posts: 1, updates: 1 }, { owner: 'one', ms: 1_000 });
  expect(await over(undefined)).toBeUndefined();
  expect(await lanes.mark('C1')).toBe(true);
});
