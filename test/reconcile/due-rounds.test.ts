import { expect, test } from 'vitest';
import { createDueRounds } from '../../src/reconcile/due-rounds.ts';
import { createTimers } from '../fakes/timers.ts';

/** Work that is due at its time, lasts until the test ends it, and is then due no more. */
const world = (places: number) => {
  const timers = createTimers(0);
  const { now, after } = timers;
  const due = new Map<string, number>();
  const ends = new Map<string, () => void>();
  const log: string[] = [];
  const fails: string[] = [];
  let away = false;
  const rounds = createDueRounds<string>(now, after);
  const open = () =>
    rounds.open({
      take: async (count) => {
        if (away) throw new Error('Redis is away');
        const all = [...due].sort(([, a], [, b]) => a - b);
        const taken = all
          .filter(([, at]) => at <= now())
          .map(([id]) => id)
          .slice(0, count);
        for (const id of taken) due.delete(id);
        log.push(`${now()}: ${taken.join(' ') || 'nothing'}`);
        return { taken, next: all.find(([, at]) => at > now())?.[1] };
      },
      run: (id) => new Promise((resolve) => ends.set(id, resolve)),
      places,
      onError: (error) => void fails.push((error as Error).message),
    });
  const setAway = (is: boolean) => {
    away = is;
  };
  return { ...timers, due, ends, log, fails, rounds, open, setAway };
};

test('takes what is due at its time, and what others have written within a second', async () => {
  const { due, log, open, elapse } = world(8);
  due.set('a', 400);
  open();
  await elapse(500);
  due.set('b', 700);
  await elapse(1_000);
  expect(log).toEqual(['0: nothing', '400: a', '1400: b']);
});

test('looks when this process says that something will be due, and takes what comes close together at once', async () => {
  const { due, log, open, elapse, rounds } = world(8);
  open();
  await elapse(100);
  for (const [id, at] of [
    ['a', 200],
    ['b', 210],
    ['c', 220],
  ] as const) {
    due.set(id, at);
    rounds.due(at);
  }
  await elapse(500);
  expect(log).toEqual(['0: nothing', '200: a', '400: b c']);
});

test('takes no more than it has places for, and more as soon as one is free', async () => {
  const { due, log, ends, open, elapse } = world(2);
  for (const [n, id] of ['a', 'b', 'c'].entries()) due.set(id, n);
  await elapse(10);
  open();
  await elapse(500);
  expect(log).toEqual(['10: a b']);
  ends.get('a')?.();
  await elapse(100);
  expect(log).toEqual(['10: a b', '510: c']);
});

test('begins no more than 32 within a second, so that they end; what takes longer keeps nobody waiting', async () => {
  const { due, log, open, elapse } = world(40);
  for (let n = 0; n < 50; n++) due.set(`${n}`, n);
  await elapse(100);
  open();
  await elapse(3_000);
  expect(log.map((line) => line.split(' ').length - 1)).toEqual([32, 8]);
  expect(log.map((line) => line.split(':')[0])).toEqual(['100', '1100']);
});

test('a round that fails is told, and the next one follows', async () => {
  const { due, log, fails, open, elapse, setAway } = world(2);
  setAway(true);
  open();
  await elapse(500);
  setAway(false);
  due.set('a', 0);
  await elapse(1_000);
  expect([fails, log]).toEqual([['Redis is away'], ['1000: a']]);
});

test('takes nothing once it is ended, and waits for what is under way', async () => {
  const { due, log, ends, open, elapse, rounds, count } = world(2);
  due.set('a', 0);
  const end = open();
  await elapse(10);
  let ended = false;
  const ending = end(5_000).then(() => {
    ended = true;
  });
  due.set('b', 0);
  rounds.due(20);
  await elapse(100);
  expect([log, ended]).toEqual([['0: a'], false]);
  ends.get('a')?.();
  await ending;
  expect(count()).toBe(0);
});
