import { expect, test } from 'vitest';
import type { HandoverRecord } from '../../../../src/handover/record.ts';
import { createHandoverStore } from '../../../../src/integrations/redis/handover/handover-store.ts';
import { createKeys } from '../../../../src/integrations/redis/shared/keys.ts';
import { createReader } from '../../../../src/integrations/redis/shared/reader.ts';
import { redisOfFile } from '../../../support/redis/of-file.ts';

const server = redisOfFile();

const open = (prefix: string) => {
  const told: string[] = [];
  const keys = createKeys(prefix);
  const reader = createReader((kind, key) => told.push(`${kind} ${key}`));
  const { redis } = server;
  const store = createHandoverStore({ redis, reader, now: () => 7 }, keys);
  return { redis, store, key: keys.handover('eu'), told };
};
const first: HandoverRecord = { name: 'eu', version: 0, due: 1, message: { channel: 'C1', state: 'wanted' } };

test('of several that write at once, one is faster; what it wrote is read back', async () => {
  const { store } = open('many');
  const saved = await Promise.all([1, 2, 3, 4].map(() => store.save(first)));
  expect(saved.filter((one) => one !== undefined)).toEqual([{ ...first, version: 1 }]);
  expect(await store.load('eu')).toEqual({ ...first, version: 1 });
  expect(await store.save({ ...first, version: 1, ended: 'posted' })).toMatchObject({ version: 2 });
  expect(await store.save({ ...first, version: 1 })).toBeUndefined();
  expect(await store.load('us')).toBeUndefined();
});

test.each(['1|{', '1|[]', '1|{"name":"eu","version":1}', 'x'])(
  'what cannot be read (%s) is moved aside as it is and told, and counts as none',
  async (value) => {
    const { redis, store, key, told } = open(`bad-${Buffer.from(value).toString('hex')}`);
    await redis.set(key, value);
    expect(await store.load('eu')).toBeUndefined();
    expect(told).toEqual([`handover ${key}`]);
    expect(await redis.get(`${key}:unreadable:7`)).toBe(value);
    expect(await store.save(first)).toMatchObject({ version: 1 });
  },
);

test('a key of another type, too', async () => {
  const { redis, store, key } = open('typed');
  await redis.lpush(key, 'x');
  expect(await store.load('eu')).toBeUndefined();
  expect(await redis.type(`${key}:unreadable:7`)).toBe('list');
});
