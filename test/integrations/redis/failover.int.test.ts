import { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { type RedisPair, startRedisPair } from '../../../sandbox/redis/pair.ts';
import { type RedisServer, startRedis } from '../../../sandbox/redis/start.ts';
import { createRecordStore } from '../../../src/integrations/redis/record-store.ts';
import { createJobQueues } from '../../../src/jobs/nudges.ts';
import { startResync } from '../../../src/reconcile/resync.ts';
import { anAlert } from '../../builders/alert.ts';
import { realTimers, startWork } from '../../support/jobs.ts';
import { watchLink } from '../../support/redis-link.ts';

const channel = 'C0ALERTS';

const admin = async <T>(server: RedisServer, run: (redis: Redis) => Promise<T>): Promise<T> => {
  const redis = new Redis(server.url);
  try {
    return await run(redis);
  } finally {
    redis.disconnect();
  }
};

/** The records and jobs of one process, which takes in an alert and passes over its lane again and again. */
const openBusy = (url: string) => {
  const stack = new DisposableStack();
  const { link, told, becomes } = stack.use(watchLink(url));
  const errors: string[] = [];
  const connections: Redis[] = [];
  const forJobs = () => {
    const connection = link.connectForJobs();
    connections.push(connection);
    return connection;
  };
  stack.defer(() => {
    for (const connection of connections) connection.disconnect();
  });
  const nudges = createJobQueues(forJobs(), 'test', (error) => errors.push(error.message));
  const store = createRecordStore({
    redis: link.redis,
    writes: link.writes,
    prefix: 'test',
    retention: { alert: 86_400_000, event: 86_400_000 },
    commandTimeout: 1_500,
    waitReplicas: 0,
    rates: () => ({ post: { perSecond: 100, burst: 100 }, update: { perSecond: 100, burst: 100 } }),
    now: Date.now,
    onMarked: () => {},
    onDue: () => {},
  });
  let passes = 0;
  const passed: number[] = [];
  const onError = (error: unknown) => void errors.push((error as Error).message);
  const { lanes, leases } = store;
  const workers = startWork({
    ...{ connect: forJobs, prefix: 'test', leases, nudges, owner: 'busy', onError },
    passes: {
      lane: async () => {
        passes += 1;
        passed.push(performance.now());
        return 100;
      },
    },
  });
  // What a failover loses of jobs and leases is found again, as the app does.
  const resync = { after: realTimers, nudges, onError: () => {} };
  stack.defer(startResync({ ...resync, every: 1_000, find: { lane: () => lanes.orphans() } }));
  stack.defer(
    startResync({
      ...{ ...resync, every: 60_000, first: 0, wake: link.onBack },
      find: { lane: () => lanes.busy() },
    }),
  );
  let made = 0;
  /** Takes one more alert in; false while Redis takes none. */
  const takeIn = async (): Promise<boolean> => {
    const id = `${(made + 1).toString(16).padStart(16, '0')}-1`;
    const after = anAlert({ id, channel, fingerprint: id.slice(0, 16) });
    try {
      const write = { before: undefined, after, archived: [], journal: [], events: [], nonces: [] };
      expect(await store.alerts.takeIn([write], [])).toEqual([]);
      made += 1;
      return true;
    } catch {
      return false;
    }
  };
  return {
    told,
    becomes,
    errors,
    nudges,
    takeIn,
    made: () => made,
    passes: () => passes,
    /** The longest time without a pass, ms. */
    gap: () => Math.max(...passed.slice(1).map((at, i) => at - (passed[i] ?? at))),
    onRecord: async () => (await store.queries.list({ limit: 200 })).alerts.map(({ id }) => id).toSorted(),
    stop: async () => {
      await workers.stop(5_000);
      stack.dispose();
    },
  };
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
    await busy.nudges.nudge('lane', [channel]);
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
  await busy.nudges.nudge('lane', [channel]);
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
