import { afterEach, describe, expect, test, vi } from 'vitest';
import { leaseMs, passAtMost } from '../../src/jobs/lease.ts';
import { createLocalDedup, nudgeWhenDue } from '../../src/jobs/local-dedup.ts';
import { type PartLeaseDeps, passPart } from '../../src/jobs/part-lease.ts';
import { createMemoryRebuilds } from '../fakes/rebuilds/rebuild-store.ts';

const id = 'system6-20261120-1';

/** Two processes on one store; nudges are written down. */
const world = () => {
  const clock = { now: 1_000_000 };
  const now = () => clock.now;
  const store = createMemoryRebuilds({ now });
  const nudged: string[] = [];
  const process = (name: string) => {
    const nudges: PartLeaseDeps['nudges'] = {
      parts: async (part, ids, delay = 0) => void nudged.push(`${name}: ${part} ${ids} in ${delay}`),
      afterLease: async (part, of, delay) => void nudged.push(`${name}: ${part} ${of} after lease ${delay}`),
    };
    const running = createLocalDedup();
    const onStuck: PartLeaseDeps['onStuck'] = (part) => void nudged.push(`${name}: ${part} is stuck`);
    const deps = { store, nudges, running, now, owner: name, onStuck };
    return {
      onDue: nudgeWhenDue({ ...deps, onLost: () => {} }),
      pass: (pass: PartLeaseDeps['pass']) => passPart({ ...deps, pass }, 'drive', id),
    };
  };
  return { clock, store, nudged, one: process('one'), two: process('two') };
};

/** A pass that waits until it is let go. */
const held = (again?: number) => {
  const entered = Promise.withResolvers<void>();
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  return {
    entered: entered.promise,
    end: () => resolve(again),
    pass: () => {
      entered.resolve();
      return promise;
    },
  };
};

describe('a pass', () => {
  test('comes again when it wants to, and gives its lease back', async () => {
    const { one, two, nudged } = world();
    await one.pass(async () => 5_000);
    await two.pass(async () => undefined);
    expect(nudged).toEqual([`one: drive ${id} in 5000`]);
  });

  test('gives its lease back when it fails', async () => {
    const { one, two, nudged } = world();
    await expect(one.pass(() => Promise.reject(new Error('unexpected')))).rejects.toThrow('unexpected');
    await two.pass(async () => 7_000);
    expect(nudged).toEqual([`two: drive ${id} in 7000`]);
  });

  test('is nudged once for what its own writes make due, by the last of them', async () => {
    const { one, clock, nudged } = world();
    await one.pass(async () => {
      one.onDue('drive', id, clock.now);
      one.onDue('drive', id, clock.now + 30_000);
      return 30_000;
    });
    expect(nudged).toEqual([`one: drive ${id} in 30000`]);
  });

  test('what a person wrote meanwhile in the same process is looked at at once', async () => {
    const { one, clock, nudged } = world();
    const first = held(30_000);
    const passing = one.pass(first.pass);
    await first.entered;
    one.onDue('drive', id, clock.now);
    expect(nudged).toEqual([]);
    first.end();
    await passing;
    expect(nudged).toEqual([`one: drive ${id} in 0`]);
  });

  test('what a person wrote meanwhile in another process is looked at at once', async () => {
    const { one, two, clock, nudged } = world();
    const first = held(30_000);
    const passing = one.pass(first.pass);
    await first.entered;
    two.onDue('drive', id, clock.now);
    expect(nudged.splice(0)).toEqual([`two: drive ${id} in 0`]);
    await two.pass(() => Promise.reject(new Error('two at once')));
    // Should the first be dead, the second comes again when its lease is over.
    expect(nudged.splice(0)).toEqual([`two: drive ${id} after lease ${leaseMs}`]);
    first.end();
    await passing;
    expect(nudged).toEqual([`one: drive ${id} in 0`]);
  });

  test('a second job of the same process makes the first look once more', async () => {
    const { one, nudged } = world();
    const first = held();
    const passing = one.pass(first.pass);
    await first.entered;
    await one.pass(() => Promise.reject(new Error('two at once')));
    first.end();
    await passing;
    expect(nudged).toEqual([`one: drive ${id} in 0`]);
  });

  test('an owner that died holds a part up for 6 s at most', async () => {
    const { store, clock, two, nudged } = world();
    await store.lease(id, 'drive', 'dead', leaseMs);
    clock.now += 2_000;
    await two.pass(async () => 1);
    expect(nudged.splice(0)).toEqual([`two: drive ${id} after lease 4000`]);
    clock.now += 4_000;
    await two.pass(async () => 1);
    expect(nudged).toEqual([`two: drive ${id} in 1`]);
  });

  describe('that takes long', () => {
    afterEach(() => void vi.useRealTimers());

    const begin = async () => {
      vi.useFakeTimers();
      const all = world();
      const long = held(1);
      const passing = all.one.pass(long.pass);
      await long.entered;
      const elapse = async (ms: number) => {
        for (let gone = 0; gone < ms; gone += 1_000) {
          all.clock.now += 1_000;
          await vi.advanceTimersByTimeAsync(1_000);
        }
      };
      return { ...all, long, passing, elapse };
    };

    test('keeps its lease', async () => {
      const { store, long, passing, elapse, nudged } = await begin();
      await elapse(120_000);
      expect((await store.lease(id, 'drive', 'other', 1)).ok).toBe(false);
      long.end();
      await passing;
      expect(nudged).toEqual([`one: drive ${id} in 0`]);
    });

    test('is given up on when it hangs: told, and begun anew', async () => {
      const { passing, elapse, nudged, one } = await begin();
      await elapse(passAtMost + leaseMs);
      await passing;
      expect(nudged.splice(0)).toEqual(['one: drive is stuck', `one: drive ${id} in 0`]);
      await one.pass(async () => 5);
      expect(nudged).toEqual([`one: drive ${id} in 5`]);
    });
  });

  test('parts do not wait for each other', async () => {
    const { store, one, nudged } = world();
    await store.lease(id, 'card', 'other', leaseMs);
    await one.pass(async () => 3);
    expect(nudged).toEqual([`one: drive ${id} in 3`]);
  });
});

test('what is due while nobody here is at it is nudged: at once, or then', async () => {
  const { one, clock, nudged } = world();
  one.onDue('drive', id, clock.now - 5);
  one.onDue('card', id, 0);
  one.onDue('ticket', id, clock.now + 4_000);
  expect(nudged).toEqual([`one: drive ${id} in 0`, `one: card ${id} in 0`, `one: ticket ${id} in 4000`]);
});
