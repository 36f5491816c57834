import { expect, test } from 'vitest';
import { type ResyncDeps, startResync } from '../../src/reconcile/resync.ts';
import { createTimers } from '../fakes/timers.ts';

const world = (over: Partial<ResyncDeps> = {}) => {
  const timers = createTimers();
  const log: string[] = [];
  const deps: ResyncDeps = {
    after: timers.after,
    every: 10_000,
    nudges: { found: async (work, ids) => void log.push(`${work} ${ids.join(' ')}`) },
    find: { lane: async () => ['C1', 'C2'], alert: async () => ['a-1'], card: async () => [] },
    onError: (error) => void log.push((error as Error).message),
    onRound: () => void log.push('round'),
    ...over,
  };
  return { ...timers, log, stop: startResync(deps) };
};

test('nudges what it finds, at once where it is asked to, and then every so often', async () => {
  const { log, elapse, stop, count } = world({ first: 0 });
  await elapse(9_999);
  expect(log.splice(0)).toEqual(['lane C1 C2', 'alert a-1', 'round']);
  await elapse(1);
  expect(log.splice(0)).toEqual(['lane C1 C2', 'alert a-1', 'round']);
  stop();
  await elapse(60_000);
  expect([log, count()]).toEqual([[], 0]);
});

test('a round that fails is told, and the next one follows', async () => {
  let rounds = 0;
  const { log, elapse } = world({
    find: {
      lane: async () => {
        rounds += 1;
        if (rounds === 1) throw new Error('Redis is away');
        return ['C1'];
      },
    },
  });
  await elapse(20_000);
  expect(log).toEqual(['round', 'Redis is away', 'lane C1', 'round']);
});

test('looks at once when the store is back, and not while it looks', async () => {
  let back = (): void => {};
  const slow = Promise.withResolvers<readonly string[]>();
  const { log, elapse, stop } = world({
    find: { lane: () => slow.promise },
    wake: (then) => {
      back = then;
      return () => {
        back = () => {};
      };
    },
  });
  back();
  back();
  slow.resolve(['C1']);
  await elapse(0);
  expect(log.splice(0)).toEqual(['lane C1', 'round']);
  await elapse(10_000);
  expect(log.splice(0)).toEqual(['lane C1', 'round']);
  stop();
  back();
  await elapse(60_000);
  expect(log).toEqual([]);
});
