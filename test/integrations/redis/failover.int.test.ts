import { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { type RedisPair, startRedisPair } from '../../../sandbox/redis/pair.ts';
import { type RedisServer, startRedis } from '../../../sandbox/redis/start.ts';
import { busyChannel, openBusy } from '../../support/redis/busy.ts';
import { watchLink } from '../../support/redis/link.ts';

const admin = async <T>(server: RedisServer, run: (redis: Redis) => Promise<T>): Promise<T> => {
  const redis = new Redis(server.url);
  try {
    return await run(redis);
  } finally {
    redis.disconnect();
  }
};

const failovers = [
  ['FAILOVER', (pair: RedisPair) => pair.failOver()],
  ['REPLICAOF', (pair: RedisPair) => pair.promote()],
] as const;

describe.each(failovers)('%s, which leaves clients connected to the old primary', (_, failOver) => {
  test('records, lanes and jobs go on at the new one; what was told to be on record is', {
    timeout: 120_000,
  }, async () => {
    await using pair = await startRedisPair();
    const busy = openBusy(pair.address.url);
    await busy.becomes('good');
    await busy.nudges.nudge('lane', [busyChannel]);
    for (let i = 0; i < 5; i++) expect(await busy.takeIn()).toBe(true);
    await expect.poll(busy.passes, { timeout: 20_000 }).toBeGreaterThan(2);

    await failOver(pair);
    const began = performance.now();
    await expect.poll(busy.takeIn, { timeout: 30_000, interval: 50 }).toBe(true);
    const backAfter = performance.now() - began;
    const before = busy.passes();
    await expect.poll(busy.passes, { timeout: 30_000 }).toBeGreaterThan(before + 2);
    expect((await admin(pair.first, (redis) => redis.role()))[0]).toBe('slave');
    expect(await busy.onRecord()).toHaveLength(busy.made());
    await busy.becomes('good');
    expect(busy.told).toContain('replica');
    // A tenth of it on a machine with nothing else to do.
    expect(backAfter).toBeLessThan(15_000);
    expect(busy.gap()).toBeLessThan(15_000);
    await busy.stop();
  });
});

test('every connection of a busy channel is cut again and again: it is never waited for as long as a lease', {
  timeout: 120_000,
}, async () => {
  await using redis = await startRedis();
  const busy = openBusy(redis.url);
  await busy.becomes('good');
  await busy.nudges.nudge('lane', [busyChannel]);
  for (let cut = 0; cut < 5; cut++) {
    const before = busy.passes();
    await expect.poll(busy.passes, { timeout: 30_000, interval: 20 }).toBeGreaterThan(before + 2);
    await admin(redis, (client) => client.call('CLIENT', ['KILL', 'TYPE', 'normal', 'SKIPME', 'yes']));
  }
  const before = busy.passes();
  await expect.poll(busy.passes, { timeout: 30_000 }).toBeGreaterThan(before + 2);
  expect(busy.gap()).toBeLessThan(6_000);
  await busy.stop();
});

test('with the replica gone that writes wait for, reads wait for nothing', { timeout: 90_000 }, async () => {
  await using redis = await startRedis();
  using watched = watchLink(redis.url, 1);
  await watched.becomes('replicas_missing');
  const { link } = watched;
  const order: string[] = [];
  await link.redis.set('x', '1');
  const writes = [1, 2, 3].map(async (n) => {
    await link.writes.set('x', String(n));
    await link.writes.wait(1, 700);
    order.push(`write ${n}`);
  });
  expect(await link.redis.get('x')).toMatch(/\d/);
  order.push('read');
  await Promise.allSettled(writes);
  expect(order[0]).toBe('read');
});

test('100 failovers there and back, every connection cut each time: nothing that was told to be on record is gone', {
  tags: ['long'],
  timeout: 290_000,
}, async () => {
  await using pair = await startRedisPair();
  await admin(pair.second, (redis) => redis.config('SET', 'repl-diskless-sync-delay', '0'));
  const busy = openBusy(pair.address.url);
  await busy.becomes('good');
  await busy.nudges.nudge('lane', [busyChannel]);
  // As many as there is time for on a busy machine, and 20 at least.
  const until = performance.now() + 200_000;
  let [from, to] = [pair.first, pair.second];
  let done = 0;
  for (; done < 100 && (done < 20 || performance.now() < until); done++) {
    await expect.poll(busy.takeIn, { timeout: 30_000, interval: 20 }).toBe(true);
    const replicates = () => admin(from, (redis) => redis.info('replication'));
    await expect.poll(replicates, { timeout: 30_000, interval: 20 }).toMatch(/state=online/);
    await admin(from, (redis) => redis.call('FAILOVER'));
    const role = () => admin(to, async (redis) => (await redis.role())[0]);
    await expect.poll(role, { timeout: 30_000, interval: 20 }).toBe('master');
    pair.address.leadTo(to.port);
    pair.address.cut();
    [from, to] = [to, from];
  }
  await expect.poll(busy.takeIn, { timeout: 30_000, interval: 20 }).toBe(true);
  const before = busy.passes();
  await expect.poll(busy.passes, { timeout: 30_000 }).toBeGreaterThan(before + 2);
  expect(await admin(from, (redis) => redis.zcard('{test}:open'))).toBe(busy.made());
  expect(busy.made()).toBeGreaterThan(20);
  await busy.stop();
});
