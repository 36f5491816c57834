import { expect, test } from 'vitest';
import type { Lanes } from '../../src/alerts/lanes.ts';
import { leaseMs, passUnderLease } from '../../src/jobs/under-lease.ts';
import { createMemoryStore } from '../support/memory-store.ts';

const pass = (lanes: Lanes, owner: string, passLane: () => Promise<number | undefined>) =>
  passUnderLease({ lanes, passLane }, 'C1', owner);

test('answers when the pass wants to come again, and gives the lane back', async () => {
  const { lanes } = createMemoryStore();
  expect(await pass(lanes, 'a', async () => 5_000)).toBe(5_000);
  expect(await pass(lanes, 'b', async () => undefined)).toBeUndefined();
  expect(await lanes.marked('C1')).toBe(false);
});

test('comes again at once when something was marked during the pass', async () => {
  const { lanes } = createMemoryStore();
  const again = await pass(lanes, 'a', async () => {
    await lanes.mark('C1');
    return 5_000;
  });
  expect(again).toBe(0);
});

test('who finds the lane taken leaves a mark, which its holder sees however the two interleave', async () => {
  const { lanes } = createMemoryStore();
  const entered = Promise.withResolvers<void>();
  const held = Promise.withResolvers<number>();
  const first = pass(lanes, 'a', () => {
    entered.resolve();
    return held.promise;
  });
  await entered.promise;
  expect(await pass(lanes, 'b', async () => undefined)).toBe(leaseMs);
  held.resolve(5_000);
  expect(await first).toBe(0);
});

test('a holder that died holds its lane up for no longer than its lease', async () => {
  const { clock, lanes } = createMemoryStore();
  void pass(lanes, 'dead', () => new Promise(() => {}));
  await Promise.resolve();
  await expect.poll(() => pass(lanes, 'b', async () => undefined)).toBe(leaseMs);
  clock.now += leaseMs;
  expect(await pass(lanes, 'b', async () => 7)).toBe(7);
});

test('a pass that fails gives the lane back', async () => {
  const { lanes } = createMemoryStore();
  await expect(pass(lanes, 'a', () => Promise.reject(new Error('x')))).rejects.toThrow('x');
  expect(await pass(lanes, 'b', async () => 7)).toBe(7);
});

test('a lane that comes again soon keeps its mark until then, so that news nudges nobody', async () => {
  const { lanes } = createMemoryStore();
  expect(await pass(lanes, 'a', async () => 900)).toBe(250);
  expect(await lanes.mark('C1')).toBe(false);
  expect(await pass(lanes, 'a', async () => 100)).toBe(100);
  expect(await pass(lanes, 'a', async () => undefined)).toBeUndefined();
  expect(await lanes.mark('C1')).toBe(true);
});
