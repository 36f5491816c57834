import { expect, test } from 'vitest';
import type { ChannelQueues } from '../../src/alerts/channel/channel-queue.ts';
import { passLaneUnderLease } from '../../src/jobs/lane-lease.ts';
import { leaseMs } from '../../src/jobs/lease.ts';
import { createLocalDedup } from '../../src/jobs/local-dedup.ts';
import { createMemoryStore } from '../support/memory-store.ts';

const world = () => {
  const { lanes, clock } = createMemoryStore();
  /** A process, each pass of which does what it is told. */
  const timers = new Set<() => void>();
  const process = (owner: string, over: Partial<ChannelQueues> = {}) => {
    const running = createLocalDedup();
    return (passLane: () => Promise<number | undefined>) =>
      passLaneUnderLease(
        {
          lanes: { ...lanes, ...over },
          running,
          owner,
          passLane,
          now: () => clock.now,
          onStuck: () => {},
          every: (_, run) => {
            timers.add(run);
            return () => void timers.delete(run);
          },
        },
        'C1',
      );
  };
  /** What waits for its time has it now. */
  const tick = async (): Promise<number> => {
    for (const run of timers) run();
    await new Promise((resolve) => setImmediate(resolve));
    return timers.size;
  };
  return { lanes, clock, tick, process, a: process('a'), b: process('b') };
};

/** A pass that has begun, and ends when it is let. */
const held = (pass: (passLane: () => Promise<number | undefined>) => Promise<unknown>) => {
  const entered = Promise.withResolvers<void>();
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const ended = pass(() => {
    entered.resolve();
    return promise;
  });
  return { entered: entered.promise, ended, end: resolve, fail: reject };
};

test('answers when the pass wants to come again, and gives the lane back', async () => {
  const { lanes, a, b } = world();
  expect(await a(async () => 5_000)).toEqual({ ms: 5_000, why: 'later' });
  expect(await b(async () => undefined)).toBeUndefined();
  expect(await lanes.marked('C1')).toBe(false);
});

test('comes again at once when something was marked during the pass', async () => {
  const { lanes, a } = world();
  const next = await a(async () => {
    await lanes.mark('C1');
    return 5_000;
  });
  expect(next).toEqual({ ms: 0, why: 'later' });
});

test('who finds the lane taken is told how long its lease still lasts, and its holder looks once more', async () => {
  const { clock, a, b } = world();
  const first = held(a);
  await first.entered;
  clock.now += 2_000;
  expect(await b(async () => undefined)).toEqual({ ms: leaseMs - 2_000, why: 'taken' });
  first.end(5_000);
  expect(await first.ended).toEqual({ ms: 0, why: 'later' });
});

test('a second job of the same process leaves the lane to the first, which looks once more', async () => {
  const { a } = world();
  const first = held(a);
  await first.entered;
  expect(await a(() => Promise.reject(new Error('two at once')))).toBeUndefined();
  first.end(5_000);
  expect(await first.ended).toEqual({ ms: 0, why: 'later' });
});

test('a holder that died holds its lane up for no longer than its lease', async () => {
  const { clock, lanes, a, b } = world();
  const dead = held(a);
  await dead.entered;
  expect(await b(async () => undefined)).toEqual({ ms: leaseMs, why: 'taken' });
  clock.now += leaseMs;
  expect(await b(async () => 7_000)).toEqual({ ms: 7_000, why: 'later' });
  expect(await lanes.orphans()).toEqual([]);
});

test('a process that could not give the lane back takes it up again at once; others wait for what is left', async () => {
  const { clock, process, b } = world();
  const lost: Partial<ChannelQueues> = {
    release: () => Promise.reject(new Error('the connection was lost')),
  };
  const a = process('a', lost);
  expect(await a(async () => 5_000)).toEqual({ ms: 5_000, why: 'later' });
  clock.now += 1_000;
  expect(await b(async () => 1)).toEqual({ ms: leaseMs - 1_000, why: 'taken' });
  expect(await a(async () => 7_000)).toEqual({ ms: 7_000, why: 'later' });
});

test('a pass that fails gives the lane back', async () => {
  const { a, b } = world();
  await expect(a(() => Promise.reject(new Error('x')))).rejects.toThrow('x');
  expect(await b(async () => 7_000)).toEqual({ ms: 7_000, why: 'later' });
});

test('a lane that comes again soon keeps its mark until then, so that news nudges nobody', async () => {
  const { lanes, a } = world();
  expect(await a(async () => 900)).toEqual({ ms: 250, why: 'later' });
  expect(await lanes.mark('C1')).toBe(false);
  expect(await a(async () => 100)).toEqual({ ms: 100, why: 'later' });
  expect(await a(async () => undefined)).toBeUndefined();
  expect(await lanes.mark('C1')).toBe(true);
});

test.each(['release', 'lease'] as const)(
  'what a process could not give back because %s was not answered, it gives back as soon as it can: nobody waits for the lease',
  async (lost) => {
    const { lanes, tick, process, b } = world();
    let away = true;
    const answer = async <T>(made: () => Promise<T>, reached: boolean): Promise<T> => {
      if (!away) return made();
      // Taken, and the answer was lost; or not given back.
      if (reached) await made();
      throw new Error('the connection was lost');
    };
    const a = process('a', {
      ...(lost === 'lease' && { lease: (...args) => answer(() => lanes.lease(...args), true) }),
      release: (...args) => answer(() => lanes.release(...args), false),
    });
    if (lost === 'lease') await expect(a(async () => 5_000)).rejects.toThrow('the connection was lost');
    else expect(await a(async () => 5_000)).toEqual({ ms: 5_000, why: 'later' });
    expect(await tick()).toBe(1);
    expect(await b(async () => undefined)).toMatchObject({ why: 'taken' });
    away = false;
    expect(await tick()).toBe(0);
    expect(await b(async () => 7_000)).toEqual({ ms: 7_000, why: 'later' });
  },
);

test('a lane that the same process is at once more is not taken from it', async () => {
  const { lanes, tick, process, b } = world();
  let away = true;
  const a = process('a', {
    release: (...args) => (away ? Promise.reject(new Error('lost')) : lanes.release(...args)),
  });
  await a(async () => 5_000);
  away = false;
  const again = held(a);
  await again.entered;
  await tick();
  expect(await b(async () => undefined)).toMatchObject({ why: 'taken' });
  again.end(undefined);
  await again.ended;
});
