import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RedisCluster, startRedisCluster } from '../../../sandbox/redis/cluster.ts';
import { startRedis } from '../../../sandbox/redis/start.ts';
import { busyChannel, openBusy } from '../../support/redis/busy.ts';
import { watchLink } from '../../support/redis/link.ts';

/** The prefix of the tests; all keys share its braces. */
const key = '{test}:x';

let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await startRedisCluster();
});
afterAll(() => cluster[Symbol.asyncDispose]());

/** Of a primary that does not have the keys. */
const elsewhere = async (): Promise<string> => {
  const { primary, replica } = await cluster.shardOf(key);
  const other = cluster.nodes.find((node) => node !== primary && node !== replica);
  return other?.url ?? '';
};

const goesOn = async (busy: ReturnType<typeof openBusy>): Promise<void> => {
  await expect.poll(busy.takeIn, { timeout: 60_000, interval: 50 }).toBe(true);
  const before = busy.passes();
  await expect.poll(busy.passes, { timeout: 30_000 }).toBeGreaterThan(before + 2);
  expect(await busy.onRecord()).toHaveLength(busy.made());
  await busy.becomes('good');
};

test('any node leads to the one with the keys; a moved slot, a failover and a killed primary are followed', {
  timeout: 240_000,
}, async () => {
  const busy = openBusy(await elsewhere());
  await busy.becomes('good');
  await busy.nudges.nudge('lane', [busyChannel]);
  await goesOn(busy);
  const first = await cluster.shardOf(key);

  const other = cluster.nodes.find(({ url }) => url !== first.primary.url && url !== first.replica.url);
  const onto = (await ownerAmong(other?.url ?? '')) ?? other;
  if (!onto) throw new Error('a cluster has more than one shard');
  await cluster.move(key, onto);
  await goesOn(busy);
  const second = await cluster.shardOf(key);
  expect(second.primary).not.toBe(first.primary);

  const admin = new Redis(second.replica.url);
  await admin.call('CLUSTER', 'FAILOVER');
  admin.disconnect();
  await expect
    .poll(async () => (await cluster.shardOf(key)).primary.port, { timeout: 30_000 })
    .toBe(second.replica.port);
  await goesOn(busy);

  // Copying takes a moment; without it the test would be one of lost writes.
  await sleep(500);
  const third = await cluster.shardOf(key);
  await third.primary.kill();
  await goesOn(busy);
  await busy.stop();
});

/** Itself, where it is a primary; else the node that it copies. */
const ownerAmong = async (url: string) => {
  const redis = new Redis(url);
  const role = await redis.role();
  redis.disconnect();
  return role[0] === 'slave' ? cluster.nodes.find(({ port }) => port === Number(role[2])) : undefined;
};

test('a cluster of one node, and one whose slots nobody has', { timeout: 90_000 }, async () => {
  await using redis = await startRedis({ args: ['--cluster-enabled', 'yes'] });
  using watched = watchLink(redis.url);
  await watched.becomes('cluster_down');
  const admin = new Redis(redis.url);
  await admin.call('CLUSTER', ['ADDSLOTSRANGE', '0', '16383']);
  await watched.becomes('good');
  using database = watchLink(`${redis.url}/1`);
  await database.becomes('cluster_database');
  // Its commands would be answered all the same, by the one database that there is.
  expect(await database.link.look()).toMatchObject({ name: 'cluster_database' });
  // Its user may not ask where keys are.
  await admin.call('ACL', ['SETUSER', 'few', 'on', '>pw', '~*', '+@all', '-cluster']);
  using few = watchLink(redis.url.replace('//', '//few:pw@'));
  await few.becomes('cluster_away');
  admin.disconnect();
});
