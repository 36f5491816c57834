import { expect, test } from 'vitest';
import { createCopyTurn, lookingTurn } from '../../../src/integrations/redis/audit/copy-turn.ts';
import { createKeys } from '../../../src/integrations/redis/shared/keys.ts';
import { redisOfFile } from '../../support/redis/of-file.ts';

const server = redisOfFile();
let prefixes = 0;
const two = (ms?: number) => {
  const keys = createKeys(`turn-${++prefixes}`).auditCopy('kafka');
  const { redis } = server;
  return (['a', 'b'] as const).map((owner) => createCopyTurn({ redis, keys, owner, ...(ms && { ms }) }));
};
const at = (seq: number) => ({ seq, hash: String(seq).repeat(64).slice(0, 64) });

test('one at a time; the next one goes on where the last one left it', async () => {
  const [a, b] = two();
  const seen: unknown[] = [];
  await a?.take(async (end) => {
    seen.push(end, await b?.take(async () => at(9)), await b?.end());
    return at(3);
  });
  expect(seen).toEqual([undefined, false, undefined]);
  expect(await b?.end()).toEqual(at(3));
  expect(await b?.take(async (end) => end)).toBe(true);
  expect(await a?.end()).toEqual(at(3));
});

test('where one fails nobody is sure of the end, and the next one looks', async () => {
  const [a, b] = two();
  await a?.take(async () => at(3));
  const failed = a?.take(() => Promise.reject(new Error('no answer')));
  await expect(failed).rejects.toThrow('no answer');
  expect(await b?.end()).toBeUndefined();
  await b?.take(async (end) => end ?? at(2));
  expect(await a?.end()).toEqual(at(2));
});

test('one that is dead holds it up for a while, and what it says later does not count', async () => {
  const [a, b] = two(50);
  const later = Promise.withResolvers<void>();
  const dead = a?.take(async () => {
    await later.promise;
    return at(1);
  });
  await expect.poll(() => b?.take(async () => at(7)), { timeout: 5_000 }).toBe(true);
  later.resolve();
  await dead;
  expect(await b?.end()).toEqual(at(7));
});

test('a copy that each process has for itself is looked at each time', async () => {
  const [a, b] = two().map(lookingTurn);
  await a?.take(async () => at(3));
  expect([await a?.end(), await b?.end()]).toEqual([at(3), undefined]);
  await b?.take(async (end) => end ?? at(1));
  expect([await a?.end(), await b?.end()]).toEqual([at(3), at(1)]);
});
