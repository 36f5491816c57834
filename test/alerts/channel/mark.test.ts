import { expect, test } from 'vitest';
import { underMark } from '../../../src/alerts/channel/channel-controller.ts';
import { createMemoryStore } from '../../support/memory-store.ts';

const world = () => {
  const { lanes } = createMemoryStore();
  return { lanes, pass: (again: () => Promise<number | undefined>) => underMark(lanes, 'C1', again) };
};

test('the mark is off while a lane is looked at, so that what comes in later nudges again', async () => {
  const { lanes, pass } = world();
  await lanes.mark('C1');
  expect(await pass(async () => ((await lanes.marked('C1')) ? 1 : 5_000))).toBe(5_000);
  expect(await lanes.marked('C1')).toBe(false);
});

test('comes again at once when something was marked during the pass', async () => {
  const { lanes, pass } = world();
  const next = await pass(async () => {
    await lanes.mark('C1');
    return 5_000;
  });
  expect(next).toBe(0);
});

test('a lane that comes again soon keeps its mark until then, so that news nudges nobody', async () => {
  const { lanes, pass } = world();
  expect(await pass(async () => 900)).toBe(250);
  expect(await lanes.mark('C1')).toBe(false);
  expect(await pass(async () => 100)).toBe(100);
  expect(await pass(async () => undefined)).toBeUndefined();
  expect(await lanes.mark('C1')).toBe(true);
});
