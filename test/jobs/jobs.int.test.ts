import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type RedisServer, startRedis } from '../../sandbox/redis/start.ts';
import { connectForJobs } from '../../src/integrations/redis/shared/client.ts';
import { createKeys } from '../../src/integrations/redis/shared/keys.ts';
import { createLeases } from '../../src/integrations/redis/shared/leases.ts';
import { createJobQueues, queueNames } from '../../src/jobs/nudges.ts';
import type { Workers } from '../../src/jobs/workers.ts';
import type { Pass } from '../../src/reconcile/work.ts';
import { startWork } from '../support/jobs.ts';
import { stopwatch } from '../support/stopwatch.ts';

let redis: RedisServer;
const cleanUp: (() => unknown)[] = [];
let prefixes = 0;

beforeAll(async () => {
  redis = await startRedis();
});
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});
afterAll(() => redis.stop());

const fail = (error: unknown): never => {
  throw error;
};

const connect = (): Redis => {
  const connection = connectForJobs(redis.url, () => {});
  cleanUp.push(() => connection.disconnect());
  return connection;
};

/** Queues and leases of their own; nothing works on them yet. */
const open = () => {
  const prefix = `jobs-${++prefixes}`;
  const nudges = createJobQueues(connect(), prefix, fail);
  cleanUp.push(() => nudges.close());
  const store = new Redis(redis.url);
  cleanUp.push(() => store.disconnect());
  const leases = createLeases(store, createKeys(prefix));
  const queue = new Queue(queueNames.lane, { connection: connect(), prefix: `{${prefix}}` });
  cleanUp.push(() => queue.close());
  return { prefix, nudges, leases, queue };
};

const work = (
  world: ReturnType<typeof open>,
  { onError = fail, ...passes }: { lane?: Pass; alert?: Pass; onError?: (error: unknown) => void },
): Workers => {
  const workers = startWork({
    ...world,
    connect: () => connectForJobs(redis.url, () => {}),
    passes,
    owner: `test-${cleanUp.length}`,
    onError,
  });
  cleanUp.push(() => workers.stop(100));
  return workers;
};

/** Resolves with the calls so far once there are `count`. */
const counter = (count: number) => {
  const seen: string[] = [];
  const { promise, resolve } = Promise.withResolvers<readonly string[]>();
  return {
    seen,
    enough: promise,
    add: (what: string): void => {
      seen.push(what);
      if (seen.length === count) resolve(seen);
    },
  };
};

describe('nudges', () => {
  test('say where to look, to the loop that looks there', async () => {
    const world = open();
    const { add, enough } = counter(3);
    work(world, {
      lane: async (channel) => void add(`lane ${channel}`),
      alert: async (id) => void add(`alert ${id}`),
    });
    await world.nudges.nudge('lane', ['C1', 'C2']);
    await world.nudges.nudge('alert', ['a-1']);
    expect((await enough).toSorted()).toEqual(['alert a-1', 'lane C1', 'lane C2']);
  });

  test('a later one replaces the one before, however often it is put off', async () => {
    const { nudges, queue } = open();
    for (const delay of [60_000, 1_000, 90_000, 30_000]) await nudges.nudge('lane', ['C1'], delay);
    await nudges.nudge('lane', ['C2'], 5_000);
    const delayed = await queue.getDelayed();
    expect(delayed.map(({ data, delay }) => [data.id, delay]).toSorted()).toEqual([
      ['C1', 30_000],
      ['C2', 5_000],
    ]);
    expect(await nudges.depth()).toEqual({ lane: 2, alert: 0, drive: 0, card: 0, ticket: 0, approvers: 0 });
  });

  test('a later one takes nothing from one for now, whichever comes first', async () => {
    const world = open();
    const { add, enough } = counter(2);
    await world.nudges.nudge('lane', ['C1'], 60_000);
    await world.nudges.nudge('lane', ['C1']);
    await world.nudges.nudge('lane', ['C2']);
    await world.nudges.nudge('lane', ['C2'], 60_000);
    work(world, { lane: async (channel) => void add(channel) });
    expect((await enough).toSorted()).toEqual(['C1', 'C2']);
    expect((await world.queue.getDelayed()).length).toBe(2);
  });

  test('who wakes itself again and again never loses a wake-up and never has two', async () => {
    const world = open();
    const { add, enough, seen } = counter(20);
    let most = 0;
    work(world, {
      lane: async (channel) => {
        add(channel);
        most = Math.max(most, (await world.queue.getDelayed()).length);
        return seen.length < 20 ? 1 + (seen.length % 7) : undefined;
      },
    });
    await world.nudges.nudge('lane', ['C1']);
    await enough;
    expect(most).toBeLessThanOrEqual(1);
    await expect
      .poll(() => world.nudges.depth())
      .toEqual({ lane: 0, alert: 0, drive: 0, card: 0, ticket: 0, approvers: 0 });
  });
});

describe('workers', () => {
  test('one at a time passes over a lane, and no nudge is lost meanwhile', async () => {
    const world = open();
    const { add, enough } = counter(2);
    let inside = 0;
    let most = 0;
    const held = Promise.withResolvers<void>();
    const lane = async (): Promise<undefined> => {
      inside += 1;
      most = Math.max(most, inside);
      add('pass');
      await held.promise;
      inside -= 1;
    };
    work(world, { lane });
    work(world, { lane });
    await world.nudges.nudge('lane', ['C1']);
    await expect.poll(() => inside).toBe(1);
    await world.nudges.nudge('lane', ['C1']);
    // Whoever got the second finds the lane taken, and is remembered.
    const left = async () => [await world.queue.getWaitingCount(), await world.queue.getActiveCount()];
    await expect.poll(left, { timeout: 10_000 }).toEqual([0, 1]);
    held.resolve();
    expect((await enough).length).toBe(2);
    expect(most).toBe(1);
  });

  test('lanes do not wait for each other', async () => {
    const world = open();
    const { add, enough } = counter(2);
    const held = Promise.withResolvers<undefined>();
    work(world, {
      lane: (channel) => {
        add(channel);
        return held.promise;
      },
    });
    await world.nudges.nudge('lane', ['C1', 'C2']);
    expect((await enough).toSorted()).toEqual(['C1', 'C2']);
    held.resolve(undefined);
  });

  test('a pass that fails is told, gives its lane back, and comes again', async () => {
    const world = open();
    const told: string[] = [];
    const { add, enough } = counter(2);
    let passes = 0;
    work(world, {
      onError: (error) => told.push((error as Error).message),
      lane: async (channel) => {
        add(channel);
        passes += 1;
        if (passes === 1) throw new Error('unexpected');
        return undefined;
      },
    });
    await world.nudges.nudge('lane', ['C1']);
    await enough;
    expect(told).toEqual(['unexpected']);
  });

  test('stop waits for what ends in time', async () => {
    const world = open();
    const { add, enough } = counter(1);
    const held = Promise.withResolvers<undefined>();
    let ended = false;
    const workers = work(world, {
      lane: async (channel) => {
        add(channel);
        await held.promise;
        ended = true;
        return undefined;
      },
    });
    await world.nudges.nudge('lane', ['C1']);
    await enough;
    const stopped = workers.stop(10_000);
    held.resolve(undefined);
    await stopped;
    expect(ended).toBe(true);
  });

  test('stop does not wait for what never ends', async () => {
    const world = open();
    const { add, enough } = counter(1);
    const workers = work(world, {
      lane: (channel) => {
        add(channel);
        return new Promise(() => {});
      },
    });
    await world.nudges.nudge('lane', ['C1']);
    await enough;
    const watch = stopwatch();
    await workers.stop(200);
    expect(watch.stop()).toBeLessThan(2_000);
  });
});
