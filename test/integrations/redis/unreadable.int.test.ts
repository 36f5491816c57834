import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RedisServer, startRedis } from '../../../sandbox/redis/start.ts';
import { reconcileChannel } from '../../../src/alerts/channel/channel-controller.ts';
import { createDigestKeeper } from '../../../src/alerts/channel/digest-keeper.ts';
import { createInFlightCalls } from '../../../src/alerts/channel/in-flight-calls.ts';
import { UnreadableRecord } from '../../../src/core/errors.ts';
import { createIngest } from '../../../src/intake/ingest.ts';
import type { Rejection } from '../../../src/intake/wire/raw.ts';
import { writeOf } from '../../../src/rebuild/model/transition.ts';
import { createRouteTable } from '../../../src/routes/table.ts';
import { anAlert } from '../../builders/alert.ts';
import { anEvent } from '../../builders/event.ts';
import { anInstance, aPlan, inStep } from '../../builders/rebuild.ts';
import { recordStore } from '../../support/redis/store.ts';

let server: RedisServer;
let prefixes = 0;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

const channel = 'C0ALERTS';

const open = () => {
  const redis = new Redis(server.url);
  const prefix = `unreadable-${++prefixes}`;
  const told: string[] = [];
  const store = recordStore({
    redis,
    prefix,
    commandTimeout: 60_000,
    rates: () => ({ post: { perSecond: 100, burst: 100 }, update: { perSecond: 100, burst: 100 } }),
    onUnreadable: (kind, key) => told.push(`${kind} ${key.replace(/^\{[^}]*\}:/, '')}`),
  });
  const put = async (n: number) => {
    const fingerprint = n.toString(16).padStart(16, '0');
    const after = anAlert({ id: `${fingerprint}-1`, fingerprint, channel });
    const write = { before: undefined, after, archived: [], journal: [], events: [], nonces: [] };
    expect(await store.alerts.takeIn([write], [])).toEqual([]);
    return { ...after, version: 1, key: store.keys.full(store.keys.series(fingerprint)) };
  };
  return { redis, store, told, put, [Symbol.dispose]: () => redis.disconnect() };
};
type World = ReturnType<typeof open>;

/** What may stand where a record should be. */
const spoiled: readonly (readonly [string, (world: World, key: string) => Promise<unknown>])[] = [
  ['not JSON', ({ redis }, key) => redis.set(key, 'garbage')],
  ['nothing', ({ redis }, key) => redis.set(key, '')],
  ['the first half', async ({ redis }, key) => redis.set(key, ((await redis.get(key)) ?? '').slice(0, 60))],
  ['null', ({ redis }, key) => redis.set(key, '1|1|a|a|null')],
  ['another shape', ({ redis }, key) => redis.set(key, '1|1|a|a|{"id":"x"}')],
  ['too few fields', ({ redis }, key) => redis.set(key, '1|1|a|a|["x",1,2,3]')],
  ['a text', ({ redis }, key) => redis.set(key, '1|1|a|a|"some text that can be taken apart"')],
  [
    'another type',
    async ({ redis }, key) => {
      await redis.del(key);
      await redis.rpush(key, 'x');
    },
  ],
];

describe.each(spoiled)('where the record of an alert should be there is %s', (what, spoil) => {
  test('the channel and the lists go on with the others, and the key is told once', async () => {
    using world = open();
    const { store, told, put } = world;
    const [bad, good] = [await put(1), await put(2)];
    await spoil(world, bad.key);
    const posted: string[] = [];
    const threads = {
      postRoot: async (alert: { id: string }) => {
        posted.push(alert.id);
        return { ok: true, value: { channel, ts: '1.1' } } as const;
      },
    };
    const shared = {
      store: store.alerts,
      lanes: store.lanes,
      pacer: store.pacer,
      // Nothing else of Slack is asked for here.
      threads: threads as never,
      now: Date.now,
      newClaim: () => 'claim',
    };
    const pass = {
      ...shared,
      digests: createDigestKeeper({
        ...shared,
        digests: store.digests,
        claimTimeout: 15_000,
        settings: () => ({ threshold: 1_000, refresh: 1_000 }),
      }),
      underWay: createInFlightCalls({ after: () => () => {}, atOnce: 8, onLate: () => {} }),
      policy: { claimTimeout: 15_000 },
      concurrency: 4,
      budget: 1_000,
      stopping: () => false,
      nextChannel: () => undefined,
    };
    await reconcileChannel(pass, channel);
    expect(posted).toEqual([good.id]);
    // It is looked at again later, and nothing is at the head of the queue meanwhile.
    const view = await store.lanes.peek(channel, Date.now(), { posts: 9, updates: 9 });
    expect(view.posts).toEqual([]);
    expect(view.wakeAt).toBeGreaterThan(Date.now() + 30_000);
    expect((await store.queries.list({ limit: 10 })).alerts.map(({ id }) => id)).toEqual([good.id]);
    expect(await store.queries.lanes()).toMatchObject([{ channel }]);
    if (what !== 'another type') expect(told).toEqual(['alert s:0000000000000001']);
  });

  test('its events are kept in the dead letters with the key; those of others are taken in', async () => {
    using world = open();
    const { store, put, redis } = world;
    const bad = await put(1);
    await spoil(world, bad.key);
    const before = await redis.dump(bad.key);
    const kept: Rejection[] = [];
    const outcomes: string[] = [];
    const fingerprints = [bad.fingerprint, '0000000000000003'];
    const events = fingerprints.map((fingerprint, i) =>
      anEvent({ id: `e${i}`, fingerprint, position: { via: 'http', request: 'r', index: i } }),
    );
    const ingest = createIngest({
      decode: () => ({ events, rejections: [] }),
      store: store.alerts,
      deadLetters: { keep: async (rejections) => void kept.push(...rejections) },
      routes: () => createRouteTable({ routes: [], slack: { default_channel: channel } }),
      policy: () => ({ refireWindow: 1_000, staleGrace: 1_000 }) as never,
      onOutcome: ({ reason, count }) => outcomes.push(`${reason} ${count}`),
    });
    const message = {
      value: Buffer.from('{}'),
      headers: {},
      position: { via: 'http', request: 'r', index: 0 },
      receivedAt: Date.now(),
    } as const;
    const receipt = await ingest.ingest([message]);
    expect(receipt.ids).toEqual(['e1']);
    expect(kept).toEqual(receipt.rejected);
    expect(kept).toMatchObject([
      {
        reason: 'unreadable_record',
        detail: expect.stringContaining(bad.key) as string,
        message: { value: Buffer.from('{}'), position: { via: 'http', request: 'r', index: 0 } },
      },
    ]);
    expect(outcomes.toSorted()).toEqual(['opened 1', 'unreadable_record 1']);
    const { received, pending, rejected } = await store.queries.books();
    expect({ received, pending, rejected }).toEqual({ received: 2, pending: 1, rejected: 1 });
    expect(await redis.dump(bad.key)).toEqual(before);
  });
});

test('who asks for the very alert is told that its record cannot be read, and what can be done', async () => {
  using world = open();
  const bad = await world.put(1);
  await world.redis.set(bad.key, 'garbage');
  const says = `The record of this alert cannot be read (Redis key ${bad.key}). It was not changed. Repair it, or move it away with RENAME.`;
  await expect(world.store.queries.get(bad.id)).rejects.toThrow(says);
  await expect(world.store.queries.get(bad.id.slice(0, 8))).rejects.toThrow(says);
  await expect(world.store.alerts.update(bad.id, () => ({}))).rejects.toThrow(says);
});

test('a digest that cannot be read is moved aside as it is, and another is begun', async () => {
  using world = open();
  const { redis, store, told } = world;
  const key = store.keys.digest(channel);
  await redis.set(key, '3|{"id":');
  expect(await store.digests.load(channel)).toBeUndefined();
  expect(told).toEqual([`digest l:${channel}:digest`]);
  const [moved] = await redis.keys(`*:l:${channel}:digest:unreadable:*`);
  expect(await redis.get(moved ?? '')).toBe('3|{"id":');
  expect(await redis.exists(key)).toBe(0);
});

test('a line of a journal that cannot be read is left out; an event says so', async () => {
  using world = open();
  const { redis, store } = world;
  const alert = await world.put(1);
  const key = store.keys.journal(alert.id);
  await redis.del(key);
  await redis.rpush(key, '[1,0,"before"]', '{', 'null', '[2,0,"after"]');
  expect((await store.queries.journal(alert.id)).map(({ what }) => what)).toEqual(['before', 'after']);
  await redis.set(store.keys.event('e1'), 'opened|[');
  await expect(store.queries.event('e1')).rejects.toThrow(UnreadableRecord);
});

describe('a key that holds another type', () => {
  const journaled = { at: 1, who: 'farmhand' as const, what: 'said' };

  test('in place of a journal: its alert and its lane go on, and the key is told once', async () => {
    using world = open();
    const { redis, store, told, put } = world;
    const [bad, good] = [await put(1), await put(2)];
    await redis.set(store.keys.journal(bad.id), 'no list');
    for (const { id } of [bad, good, bad]) {
      await store.alerts.update(id, (alert) => ({
        write: { alert: { ...alert, fired: alert.fired + 1 }, journal: [journaled] },
      }));
    }
    expect((await store.alerts.getMany([bad.id])).get(bad.id)?.fired).toBe(3);
    expect(await store.queries.journal(bad.id)).toEqual([]);
    expect(await store.queries.journal(good.id)).toEqual([journaled]);
    expect(await redis.get(store.keys.journal(bad.id))).toBe('no list');
    expect(told).toEqual([`journal j:${bad.id}`]);
  });

  test('in place of an event: what settles it goes on, and who asks for it is told', async () => {
    using world = open();
    const { redis, store, told, put } = world;
    const alert = await put(1);
    await redis.rpush(store.keys.event('e1'), 'x');
    await store.alerts.update(alert.id, (now) => ({
      write: { alert: now, journal: [], settles: { event: 'e1', reason: 'thread_open' } },
    }));
    expect((await store.queries.books()).threaded).toBe(1);
    await expect(store.queries.event('e1')).rejects.toThrow(UnreadableRecord);
    expect(told).toEqual(['event e:e1']);
  });

  test.each(['lane', 'threads', 'books'] as const)(
    'in place of %s of a channel: others go on',
    async (what) => {
      using world = open();
      const { redis, store, told, put } = world;
      const { keys } = store;
      const key = { lane: `${keys.lane(channel)}:p`, threads: keys.threads(channel), books: keys.books }[
        what
      ];
      await redis.set(key, 'x');
      const alert = await put(1);
      const posted = { state: 'open', ts: '1.1', at: 1, shown: 'x' } as const;
      await store.alerts.update(alert.id, (now) => ({
        write: {
          alert: { ...now, thread: posted },
          journal: [journaled],
          settles: { event: 'e1', reason: 'thread_open' },
        },
      }));
      expect((await store.alerts.getMany([alert.id])).get(alert.id)?.thread).toEqual(posted);
      expect(told).toEqual([`index ${key.replace(/^\{[^}]*\}:/, '')}`]);
    },
  );

  test('in place of the journal of a rebuild: the rebuild goes on', async () => {
    using world = open();
    const { redis, store, told } = world;
    const rebuild = inStep('rebuild');
    const made = await store.rebuilds.create(
      { instance: 'system6', day: '20261120', draft: 'd', limit: 50 },
      (id) => writeOf({ ...rebuild, id }),
    );
    const id = made.ok ? made.rebuild.id : '';
    await redis.del(store.keys.rebuildJournal(id));
    await redis.set(store.keys.rebuildJournal(id), 'x');
    const done = await store.rebuilds.update(id, (now) => ({
      write: { rebuild: { ...now, pausedMs: 7 }, journal: [journaled] },
    }));
    expect(done?.write?.rebuild).toMatchObject({ pausedMs: 7 });
    expect((await store.rebuilds.get(id))?.pausedMs).toBe(7);
    expect(await store.rebuildQueries.journal(id)).toEqual([]);
    expect(told).toEqual([`journal rj:${id}`]);
  });
});

describe('a rebuild', () => {
  const begin = async ({ store }: World, name: string): Promise<string> => {
    const rebuild = inStep('rebuild', {}, { plan: aPlan({ instance: anInstance({ name }) }) });
    const made = await store.rebuilds.create(
      { instance: name, day: '20261120', draft: name, limit: 50 },
      (id) => writeOf({ ...rebuild, id }),
    );
    return made.ok ? made.rebuild.id : '';
  };

  test.each(['garbage', '1|null', '1|{}', '1|{"id":"x","version":1}'])(
    'whose record is “%s” is left out of lists and counts, and is told when it is asked for',
    async (value) => {
      using world = open();
      const { store, redis, told } = world;
      const [bad, good] = [await begin(world, 'system6'), await begin(world, 'system8')];
      await redis.set(store.keys.rebuild(bad), value);
      expect((await store.rebuildQueries.list({ limit: 10 })).map(({ id }) => id)).toEqual([good]);
      expect([...(await store.rebuildStates()).values()]).toEqual([1]);
      expect(told).toEqual([`rebuild r:${bad}`]);
      for (const asked of [
        () => store.rebuildQueries.get(bad),
        () => store.rebuildQueries.ofInstance('system6'),
        () => store.rebuilds.get(bad),
        () => store.rebuilds.update(bad, () => ({})),
      ]) {
        await expect(asked()).rejects.toThrow(UnreadableRecord);
      }
      // Nobody begins a second one on the instance.
      const second = await store.rebuilds.create(
        { instance: 'system6', day: '20261120', draft: 'other', limit: 50 },
        () => expect.unreachable(),
      );
      expect(second).toEqual({ ok: false, code: 'busy', id: bad });
      expect(await redis.get(store.keys.rebuild(bad))).toBe(value);
    },
  );

  test('whose journal is of another type goes on, and the journal is told', async () => {
    using world = open();
    const { store, redis, told } = world;
    const id = await begin(world, 'system6');
    const key = store.keys.rebuildJournal(id);
    await redis.del(key);
    await redis.set(key, 'no list');
    const line = { at: 1, who: 'farmhand', what: 'step' };
    await store.rebuilds.update(id, (rebuild) => ({
      write: { rebuild: { ...rebuild, reason: 'after' }, journal: [line] },
    }));
    expect((await store.rebuilds.get(id))?.reason).toBe('after');
    expect(await store.rebuildQueries.journal(id)).toEqual([]);
    expect(told).toEqual([`journal rj:${id}`]);
  });
});
