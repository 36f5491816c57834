import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RedisServer, startRedis } from '../../../sandbox/redis/start.ts';
import { channelTurn, turnAhead } from '../../../src/alerts/channel/channel-controller.ts';
import type { Alert } from '../../../src/alerts/model/alert.ts';
import type { AlertEvent } from '../../../src/alerts/model/event.ts';
import type { ThreadPort } from '../../../src/alerts/ports/ports.ts';
import { createLocalDedup } from '../../../src/reconcile/local-dedup.ts';
import { createRun } from '../../../src/reconcile/run.ts';
import { anEvent } from '../../builders/event.ts';
import { createAlertWorld } from '../../support/alert-world.ts';
import { realTimers } from '../../support/jobs.ts';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

/**
 * How many times somebody has waited for Redis, one wait after the other: a command that is sent once n waits were over
 * ends the next one. Commands that are sent together are one wait. Exact, however slow the machine is.
 */
const countWaits = (client: Redis): (() => number) => {
  let over = 0;
  const send = client.sendCommand.bind(client);
  client.sendCommand = (command, stream) => {
    const mine = over + 1;
    const ended = (): void => {
      over = Math.max(over, mine);
    };
    command.promise.then(ended, ended);
    return send(command, stream);
  };
  return () => over;
};

test('from an event to its post Redis is waited for three times: record, lane, claim', async () => {
  await using world = await createAlertWorld({ redisUrl: redis.url });
  const run = createRun({
    passes: {},
    turns: { lane: (channel) => channelTurn(world.passDeps, channel) },
    leases: world.store.leases,
    nudges: { nudge: async () => {}, found: async () => {}, afterLease: async () => {} },
    running: createLocalDedup(),
    now: () => world.clock.now,
    after: realTimers,
    owner: 'one',
    onError: (error) => world.late.push(error),
  });
  // Scripts are known to Redis from the first one on.
  await world.take(anEvent({ fingerprint: 'a'.repeat(16) }));
  await run('lane', 'C01ALERTS');

  const waits = countWaits(world.redis);
  const seen: number[] = [];
  world.slack.before = async (method) => {
    if (method === 'postRoot') seen.push(waits());
  };
  await world.take(anEvent({ fingerprint: 'b'.repeat(16) }));
  seen.push(waits());
  await run('lane', 'C01ALERTS');
  seen.push(waits());
  // On record; about to be posted; the lane is given back: thread on record, nothing more to do, no mark, no lease.
  expect([seen, world.late]).toEqual([[1, 3, 7], []]);
});

test('where this process takes its own work, the write opens the lane and claims the post: once', async () => {
  let opens: Parameters<typeof createAlertWorld>[0]['openingOf'];
  await using world = await createAlertWorld({
    redisUrl: redis.url,
    openingOf: (channel) => opens?.(channel),
  });
  const run = createRun({
    passes: {},
    turns: { lane: (channel) => channelTurn(world.passDeps, channel) },
    leases: world.store.leases,
    nudges: { nudge: async () => {}, found: async () => {}, afterLease: async () => {} },
    running: createLocalDedup(),
    now: () => world.clock.now,
    after: realTimers,
    owner: 'one',
    onError: (error) => world.late.push(error),
  });
  await world.take(anEvent({ fingerprint: 'a'.repeat(16) }));
  await run('lane', 'C01ALERTS');

  const passes: Promise<void>[] = [];
  const ready: [number, Alert][] = [];
  const posted: Alert[] = [];
  const makeReady = (alert: Alert): void => void ready.push([waits(), alert]);
  const threads: ThreadPort = {
    ...world.passDeps.threads,
    postRoot: (alert) => {
      posted.push(alert);
      return world.passDeps.threads.postRoot(alert);
    },
  };
  opens = (channel) => {
    if (passes.length > 0) return undefined;
    const { opening, turn } = turnAhead({ ...world.passDeps, threads, makeReady }, channel, {
      owner: 'one',
      ms: 6_000,
    });
    passes.push(run('lane', channel, turn));
    return opening;
  };
  const waits = countWaits(world.redis);
  const seen: number[] = [];
  world.slack.before = async (method) => {
    if (method === 'postRoot') seen.push(waits());
  };
  await world.take(anEvent({ fingerprint: 'b'.repeat(16) }));
  await Promise.all(passes);
  expect([seen, passes.length, world.marked, world.late]).toEqual([[1], 1, ['C01ALERTS'], []]);
  expect((await world.all()).map(({ thread }) => thread.state)).toEqual(['open', 'open']);
  expect(world.told).toEqual(['thread', 'thread']);
  // Made ready while Redis was waited for, the very record that was posted.
  expect(ready).toEqual([[0, posted[0]]]);
  expect(ready[0]?.[1]).toBe(posted[0]);
});

test('what is known, or was met, is looked at first: twice for each', async () => {
  await using before = await createAlertWorld({ redisUrl: redis.url, prefix: 'known' });
  const known = anEvent({ fingerprint: 'a'.repeat(16) });
  await before.take(known);
  await using world = await createAlertWorld({ redisUrl: redis.url, prefix: 'known' });
  const waits = countWaits(world.redis);
  const seen: number[] = [];
  const take = async (event: AlertEvent): Promise<void> => {
    const already = waits();
    await world.take(event);
    seen.push(waits() - already);
  };
  await take(anEvent({ fingerprint: 'b'.repeat(16) }));
  // The guess goes wrong, and is not made again.
  await take(anEvent({ fingerprint: 'a'.repeat(16) }));
  await take(anEvent({ fingerprint: 'a'.repeat(16) }));
  expect(seen).toEqual([1, 3, 2]);
  expect((await world.all()).map(({ events }) => events).toSorted()).toEqual([1, 3]);
});
