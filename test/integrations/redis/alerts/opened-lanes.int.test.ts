import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RedisServer, startRedis } from '../../../../sandbox/redis/start.ts';
import type { LaneOpened, LaneOpening } from '../../../../src/alerts/channel/channel-queue.ts';
import { claimAhead } from '../../../../src/alerts/thread/execute-step.ts';
import { createAlertStore } from '../../../../src/integrations/redis/alerts/alert-store.ts';
import { createCommit } from '../../../../src/integrations/redis/alerts/commit.ts';
import { createEventRecords } from '../../../../src/integrations/redis/alerts/event-records.ts';
import { createLiveRecords } from '../../../../src/integrations/redis/alerts/live-records.ts';
import { createLooks } from '../../../../src/integrations/redis/alerts/looks.ts';
import { createKeys } from '../../../../src/integrations/redis/shared/keys.ts';
import { createReader } from '../../../../src/integrations/redis/shared/reader.ts';
import { anEvent } from '../../../builders/event.ts';
import { createAlertWorld, type WorldOptions } from '../../../support/alert-world.ts';

/** A write that gives a channel work opens its lane for the process that makes it, where nobody is about to look. */

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

const channel = 'C01ALERTS';
const lease = { owner: 'one', ms: 6_000 };
const policy = { claimTimeout: 15_000 };

/** A world whose writes open lanes for one process; what came of it, by channel. */
const openingWorld = async (over: Partial<WorldOptions> = {}) => {
  let claim: LaneOpening['claim'] = () => undefined;
  const told: (readonly [channel: string, lane: LaneOpened | undefined | 'failed'])[] = [];
  let opens = true;
  const openingOf = (of: string): LaneOpening | undefined =>
    opens
      ? {
          now: world.clock.now,
          wants: { posts: 16, updates: 16, paced: 16 },
          lease,
          claim: (alert) => claim(alert),
          opened: (lane) => told.push([of, lane]),
          failed: () => told.push([of, 'failed']),
        }
      : undefined;
  const world = await createAlertWorld({ redisUrl: server.url, ...over, openingOf });
  const { keys } = world.store;
  return {
    ...world,
    told,
    opens: (yes: boolean) => {
      opens = yes;
    },
    claims: () => {
      claim = (alert) => claimAhead({ now: () => world.clock.now, newClaim: () => 'mine' }, alert, policy);
    },
    leaseOf: (of = channel) => world.redis.get(keys.lease('lane', of)),
    isMarked: async (of = channel) => (await world.redis.sismember(keys.marks, of)) === 1,
    lane: (of = channel) => keys.lane(of),
    marks: keys.marks,
  };
};

test('the lane is this process’s with what was just written at its head, and its pace; nobody is nudged', async () => {
  await using w = await openingWorld({ posts: { perSecond: 1, burst: 3 } });
  await w.take(anEvent());
  const [alert] = await w.all();
  const [[of, lane] = [], ...more] = w.told;
  expect([of, more, w.marked, await w.leaseOf(), await w.isMarked()]).toEqual([
    channel,
    [],
    [],
    'one',
    false,
  ]);
  if (lane === undefined || lane === 'failed' || !lane.ok) throw new Error('it was not opened');
  expect(lane.view).toMatchObject({
    posts: [alert?.id],
    updates: [],
    waiting: 1,
    hasDigest: false,
    pace: { asked: 1, granted: 1 },
  });
  expect(lane.view.alerts.get(alert?.id ?? '')).toEqual(alert);
  expect(await w.redis.pttl(w.store.keys.lease('lane', channel))).toBeGreaterThan(5_000);
});

test('a channel that is marked is about to be looked at: it is left alone', async () => {
  await using w = await openingWorld();
  await w.redis.sadd(w.marks, channel);
  await w.take(anEvent());
  expect([w.told, w.marked, await w.leaseOf(), await w.isMarked()]).toEqual([
    [[channel, undefined]],
    [],
    null,
    true,
  ]);
});

test('somebody else’s lease: they see the mark and that somebody asked, and this process knows how long', async () => {
  await using w = await openingWorld();
  await w.redis.set(w.store.keys.lease('lane', channel), 'other', 'PX', 5_000);
  await w.take(anEvent());
  expect(w.told).toEqual([[channel, { ok: false, forMs: expect.any(Number) }]]);
  expect([w.marked, await w.leaseOf(), await w.isMarked()]).toEqual([[], 'other\n', true]);
});

test('what this process does not want to begin is marked and nudged, as ever', async () => {
  await using w = await openingWorld();
  w.opens(false);
  await w.take(anEvent());
  expect([w.told, w.marked, await w.leaseOf(), await w.isMarked()]).toEqual([[], [channel], null, true]);
});

test('a write that changes nothing in a lane opens none', async () => {
  await using w = await openingWorld();
  await w.take(anEvent());
  const times = w.told.length;
  await w.take(anEvent({ id: 'again', time: w.clock.now + 60_000, receivedAt: w.clock.now + 60_000 }));
  expect([times, w.told.length]).toEqual([1, 1]);
});

test('a lane whose keys are of another type is nudged: what was written stays written', async () => {
  await using w = await openingWorld();
  await w.redis.set(`${w.lane()}:turns`, 'a string');
  await w.redis.zadd(`${w.lane()}:w`, 1, 'parked');
  await w.take(anEvent());
  expect([w.told, w.marked, await w.isMarked()]).toEqual([[[channel, undefined]], [channel], true]);
  expect(await w.all()).toHaveLength(1);
});

describe('the claim of a new alert', () => {
  const viewOf = ({ told }: Awaited<ReturnType<typeof openingWorld>>) => {
    const lane = told.at(-1)?.[1];
    if (lane === undefined || lane === 'failed' || !lane.ok) throw new Error('it was not opened');
    return lane.view;
  };

  test('is written with it where the lane is opened and the pace lets it go', async () => {
    await using w = await openingWorld();
    w.claims();
    await w.take(anEvent());
    const [stored] = await w.all();
    expect(stored).toMatchObject({ version: 2, thread: { state: 'posting', claim: 'mine' } });
    const { claimed, posts } = viewOf(w);
    expect(claimed?.alert).toEqual(stored);
    expect(claimed?.before.thread.state).toBe('wanted');
    expect(posts).toEqual([stored?.id]);
    // The record is known to lie there: the outcome is written without a look, and it still has how its journal begins.
    expect(await w.queries.journal(stored?.id ?? '')).toHaveLength(2);
    const reads: string[] = [];
    const send = w.redis.sendCommand.bind(w.redis);
    w.redis.sendCommand = (command, stream) => {
      reads.push(command.name);
      return send(command, stream);
    };
    const seen = claimed?.alert;
    const done = await w.alerts.update(
      stored?.id ?? '',
      (alert) => ({ write: { alert, journal: [] } }),
      seen,
    );
    expect([done?.write?.alert.version, reads]).toEqual([3, ['evalsha']]);
  });

  test('is not where the pace lets nothing go', async () => {
    await using w = await openingWorld({ posts: { perSecond: 0.001, burst: 1 } });
    await w.store.pacer.take('post', channel, 1);
    w.claims();
    await w.take(anEvent());
    expect((await w.all())[0]).toMatchObject({ version: 1, thread: { state: 'wanted' } });
    expect([viewOf(w).claimed, viewOf(w).pace.granted]).toEqual([undefined, 0]);
  });

  test('is not where somebody else’s turn comes first', async () => {
    await using w = await openingWorld({ posts: { perSecond: 0.001, burst: 1 } });
    w.opens(false);
    await w.take(anEvent({ fingerprint: 'a'.repeat(16), severity: 'critical' }));
    await w.redis.del(w.marks);
    w.opens(true);
    w.claims();
    await w.take(anEvent({ fingerprint: 'b'.repeat(16), severity: 'warning' }));
    expect((await w.all()).map(({ thread }) => thread.state)).toEqual(['wanted', 'wanted']);
    expect(viewOf(w)).toMatchObject({ waiting: 2, pace: { granted: 1 } });
    expect(viewOf(w).claimed).toBeUndefined();
  });

  test('is not made for several at once, nor where the lane is not opened', async () => {
    await using w = await openingWorld();
    w.claims();
    await w.take(anEvent({ fingerprint: 'a'.repeat(16) }), anEvent({ id: 'b', fingerprint: 'b'.repeat(16) }));
    expect(viewOf(w).claimed).toBeUndefined();
    await w.redis.sadd(w.marks, channel);
    await w.take(anEvent({ id: 'c', fingerprint: 'c'.repeat(16) }));
    expect((await w.all()).map(({ thread }) => thread.state)).toEqual(['wanted', 'wanted', 'wanted']);
  });
});

const commitTo = (world: Awaited<ReturnType<typeof openingWorld>>, over: { readonly skew?: number } = {}) => {
  const told: string[] = [];
  const keys = createKeys(world.prefix);
  const reader = createReader(() => {});
  const records = createLiveRecords(keys, reader);
  const rate = () => ({ perSecond: 1_000, burst: 1_000 });
  const commit = createCommit({
    ...{ redis: world.redis, keys, reader, now: Date.now, waitReplicas: 0, commandTimeout: 1_000 },
    retention: { alert: 1_000_000, event: 1_000_000 },
    skew: () => over.skew ?? 0,
    looks: createLooks({ keys, records, rate }),
    openingOf: (of) => ({
      now: Date.now(),
      wants: { posts: 1, updates: 1, paced: 1 },
      lease,
      claim: () => undefined,
      opened: (lane) => told.push(`${of} ${lane === undefined ? 'was not opened' : 'was opened'}`),
      failed: () => told.push(`${of} failed`),
    }),
    onMarked: (channels) => told.push(...channels.map((of) => `${of} was nudged`)),
    onDue: () => {},
  });
  const events = createEventRecords({
    ...{ redis: world.redis, keys, reader, now: Date.now },
    kept: () => 1_000_000,
    epoch: () => undefined,
  });
  return { told, store: createAlertStore(world.redis, keys, commit, reader, records, events) };
};

const writesOf = async (world: Awaited<ReturnType<typeof openingWorld>>, channels: readonly string[]) => {
  world.opens(false);
  await world.take(anEvent());
  const [alert] = await world.all();
  if (alert === undefined) throw new Error('there is no alert');
  return channels.map((of, n) => {
    const fingerprint = (n + 1).toString(16).padStart(16, '0');
    const id = `${fingerprint}-1`;
    const after = { ...alert, fingerprint, id, channel: of };
    return { before: undefined, after, archived: [], journal: [], events: [], nonces: [] };
  });
};

test('what nobody knows the end of is told as such: the write may have opened it', async () => {
  await using w = await openingWorld();
  const { store, told } = commitTo(w, { skew: -60_000 });
  const writes = await writesOf(w, ['C1']);
  await expect(store.takeIn(writes, [])).rejects.toThrow('too late');
  expect(told).toEqual(['C1 failed']);
});

test('a write that somebody was faster with opens nothing', async () => {
  await using w = await openingWorld();
  const { store, told } = commitTo(w);
  const writes = await writesOf(w, ['C1']);
  await w.redis.set(`{${w.prefix}}:s:${writes[0]?.after.fingerprint}`, '7|1|x|y|["other"]');
  expect(await store.takeIn(writes, [])).toHaveLength(1);
  expect(told).toEqual(['C1 was not opened']);
});

test('four channels are opened by one write; with a fifth, none: their looks would hold Redis up', async () => {
  await using w = await openingWorld();
  const { store, told } = commitTo(w);
  const writes = await writesOf(w, ['C1', 'C2', 'C3', 'C4', 'C5']);
  await store.takeIn(writes.slice(0, 4), []);
  expect(told.splice(0).sort()).toEqual(['C1', 'C2', 'C3', 'C4'].map((of) => `${of} was opened`));
  const later = (await writesOf(w, ['C6', 'C7', 'C8', 'C9', 'C10'])).map((write, n) => ({
    ...write,
    after: { ...write.after, fingerprint: `f${n}`.padEnd(16, '0'), id: `${`f${n}`.padEnd(16, '0')}-1` },
  }));
  await store.takeIn(later, []);
  expect(told.sort()).toEqual(['C10', 'C6', 'C7', 'C8', 'C9'].map((of) => `${of} was nudged`));
});
