import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createKeys } from '../../../src/integrations/redis/shared/keys.ts';
import { createLeases } from '../../../src/integrations/redis/shared/leases.ts';
import { redisOfFile } from '../../support/redis/of-file.ts';
import { leasesConformance } from './leases.ts';

const server = redisOfFile();

let stores = 0;
const open = () => {
  const prefix = `leases-${++stores}`;
  return { prefix, leases: createLeases(server.redis, createKeys(prefix)) };
};

leasesConformance(async () => ({ ...open(), elapse: (ms) => sleep(ms) }));

test('the keys are those of the farmhand before this one: during a rolling upgrade one of the two holds a lease', async () => {
  const { prefix, leases } = open();
  await leases.take('lane', 'C1', 'a', 60_000);
  await leases.take('looks', '', 'a', 60_000);
  await leases.take('drive', 'system6-20261120-1', 'a', 60_000);
  await leases.take('recovery', '', 'a', 60_000);
  const keys = await server.redis.keys(`{${prefix}}:*`);
  expect(keys.toSorted()).toEqual([
    `{${prefix}}:l:C1:lease`,
    `{${prefix}}:l:looks:lease`,
    `{${prefix}}:recovery:lease`,
    `{${prefix}}:rl:drive:system6-20261120-1`,
  ]);
  expect(await Promise.all(keys.map((key) => server.redis.get(key)))).toEqual(['a', 'a', 'a', 'a']);
});
