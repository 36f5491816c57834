import { expect, test } from 'vitest';
import { sharesOf } from '../../../src/access/tiers.ts';
import { createInFlightCalls, patience, stillInFlight } from '../../../src/alerts/channel/in-flight-calls.ts';

/** What is under way, with timers that the test lets go off. */
const open = () => {
  const timers = new Map<() => void, number>();
  const late: string[] = [];
  const underWay = createInFlightCalls({
    after: (ms, run) => {
      timers.set(run, ms);
      return () => timers.delete(run);
    },
    atOnce: 3,
    onLate: (error, channel) => late.push(`${channel}: ${error instanceof Error ? error.message : error}`),
  });
  /** Those that were set to this many ms. */
  const pass = (ms: number) => {
    for (const [run, at] of timers) if (at === ms) run();
  };
  return { underWay, late, pass, timers };
};

test('work that ends soon is waited for, and its answer given', async () => {
  const { underWay, timers } = open();
  expect(await underWay.run('C1', 'a', async () => 7)).toBe(7);
  await expect(underWay.run('C1', 'a', () => Promise.reject(new Error('x')))).rejects.toThrow('x');
  expect([underWay.has('a'), underWay.of('C1'), underWay.free('C1'), timers.size]).toEqual([false, 0, 3, 0]);
});

test('work that hangs is left under way until it ends, and not begun again', async () => {
  const { underWay, pass, late } = open();
  const work = Promise.withResolvers<number>();
  const run = underWay.run('C1', 'a', () => work.promise);
  pass(patience);
  expect(await run).toBe(stillInFlight);
  expect([underWay.has('a'), underWay.of('C1'), underWay.of('C2'), underWay.free('C1')]).toEqual([
    true,
    1,
    0,
    2,
  ]);
  expect(await underWay.run('C1', 'a', () => expect.unreachable())).toBe(stillInFlight);
  const changed = underWay.change('C1', 250);
  work.resolve(7);
  await changed;
  expect([underWay.has('a'), underWay.free('C1'), late]).toEqual([false, 3, []]);
});

test('calls of one tier that hang leave the others theirs, over however many channels', async () => {
  const list = ['alpha', 'beta'].map((name) => ({ name, channels: [`C0${name}1`, `C0${name}2`] }));
  const underWay = createInFlightCalls({
    after: (_, run) => {
      queueMicrotask(run);
      return () => {};
    },
    ...{ atOnce: 9, onLate: () => {} },
    shares: () => sharesOf({ list }),
  });
  const free = () => ['C0alpha1', 'C0alpha2', 'C0beta1', 'C0SHARED'].map(underWay.free);
  expect(free()).toEqual([3, 3, 3, 3]);
  for (const [i, channel] of ['C0alpha1', 'C0alpha2', 'C0alpha1'].entries()) {
    await underWay.run(channel, `hangs ${i}`, () => new Promise(() => {}));
  }
  expect(free()).toEqual([0, 0, 3, 3]);
});

test('what fails when nobody waits for it any more is told, once', async () => {
  const { underWay, pass, late } = open();
  const work = Promise.withResolvers<number>();
  const run = underWay.run('C1', 'a', () => work.promise);
  pass(patience);
  await run;
  work.reject(new Error('no such block'));
  await underWay.ended(1_000);
  expect(late).toEqual(['C1: no such block']);
});

test('what fails at the very end of the wait is thrown or told, never both, never lost', async () => {
  const { underWay, pass, late } = open();
  const work = Promise.withResolvers<number>();
  const run = underWay.run('C1', 'a', () => work.promise).catch((error: Error) => error.message);
  work.reject(new Error('x'));
  pass(patience);
  const answer = await run;
  await underWay.ended(1_000);
  expect([answer === 'x', late.length === 1]).toContain(true);
  expect(answer === 'x' && late.length > 0).toBe(false);
});

test('waits neither for what never ends nor for a change that never comes', async () => {
  const { underWay, pass } = open();
  const run = underWay.run('C1', 'a', () => new Promise(() => {}));
  pass(patience);
  await run;
  const waits = [underWay.ended(12_000), underWay.change('C1', 250), underWay.change('C2', 250)];
  pass(12_000);
  pass(250);
  await Promise.all(waits);
  expect(underWay.of('C1')).toBe(1);
});
