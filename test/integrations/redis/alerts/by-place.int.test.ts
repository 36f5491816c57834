import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RedisServer, startRedis } from '../../../../sandbox/redis/start.ts';
import type { AlertEvent } from '../../../../src/alerts/model/event.ts';
import { positionId } from '../../../../src/intake/parse/identity.ts';
import { createReader } from '../../../../src/integrations/redis/shared/reader.ts';
import { createRecoveryStore } from '../../../../src/integrations/redis/shared/recovery-store.ts';
import { anEvent, hours, minutes, t0 } from '../../../builders/event.ts';
import { type AlertWorld, createAlertWorld } from '../../../support/alert-world.ts';

const days = (n: number): number => hours(24 * n);

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

/** One in which no farmhand of before ever ran. */
const freshWorld = async (prefix?: string): Promise<AlertWorld> => {
  const world = await createAlertWorld({ redisUrl: server.url, ...(prefix !== undefined && { prefix }) });
  await world.redis.hset(world.store.keys.mark, 'places', 0);
  return world;
};

/** The event at that offset, which says something of its own series. */
const at = (offset: number, over: Partial<AlertEvent> & { readonly life?: string } = {}): AlertEvent => {
  const { life = 'L', ...rest } = over;
  const position = {
    via: 'kafka',
    topic: 'alerts',
    partition: 0,
    offset: String(offset),
    life,
    index: 0,
  } as const;
  const fingerprint = offset.toString(16).padStart(16, '0');
  return anEvent({ id: positionId(position, 0), position, fingerprint, ...rest });
};

const keysOf = async ({ redis, prefix }: AlertWorld, kind: string): Promise<readonly string[]> =>
  (await redis.keys(`{${prefix}}:${kind}:*`)).map((key) => key.replace(`{${prefix}}:`, '')).sort();

/** How often events by place are asked for while `run` runs. */
const asked = async ({ redis }: AlertWorld, run: () => Promise<unknown>): Promise<number> => {
  let calls = 0;
  const { hmget } = redis;
  const counting = (...args: readonly unknown[]): unknown => {
    calls += 1;
    return Reflect.apply(hmget, redis, args);
  };
  Object.assign(redis, { hmget: counting });
  await run();
  Object.assign(redis, { hmget });
  return calls;
};

test('events by place lie in one hash for 256 offsets, are found there, and stay as long as the newest', async () => {
  await using w = await freshWorld();
  await w.take(at(255), at(256), at(257), anEvent({ id: 'named/1' }));
  expect(await keysOf(w, 'eb')).toEqual(['eb:alerts.0-L.0', 'eb:alerts.0-L.1']);
  expect(await keysOf(w, 'e')).toEqual(['e:named/1']);
  expect(await w.redis.get(w.store.keys.eventsSeen('alerts.0-L'))).toBe('258');
  for (const key of ['eb:alerts.0-L.0', 'eb:alerts.0-L.1', 'o:alerts.0-L']) {
    expect(await w.redis.pttl(w.store.keys.full(key))).toBeGreaterThan(days(7) - minutes(1));
  }
  const { id, position, type, source, tier, time, receivedAt } = at(256);
  const { life: _, ...where } = position as typeof position & { readonly life: string };
  expect(await w.queries.event(id)).toEqual({
    ...{ id, type, source, tier, time, receivedAt, position: where },
    ...{ reason: 'opened', alertId: `${at(256).fingerprint}-${at(256).startsAt.toString(36)}` },
  });
  expect(await w.queries.event(at(258).id)).toBeUndefined();
  await w.settle();
  expect((await w.queries.event(id))?.reason).toBe('thread_open');
  expect(await w.redis.pttl(w.store.keys.eventBlock('alerts.0-L.1'))).toBeGreaterThan(days(7) - minutes(1));
  expect((await w.queries.books()).pending).toBe(0);
});

test('nobody asks for events that are new for sure; delivered again each is a duplicate', async () => {
  await using w = await freshWorld();
  const chunk = [at(1), at(2), at(3)];
  expect(await asked(w, () => w.take(...chunk))).toBe(0);
  expect(await asked(w, () => w.take(at(4), at(5)))).toBe(0);
  expect(await asked(w, () => w.take(at(3), at(4), at(5), at(6)))).toBe(1);
  expect(w.outcomes.toSorted()).toEqual([
    ...['duplicate_id', 'duplicate_id', 'duplicate_id'],
    ...['opened', 'opened', 'opened', 'opened', 'opened', 'opened'],
  ]);
});

test('two members that hold one partition take each event in once', async () => {
  await using one = await freshWorld('two-members');
  await using other = await freshWorld('two-members');
  const series = { fingerprint: 'a'.repeat(16) };
  for (let from = 0; from < 200; from += 20) {
    const chunk = Array.from({ length: 20 }, (_, i) => at(from + i, i % 3 === 0 ? series : {}));
    await Promise.all([one.take(...chunk), other.take(...chunk.slice(5)), one.take(...chunk)]);
  }
  const all = [...one.outcomes, ...other.outcomes];
  expect(all.filter((reason) => reason !== 'duplicate_id')).toHaveLength(200);
  const taken = (await one.all()).reduce((sum, { events }) => sum + events, 0);
  expect(taken).toBe(200);
});

test('of a call in which one series meets a conflict, what was written is known', async () => {
  await using w = await freshWorld();
  w.alerts.takeInUnknown = async () => false;
  const { takeIn } = w.alerts;
  let failed = false;
  Object.assign(w.alerts, {
    takeIn: async (...args: Parameters<typeof takeIn>) => {
      if (failed) throw new Error('killed between two calls');
      failed = true;
      await takeIn([args[0][1] as never], []);
      return takeIn(...args).then(() => Promise.reject(new Error('killed behind the call')));
    },
  });
  await expect(w.take(at(1), at(2), at(3))).rejects.toThrow('killed');
  Object.assign(w.alerts, { takeIn });
  await w.take(at(3), at(2), at(1));
  expect((await w.all()).map(({ events }) => events)).toEqual([1, 1, 1]);
});

test('what is delivered again when its alert is gone is a duplicate still, whoever takes it in', async () => {
  await using one = await freshWorld('redelivered');
  await using other = await freshWorld('redelivered');
  await one.take(at(1), at(2));
  await one.redis.del(one.store.keys.full(one.store.keys.series(at(1).fingerprint)));
  await other.take(at(1));
  expect(other.outcomes).toEqual(['duplicate_id']);
});

test('a topic that was made anew has offsets of its own', async () => {
  await using w = await freshWorld();
  await w.take(at(1), at(2));
  await w.take(at(1, { life: 'M' }), at(2, { life: 'M' }));
  await w.take(at(2), at(2, { life: 'M' }));
  expect((await w.all()).map(({ events }) => events)).toEqual([2, 2]);
  expect(w.outcomes.filter((reason) => reason === 'duplicate_id')).toHaveLength(2);
});

test('of a group that was set back, what the store does not know is taken in', async () => {
  await using w = await freshWorld();
  await w.take(at(10), at(12));
  await w.take(at(9), at(10), at(11), at(12));
  expect(w.outcomes.toSorted()).toEqual([
    ...['duplicate_id', 'duplicate_id', 'opened', 'opened', 'opened', 'opened'],
  ]);
});

test('what a farmhand of before has on record is known for as long as it is kept, and found', async () => {
  await using w = await createAlertWorld({ redisUrl: server.url });
  await w.redis.hset(w.store.keys.mark, 'places', t0);
  const old = at(1);
  const stored = JSON.stringify([null, 'alertmanager', 'am', 'gold', t0, t0, null, 'alerts', 0, '1', 0]);
  await w.redis.set(w.store.keys.event(old.id), `opened|${stored}`);
  await w.take(old, at(2));
  expect(w.outcomes.toSorted()).toEqual(['duplicate_id', 'opened']);
  expect(await w.queries.event(old.id)).toMatchObject({ reason: 'opened', tier: 'gold' });
  w.clock.now += days(8);
  expect(await asked(w, () => w.take(at(3)))).toBe(0);
  await w.take(at(3));
  expect(w.outcomes.filter((reason) => reason === 'duplicate_id')).toHaveLength(2);
});

test('the outcome of an event that a farmhand of before has on record is put there', async () => {
  await using w = await freshWorld();
  await w.take(at(1));
  const { keys } = w.store;
  const [value] = await w.redis.hmget(keys.eventBlock('alerts.0-L.0'), '1.0');
  await w.redis.set(keys.event(at(1).id), value ?? '', 'PX', days(7));
  await w.redis.del(keys.eventBlock('alerts.0-L.0'));
  await w.settle();
  expect((await w.queries.event(at(1).id))?.reason).toBe('thread_open');
  expect(await w.redis.pttl(keys.event(at(1).id))).toBeGreaterThan(0);
  expect(await keysOf(w, 'eb')).toEqual([]);
});

test('an empty store is known to be without keys of before, one with books is not', async () => {
  await using w = await createAlertWorld({ redisUrl: server.url });
  const { keys } = w.store;
  const recovery = createRecoveryStore(
    w.redis,
    keys,
    createReader(() => {}),
  );
  const mark = { epoch: 'one', generation: 1, count: 1, at: t0 };
  await w.redis.hset(keys.books, 'received', 1);
  await recovery.begin(undefined, mark, undefined);
  expect(await w.redis.hget(keys.mark, 'places')).toBeNull();
  await w.redis.del(keys.books, keys.mark);
  await recovery.begin(undefined, mark, undefined);
  expect(await w.redis.hget(keys.mark, 'places')).toBe('0');
});

test('a partition whose records are of another type is told, and the rest is written', async () => {
  await using w = await freshWorld();
  await w.redis.set(w.store.keys.eventBlock('alerts.0-L.0'), 'x');
  await w.take(at(1));
  await w.take(at(1));
  expect((await w.all()).length).toBe(1);
  await expect(w.queries.event(at(1).id)).rejects.toThrow('cannot be read');
});
