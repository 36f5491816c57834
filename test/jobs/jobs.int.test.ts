import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type RedisServer, startRedis } from '../../sandbox/redis/start.ts';
import { createLanes } from '../../src/integrations/redis/alerts/lanes.ts';
import { connectForJobs } from '../../src/integrations/redis/shared/client.ts';
import { createKeys } from '../../src/integrations/redis/shared/keys.ts';
import { createNudges, type Nudges, queueNames } from '../../src/jobs/nudges.ts';
import { startResync } from '../../src/jobs/resync.ts';
import { startWorkers, type Workers } from '../../src/jobs/workers.ts';

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

/** Queues and lanes of their own; nothing works on them yet. */
const open = () => {
  const prefix = `jobs-${++prefixes}`;
  const nudges = createNudges(connect(), prefix, fail);
  cleanUp.push(() => nudges.close());
  const lanes = createLanes(new Redis(redis.url), createKeys(prefix), Date.now);
  const queue = new Queue(queueNames.lane, { connection: connect(), prefix: `{${prefix}}` });
  cleanUp.push(() => queue.close());
  return { prefix, nudges, lanes, queue };
};

const work = (
  world: ReturnType<typeof open>,
  over: {
    passLane?: (channel: string) => Promise<number | undefined>;
    runActions?: (id: string) => Promise<number | undefined>;
    onError?: (error: Error) => void;
    nudges?: Nudges;
  },
): Workers => {
  const connections: Redis[] = [];
  const workers = startWorkers({
    ...world,
    connect: () => {
      const connection = connectForJobs(redis.url, () => {});
      connections.push(connection);
      return connection;
    },
    passLane: async () => undefined,
    runActions: async () => undefined,
    owner: `test-${cleanUp.length}`,
    concurrency: { lanes: 4, actions: 4 },
    onError: fail,
    onBeat: () => {},
    ...over,
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
      passLane: async (channel) => void add(`lane ${channel}`),
      runActions: async (id) => void add(`alert ${id}`),
    });
    await world.nudges.lanes(['C1', 'C2']);
    await world.nudges.alerts(['a-1']);
    expect((await enough).toSorted()).toEqual(['alert a-1', 'lane C1', 'lane C2']);
  });

  test('a later one replaces the one before, however often it is put off', async () => {
    const { nudges, queue } = open();
    for (const delay of [60_000, 1_000, 90_000, 30_000]) await nudges.lanes(['C1'], delay);
    await nudges.lanes(['C2'], 5_000);
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
    await world.nudges.lanes(['C1'], 60_000);
    await world.nudges.lanes(['C1']);
    await world.nudges.lanes(['C2']);
    await world.nudges.lanes(['C2'], 60_000);
    work(world, { passLane: async (channel) => void add(channel) });
    expect((await enough).toSorted()).toEqual(['C1', 'C2']);
    expect((await world.queue.getDelayed()).length).toBe(2);
  });

  test('who wakes itself again and again never loses a wake-up and never has two', async () => {
    const world = open();
    const { add, enough, seen } = counter(20);
    let most = 0;
    work(world, {
      passLane: async (channel) => {
        add(channel);
        most = Math.max(most, (await world.queue.getDelayed()).length);
        return seen.length < 20 ? 1 + (seen.length % 7) : undefined;
      },
    });
    await world.nudges.lanes(['C1']);
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
    const passLane = async (): Promise<undefined> => {
      inside += 1;
      most = Math.max(most, inside);
      add('pass');
      await held.promise;
      inside -= 1;
    };
    work(world, { passLane });
    work(world, { passLane });
    await world.nudges.lanes(['C1']);
    await expect.poll(() => inside).toBe(1);
    await world.nudges.lanes(['C1']);
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
      passLane: (channel) => {
        add(channel);
        return held.promise;
      },
    });
    await world.nudges.lanes(['C1', 'C2']);
    expect((await enough).toSorted()).toEqual(['C1', 'C2']);
    held.resolve(undefined);
  });

  test('a pass that fails is told, gives its lane back, and comes again', async () => {
    const world = open();
    const told: string[] = [];
    const { add, enough } = counter(2);
    let passes = 0;
    work(world, {
      onError: (error) => told.push(error.message),
      passLane: async (channel) => {
        add(channel);
        passes += 1;
        if (passes === 1) throw new Error('unexpected');
        return undefined;
      },
    });
    await world.nudges.lanes(['C1']);
    await enough;
    expect(told).toEqual(['unexpected']);
  });

  test('stop waits for what ends in time', async () => {
    const world = open();
    const { add, enough } = counter(1);
    const held = Promise.withResolvers<undefined>();
    let ended = false;
    const workers = work(world, {
      passLane: async (channel) => {
        add(channel);
        await held.promise;
        ended = true;
        return undefined;
      },
    });
    await world.nudges.lanes(['C1']);
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
      passLane: (channel) => {
        add(channel);
        return new Promise(() => {});
      },
    });
    await world.nudges.lanes(['C1']);
    await enough;
    const asked = performance.now();
    await workers.stop(200);
    expect(performance.now() - asked).toBeLessThan(2_000);
  });
});

describe('resync', () => {
  test('puts back the nudges that were lost: lanes with work, and actions overdue', async () => {
    const world = open();
    const { add, enough } = counter(2);
    work(world, {
      passLane: async (channel) => void add(channel),
      runActions: async (id) => void add(id),
    });
    const beats: string[] = [];
    const stop = startResync({
      lanes: { ...world.lanes, busy: async () => ['C1'] },
      nudges: world.nudges,
      overdue: async () => ['a-1'],
      tidy: async () => {},
      every: 60_000,
      onError: fail,
      onBeat: () => beats.push('beat'),
    });
    cleanUp.push(stop);
    expect((await enough).toSorted()).toEqual(['C1', 'a-1']);
    await expect.poll(() => beats).toEqual(['beat']);
  });

  test('goes on after a round that failed', async () => {
    const world = open();
    const errors: unknown[] = [];
    const { add, enough } = counter(2);
    let rounds = 0;
    const stop = startResync({
      lanes: {
        ...world.lanes,
        busy: async () => {
          add('round');
          rounds += 1;
          if (rounds === 1) throw new Error('Redis is away');
          return [];
        },
      },
      nudges: world.nudges,
      overdue: async () => [],
      tidy: async () => {},
      every: 5,
      onError: (error) => errors.push(error),
      onBeat: () => {},
    });
    cleanUp.push(stop);
    await enough;
    expect(errors).toEqual([new Error('Redis is away')]);
  });
});
