import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RedisServer, startRedis } from '../../../sandbox/redis/start.ts';
import { createKeys } from '../../../src/integrations/redis/shared/keys.ts';
import { createLeases } from '../../../src/integrations/redis/shared/leases.ts';
import { leasesConformance } from './leases.ts';

let server: RedisServer;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

let stores = 0;
const open = () => {
  const prefix = `leases-${++stores}`;
  return { prefix, leases: createLeases(redis, createKeys(prefix)) };
};

leasesConformance(async () => ({ ...open(), elapse: (ms) => sleep(ms) }));

test('the keys are those of the farmhand before this one: during a rolling upgrade one of the two holds a lease', async () => {
  const { prefix, leases } = open();
  await leases.take('lane', 'C1', 'a', 60_000);
  await leases.take('looks', '', 'a', 60_000);
  await leases.take('drive', 'system6-20261120-1', 'a', 60_000);
  await leases.take('recovery', '', 'a', 60_000);
  const keys = await redis.keys(`{${prefix}}:*`);
  expect(keys.toSorted()).toEqual([
    `{${prefix}}:l:C1:lease`,
    `{${prefix}}:l:looks:lease`,
    `{${prefix}}:recovery:lease`,
    `{${prefix}}:rl:drive:system6-20261120-1`,
  ]);
  expect(await Promise.all(keys.map((key) => redis.get(key)))).toEqual(['a', 'a', 'a', 'a']);
});
