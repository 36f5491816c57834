import { expect, test } from 'vitest';
import { createAtHand } from '../../src/reconcile/at-hand.ts';
import { createTimers } from '../fakes/timers.ts';

/** Work that lasts until the test ends it. */
const world = () => {
  const timers = createTimers();
  const told: unknown[] = [];
  const begun: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<void>>();
  const atHand = createAtHand(timers.after, (error, id) => told.push([error, id]));
  const run = (id: string): Promise<void> => {
    begun.push(id);
    const end = Promise.withResolvers<void>();
    ends.set(id, end);
    return end.promise;
  };
  return { ...timers, told, begun, ends, atHand, run };
};

test('takes nothing before it is opened, then what it has places for, and more once one is free', async () => {
  const { atHand, run, begun, ends, elapse } = world();
  expect(atHand.take(['C1'])).toEqual(['C1']);
  atHand.open(run, 2);
  expect(atHand.take(['C1', 'C2', 'C3'])).toEqual(['C3']);
  expect(atHand.take(['C4'])).toEqual(['C4']);
  ends.get('C1')?.resolve();
  await elapse(0);
  expect(atHand.take(['C4', 'C5'])).toEqual(['C5']);
  expect(begun).toEqual(['C1', 'C2', 'C4']);
});

test('what fails is told, and its place is free again', async () => {
  const { atHand, run, told, ends, elapse } = world();
  atHand.open(run, 1);
  atHand.take(['C1']);
  ends.get('C1')?.reject('Redis is away');
  await elapse(0);
  expect([told, atHand.take(['C2'])]).toEqual([[['Redis is away', 'C1']], []]);
});

test('once it is to end it takes nothing more, and waits for what is under way, but not for ever', async () => {
  const { atHand, run, ends, elapse, count } = world();
  const end = atHand.open(run, 2);
  atHand.take(['C1']);
  let ended = false;
  const over = end(5_000).then(() => {
    ended = true;
  });
  expect(atHand.take(['C2'])).toEqual(['C2']);
  await elapse(4_999);
  expect(ended).toBe(false);
  ends.get('C1')?.resolve();
  await over;
  expect(count()).toBe(0);

  const again = atHand.open(run, 1);
  atHand.take(['C3']);
  const late = again(5_000);
  await elapse(5_000);
  await late;
});

test('what a write will open is begun before it, and has a place like any other', async () => {
  const { timers, told, ends } = { ...world(), timers: createTimers() };
  const atHand = createAtHand<string>(timers.after, (error) => told.push(error));
  expect(atHand.ahead('C1')).toBeUndefined();
  const ahead = (id: string) => {
    if (id === 'under way') return undefined;
    const { promise: ended, ...end } = Promise.withResolvers<void>();
    ends.set(id, { promise: ended, ...end });
    return { opening: `opening of ${id}`, ended };
  };
  const end = atHand.open(async () => {}, 2, ahead);
  expect(['under way', 'C1', 'C2', 'C3'].map(atHand.ahead)).toEqual([
    undefined,
    'opening of C1',
    'opening of C2',
    undefined,
  ]);
  expect(atHand.take(['C4'])).toEqual(['C4']);
  ends.get('C1')?.reject('Redis is away');
  await timers.elapse(0);
  expect([told, atHand.ahead('C3')]).toEqual([['Redis is away'], 'opening of C3']);
  const over = end(5_000);
  expect(atHand.ahead('C5')).toBeUndefined();
  for (const id of ['C2', 'C3']) ends.get(id)?.resolve();
  await over;
});
