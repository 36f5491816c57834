import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Block } from '../../../../src/integrations/redis/alerts/commit-plan.ts';
import { commitTogether } from '../../../../src/integrations/redis/alerts/commit-together.ts';
import { anAlert } from '../../../builders/alert.ts';

const blockOf = (key: string): Block => ({
  key,
  before: undefined,
  after: anAlert(),
  archived: [],
  journal: [],
  events: [],
  nonces: [],
});

/** A script whose calls end when they are told to. */
const heldCommit = () => {
  const calls: { readonly keys: readonly string[]; readonly end: PromiseWithResolvers<readonly number[]> }[] =
    [];
  const write = commitTogether((blocks) => {
    const end = Promise.withResolvers<readonly number[]>();
    calls.push({ keys: blocks.map(({ key }) => key), end });
    return end.promise;
  });
  return {
    write: (key: string) => write(blockOf(key)),
    keys: () => calls.map(({ keys }) => keys),
    end: async (call: number, conflicts: readonly number[] | Error) => {
      const { end } = calls[call] ?? {};
      if (conflicts instanceof Error) end?.reject(conflicts);
      else end?.resolve(conflicts);
      await turnOfTheLoop();
    },
  };
};

test('a write that comes alone goes at once, without a turn of the loop', async () => {
  const { write, keys, end } = heldCommit();
  const first = write('a');
  await Promise.resolve();
  expect(keys()).toEqual([['a']]);
  await end(0, []);
  expect(await first).toBe(true);
  const second = write('b');
  await Promise.resolve();
  expect(keys()).toEqual([['a'], ['b']]);
  await end(1, []);
  expect(await second).toBe(true);
});

test('what is asked for in one breath goes together, and what comes meanwhile with the next call', async () => {
  const { write, keys, end } = heldCommit();
  const written = ['a', 'b'].map(write);
  await turnOfTheLoop();
  written.push(write('c'));
  await turnOfTheLoop();
  written.push(write('d'));
  await turnOfTheLoop();
  expect(keys()).toEqual([['a', 'b']]);
  await end(0, []);
  expect(keys()).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ]);
  await end(1, []);
  expect(await Promise.all(written)).toEqual([true, true, true, true]);
});

test('each is written or not by its own version', async () => {
  const { write, end } = heldCommit();
  const written = ['a', 'b', 'c'].map(write);
  await turnOfTheLoop();
  await end(0, [1]);
  expect(await Promise.all(written)).toEqual([true, false, true]);
});

test('a call that fails fails those that were in it, and the next ones go on', async () => {
  const { write, keys, end } = heldCommit();
  const failing = ['a', 'b'].map((key) => write(key).catch((error: Error) => error.message));
  await turnOfTheLoop();
  const next = write('c');
  await end(0, new Error('Redis is away'));
  expect(await Promise.all(failing)).toEqual(['Redis is away', 'Redis is away']);
  expect(keys()).toEqual([['a', 'b'], ['c']]);
  await end(1, []);
  expect(await next).toBe(true);
});

test('one call takes 64 at the most', async () => {
  const { write, keys, end } = heldCommit();
  const written = Array.from({ length: 100 }, (_, i) => write(String(i)));
  await turnOfTheLoop();
  await end(0, []);
  await end(1, []);
  expect(keys().map(({ length }) => length)).toEqual([64, 36]);
  expect(new Set(await Promise.all(written))).toEqual(new Set([true]));
});
