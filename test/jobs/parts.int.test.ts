import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type RedisServer, startRedis } from '../../sandbox/redis/start.ts';
import { connectForJobs } from '../../src/integrations/redis/shared/client.ts';
import { createJobQueues } from '../../src/jobs/nudges.ts';
import { writeOf } from '../../src/rebuild/model/transition.ts';
import type { RebuildStore } from '../../src/rebuild/ports/store.ts';
import { createDueRounds } from '../../src/reconcile/due-rounds.ts';
import { createLocalDedup, nudgeWhenDue } from '../../src/reconcile/local-dedup.ts';
import { startResync } from '../../src/reconcile/resync.ts';
import type { Part, Pass } from '../../src/reconcile/work.ts';
import { anInstance, aPlan, inStep } from '../builders/rebuild.ts';
import { realTimers, startWork, type WorkOptions } from '../support/jobs.ts';
import { recordStore } from '../support/redis/store.ts';

let server: RedisServer;
const cleanUp: (() => unknown)[] = [];
let prefixes = 0;

beforeAll(async () => {
  server = await startRedis();
});
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});
afterAll(() => server.stop());

const fail = (error: unknown): never => {
  throw error;
};

const rest: Pass = async () => undefined;

/** One process with its store, nudges and workers; `prefix` shares them with another. */
const open = (
  passes: (store: RebuildStore) => Partial<Record<Part, Pass>>,
  prefix = `parts-${++prefixes}`,
) => {
  const redis = new Redis(server.url);
  cleanUp.push(() => redis.disconnect());
  const queueConnection = connectForJobs(server.url, () => {});
  cleanUp.push(() => queueConnection.disconnect());
  const nudges = createJobQueues(queueConnection, prefix, fail);
  cleanUp.push(() => nudges.close());
  const running = createLocalDedup();
  const due: NonNullable<WorkOptions['due']>['rounds'] = createDueRounds(Date.now, realTimers);
  const owner = `${prefix}-${cleanUp.length}`;
  const records = recordStore({
    redis,
    prefix,
    commandTimeout: 60_000,
    owner,
    onGaveBack: running.gaveBack,
    onRebuildDue: nudgeWhenDue({ running, nudges, onTimed: due.due, now: Date.now, onLost: fail }),
  });
  const store = records.rebuilds;
  const work = () => {
    const workers = startWork({
      connect: () => connectForJobs(server.url, () => {}),
      prefix,
      leases: records.leases,
      nudges,
      running,
      due: { rounds: due, take: store.take },
      passes: { drive: rest, card: rest, ticket: rest, approvers: rest, ...passes(store) },
      concurrency: 16,
      owner,
      onError: fail,
    });
    cleanUp.push(() => workers.stop(100));
    return workers;
  };
  return { prefix, redis, records, store, nudges, work };
};

/** A rebuild in its long step, whose card and ticket want nothing. */
const begin = async (
  store: RebuildStore,
  name: string,
  driveAt?: number,
  card: 'open' | 'failed' = 'failed',
): Promise<string> => {
  const plan = aPlan({ instance: anInstance({ name }) });
  const { driveAt: _, ...idle } = inStep('rebuild', {}, { plan });
  const rebuild = {
    ...idle,
    card: { ...idle.card, state: card },
    ...(driveAt !== undefined && { driveAt }),
  };
  const made = await store.create({ instance: name, day: '20261120', draft: name, limit: 5_000 }, (id) =>
    writeOf({ ...rebuild, id }),
  );
  return made.ok ? made.rebuild.id : fail(new Error(made.code));
};

test('a write that makes a part due runs its pass: at once, and later when it says so', async () => {
  const seen: number[] = [];
  const world = open((store) => ({
    drive: async (id) => {
      seen.push(Date.now());
      const driveAt = Date.now() + 300;
      await store.update(id, (rebuild) =>
        seen.length < 3 ? { write: writeOf({ ...rebuild, driveAt }) } : {},
      );
      return undefined;
    },
  }));
  world.work();
  await begin(world.store, 'system6', Date.now());
  await expect.poll(() => seen.length, { timeout: 10_000 }).toBe(3);
  const [a = 0, b = 0, c = 0] = seen;
  expect(b - a).toBeGreaterThanOrEqual(299);
  expect(c - b).toBeGreaterThanOrEqual(299);
});

test('each part has its own loop', async () => {
  const seen: string[] = [];
  const see = (part: Part) => async (id: string) => void seen.push(`${part} ${id}`);
  const world = open(() => ({ drive: see('drive'), card: see('card'), ticket: see('ticket') }));
  world.work();
  await world.nudges.nudge('drive', ['a', 'b']);
  await world.nudges.nudge('card', ['a']);
  await world.nudges.nudge('ticket', ['b']);
  await expect
    .poll(() => seen.toSorted(), { timeout: 10_000 })
    .toEqual(['card a', 'drive a', 'drive b', 'ticket b']);
});

test('the later wake-up of a part is one, and that of a taken lease another', async () => {
  const { nudges } = open(() => ({}));
  await nudges.nudge('drive', ['a'], 60_000);
  await nudges.nudge('drive', ['a'], 30_000.5);
  await nudges.afterLease('drive', 'a', 20_000);
  await nudges.afterLease('drive', 'a', 10_000);
  expect(await nudges.depth()).toEqual({ lane: 0, alert: 0, drive: 2, card: 0, ticket: 0, approvers: 0 });
});

test('two processes are never at one part together, and a write meanwhile is looked at', async () => {
  let inside = 0;
  let most = 0;
  let passes = 0;
  const held = Promise.withResolvers<void>();
  const drive = async () => {
    passes += 1;
    most = Math.max(most, ++inside);
    await held.promise;
    inside -= 1;
    return undefined;
  };
  const one = open(() => ({ drive }));
  const two = open(() => ({ drive }), one.prefix);
  one.work();
  two.work();
  const id = await begin(one.store, 'system6', Date.now());
  await expect.poll(() => passes, { timeout: 10_000 }).toBe(1);
  await one.nudges.nudge('drive', [id]);
  await two.nudges.nudge('drive', [id]);
  await expect.poll(async () => (await one.nudges.depth()).drive, { timeout: 10_000 }).toBeLessThan(2);
  held.resolve();
  await expect.poll(() => passes, { timeout: 10_000 }).toBeGreaterThanOrEqual(2);
  expect(most).toBe(1);
});

test('what was due while nobody was there is taken by whoever comes, without a nudge', async () => {
  const seen: string[] = [];
  const world = open(() => ({ drive: async (id) => void seen.push(id) }));
  const id = await begin(world.store, 'system6', Date.now() - 60_000);
  await expect.poll(async () => (await world.nudges.depth()).drive).toBe(1);
  await world.redis.del(...(await world.redis.keys(`{${world.prefix}}:rebuilds:*`)));
  world.work();
  await expect.poll(() => seen, { timeout: 10_000 }).toContain(id);
});

test('two processes share what is due: each is looked at once', async () => {
  const seen: string[] = [];
  const looks = (store: RebuildStore) => ({
    drive: async (id: string) => {
      await store.update(id, (now) => ({
        write: writeOf({ ...now, driveAt: Date.now() + 3_600_000 }),
        last: true,
      }));
      seen.push(id);
      return 3_600_000;
    },
  });
  const one = open(looks);
  const two = open(looks, one.prefix);
  const ids: string[] = [];
  for (let i = 0; i < 60; i++) ids.push(await begin(one.store, `system${i}`, Date.now() + 1_500));
  one.work();
  two.work();
  await expect.poll(() => seen.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(60);
  expect(seen.toSorted()).toEqual(ids.toSorted());
  expect(await one.redis.keys(`{${one.prefix}}:rl:*`)).toEqual([]);
  expect((await one.nudges.depth()).drive).toBe(0);
});

test('the resync puts back the nudge of a part that is overdue', async () => {
  const seen: string[] = [];
  const world = open(() => ({ card: async (id) => void seen.push(id) }));
  const id = await begin(world.store, 'system6', undefined, 'open');
  await expect.poll(async () => (await world.nudges.depth()).card).toBe(1);
  await world.redis.del(...(await world.redis.keys(`{${world.prefix}}:cards:*`)));
  world.work();
  const stop = startResync({
    ...{ after: realTimers, every: 60_000, first: 0, nudges: world.nudges, onError: fail },
    find: { card: () => world.store.due('card', Date.now(), 10) },
  });
  cleanUp.push(stop);
  await expect.poll(() => seen, { timeout: 10_000 }).toContain(id);
});

test('a queue that is behind does not grow by what is found overdue again and again', async () => {
  const seen: string[] = [];
  const [rebuilds, rounds] = [60, { longest: 0 }];
  const world = open((store) => ({
    card: async (id) => {
      seen.push(id);
      await new Promise((resolve) => setTimeout(resolve, 60));
      await store.update(id, (now) => ({
        write: writeOf({ ...now, card: { ...now.card, state: 'failed' } }),
      }));
      return undefined;
    },
  }));
  for (let i = 0; i < rebuilds; i++) await begin(world.store, `system${i}`, undefined, 'open');
  const stop = startResync({
    ...{ after: realTimers, every: 10, first: 0, nudges: world.nudges, onError: fail },
    find: {
      card: async () => {
        rounds.longest = Math.max(rounds.longest, (await world.nudges.depth()).card);
        return world.store.due('card', Date.now(), 1_000);
      },
    },
  });
  cleanUp.push(stop);
  // All of them are in the queue, and are found again, before anybody works on them.
  await expect.poll(() => rounds.longest).toBeGreaterThanOrEqual(rebuilds);
  const workers = world.work();
  await expect.poll(() => new Set(seen).size, { timeout: 20_000 }).toBe(rebuilds);
  await stop();
  await workers.stop(20_000);
  // The nudge of each record's own write, and one finding.
  expect(rounds.longest).toBeLessThanOrEqual(2 * rebuilds);
  expect(seen.length).toBeLessThanOrEqual(3 * rebuilds);
});

test('what a worker died with is found again, and need not wait until BullMQ misses the worker', async () => {
  const never = (): Promise<undefined> => new Promise(() => {});
  const one = open(() => ({ drive: never }));
  const two = open(() => ({ drive: rest }), one.prefix);
  const depth = async () => (await one.nudges.depth()).drive;
  await one.nudges.found('drive', ['a']);
  await one.nudges.found('drive', ['a']);
  expect(await depth()).toBe(1);
  const dead = one.work();
  await expect.poll(depth, { timeout: 10_000 }).toBe(0);
  await dead.stop(0);
  two.work();
  await two.nudges.found('drive', ['a']);
  // Somebody else's lease still holds: it comes again when that is over.
  await expect.poll(depth, { timeout: 5_000 }).toBe(1);
});

/** Counts what clients send from now on; what a script calls inside is part of the script. */
const countCommands = async (): Promise<{ readonly sent: Map<string, number>; total(): number }> => {
  const monitor = await new Redis(server.url).monitor();
  cleanUp.push(() => monitor.disconnect());
  const sent = new Map<string, number>();
  monitor.on('monitor', (_time: string, [command = '']: string[], source: string) => {
    if (source === 'lua') return;
    sent.set(command.toLowerCase(), (sent.get(command.toLowerCase()) ?? 0) + 1);
  });
  return { sent, total: () => [...sent.values()].reduce((sum, count) => sum + count, 0) };
};

test('one look at an idle rebuild costs 4 commands at the most', async () => {
  const looks = 400;
  let seen = 0;
  const done = Promise.withResolvers<void>();
  const world = open((store) => ({
    // As a look does that finds nothing new: load, and write when it was last seen.
    drive: async (id) => {
      const rebuild = await store.get(id);
      const driveAt = Date.now() + 200;
      if (++seen > looks) {
        done.resolve();
        return undefined;
      }
      await store.update(id, (now) => ({
        write: writeOf({ ...now, seenAt: rebuild?.at ?? 0, driveAt }),
        last: true,
      }));
      return 200;
    },
  }));
  for (let i = 0; i < 40; i++) await begin(world.store, `system${i}`, Date.now());
  const commands = await countCommands();
  world.work();
  await done.promise;
  expect(commands.total() / looks).toBeLessThan(4);
});
