import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { createKeys } from '../../../../src/integrations/redis/shared/keys.ts';
import { createRefusedBlocks } from '../../../../src/integrations/redis/shared/refused-blocks.ts';
import { redisOfFile } from '../../../support/redis/of-file.ts';

const server = redisOfFile();

const day = 86_400_000;
const open = (prefix: string) => ({
  store: createRefusedBlocks(server.redis, createKeys(prefix)),
  key: createKeys(prefix).refusedBlocks('T1'),
});

test('kinds are known until their time, one by one, and then the key is gone', async () => {
  const { store, key } = open('one');
  const now = Date.now();
  await store.keep('T1', ['data_table', 'plan'], now + day);
  await store.keep('T1', ['chart'], now + 2 * day);
  expect(await store.known('T1', now)).toEqual(
    new Map([
      ['data_table', now + day],
      ['plan', now + day],
      ['chart', now + 2 * day],
    ]),
  );
  expect(await store.known('T1', now + day)).toEqual(new Map([['chart', now + 2 * day]]));
  expect(await server.redis.pttl(key)).toBeGreaterThan(day);
  expect(await server.redis.pttl(key)).toBeLessThanOrEqual(2 * day);
});

test('one that is refused once more rests anew', async () => {
  const { store } = open('anew');
  const now = Date.now();
  await store.keep('T1', ['plan'], now + 1_000);
  await store.keep('T1', ['plan'], now + day);
  expect(await store.known('T1', now + 2_000)).toEqual(new Map([['plan', now + day]]));
});

test('what one workspace refuses, another is asked for', async () => {
  const { store } = open('two');
  await store.keep('T1', ['plan'], Date.now() + day);
  expect(await store.known('T2', Date.now())).toEqual(new Map());
});

test('a Redis that is away is told', async () => {
  const away = new Redis({ port: 1, lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
  away.on('error', () => undefined);
  const store = createRefusedBlocks(away, createKeys('away'));
  await expect(store.known('T1', 0)).rejects.toThrow();
  await expect(store.keep('T1', ['plan'], 1)).rejects.toThrow();
  away.disconnect();
});
