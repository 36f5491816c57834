import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RedisServer, startRedis } from '../../../sandbox/redis/start.ts';
import type { AlertEvent } from '../../../src/alerts/model/event.ts';
import type { SlackResult } from '../../../src/delivery/slack-result.ts';
import { anEvent, resolveOf, t0 } from '../../builders/event.ts';
import { type AlertWorld, createAlertWorld } from '../../support/alert-world.ts';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

const channel = 'C01ALERTS';
/** One post a second, as Slack allows; a digest when more than three wait. */
const stormy = () =>
  createAlertWorld({
    redisUrl: redis.url,
    posts: { perSecond: 1, burst: 1 },
    digest: { threshold: 3, refresh: 10_000 },
  });

const storm = (count: number, over: Partial<AlertEvent> = {}, from = 0): readonly AlertEvent[] =>
  Array.from({ length: count }, (_, n) =>
    anEvent({
      fingerprint: (from + n).toString(16).padStart(16, '0'),
      name: 'DiskFull',
      labels: { alertname: 'DiskFull', service: 'db' },
      severity: 'warning',
      ...over,
    }),
  );

const digests = (world: AlertWorld) => world.slack.messages.filter(({ key }) => key.kind === 'digest');
const roots = (world: AlertWorld) => world.slack.messages.filter(({ key }) => key.kind === 'alert');

/** Passes until `ms` have gone by, moving the clock as the lane asks. */
const pass = async (world: AlertWorld, ms: number): Promise<void> => {
  const end = world.clock.now + ms;
  while (world.clock.now < end) {
    const again = (await world.pass()) ?? ms;
    world.clock.now = Math.min(end, world.clock.now + Math.max(1, again));
  }
};

const ambiguous: Exclude<SlackResult<never>, { ok: true }> = { ok: false, kind: 'ambiguous', error: 'reset' };

describe('a storm in a channel', () => {
  test('a backlog up to the threshold needs no digest', async () => {
    await using world = await stormy();
    await world.take(...storm(3));
    await world.settle();
    expect([digests(world).length, roots(world).length]).toEqual([0, 3]);
  });

  test('one message tells what waits, folds what is over before its turn, and is closed at the end', async () => {
    await using world = await stormy();
    const warnings = storm(10);
    const critical = storm(2, { severity: 'critical', name: 'Down' }, 100);
    await world.take(...warnings, ...critical);
    await pass(world, 2_000);
    const [digest, ...others] = digests(world);
    expect(others).toEqual([]);
    expect(digest?.digest).toMatchObject({
      state: 'open',
      waitingCount: 12,
      waiting: [
        { severity: 'critical', name: 'Down', service: 'db', count: 2 },
        { severity: 'warning', name: 'DiskFull', service: 'db', count: 10 },
      ],
    });
    await pass(world, 2_000);
    // The most severe first.
    expect(
      roots(world)
        .map(({ alert }) => alert?.name)
        .slice(0, 2),
    ).toEqual(['Down', 'Down']);
    await world.take(...warnings.slice(4).map((event) => resolveOf(event, world.clock.now)));
    await world.settle();
    const ended = digests(world)[0]?.digest;
    expect(ended).toMatchObject({ state: 'closed', waitingCount: 0, foldedCount: 6, threaded: 6 });
    expect(ended?.folded).toEqual([{ severity: 'warning', name: 'DiskFull', service: 'db', count: 6 }]);
    expect(await world.store.digests.load(channel)).toBeUndefined();
    expect(roots(world).length).toBe(6);
    const books = await world.queries.books();
    expect(books).toMatchObject({ received: 18, threaded: 6, merged: 6, suppressed: 6, pending: 0 });
    expect(books.byReason['settled|folded']).toBe(6);
  });

  test('an alert that was folded and fires again gets its thread', async () => {
    await using world = await stormy();
    const all = storm(6);
    await world.take(...all);
    await pass(world, 1_000);
    const last = all[5] as AlertEvent;
    await world.take(resolveOf(last, t0 + 2_000));
    // Folded when the digest is brought up to date next.
    await pass(world, 10_500);
    await world.take({ ...last, id: 'again', startsAt: world.clock.now, time: world.clock.now });
    await world.settle();
    const fired = (await world.all()).find(({ fingerprint }) => fingerprint === last.fingerprint);
    expect([fired?.thread.state, fired?.fired]).toEqual(['open', 2]);
    expect((await world.queries.books()).pending).toBe(0);
    expect((await world.queries.event('again'))?.reason).toBe('thread_open');
  });

  test('a crash in the middle of folding counts nobody twice, and nobody not at all', async () => {
    await using world = await stormy();
    const all = storm(8);
    await world.take(...all);
    await pass(world, 1_000);
    await world.take(...all.slice(2).map((event) => resolveOf(event, t0 + 1_500)));
    const { update } = world.alerts;
    let folds = 0;
    Object.assign(world.alerts, {
      update: (...args: Parameters<typeof update>) => {
        folds += 1;
        return folds === 4 ? Promise.reject(new Error('crash')) : update(...args);
      },
    });
    world.clock.now = t0 + 11_000;
    await expect(world.pass()).rejects.toThrow('crash');
    Object.assign(world.alerts, { update });
    expect((await world.store.digests.load(channel))?.folding.length).toBeGreaterThan(3);
    await world.settle();
    const ended = digests(world)[0]?.digest;
    const folded = (await world.all()).filter(({ thread }) => thread.state === 'folded').length;
    expect([folded, ended?.foldedCount]).toEqual([6, 6]);
    expect(await world.queries.books()).toMatchObject({
      received: 14,
      threaded: 2,
      suppressed: 6,
      pending: 0,
    });
  });
});

describe('the message of a digest', () => {
  test.each(['before', 'after'] as const)(
    'is there once when its answer was lost (%s it took effect)',
    async (when) => {
      await using world = await stormy();
      world.slack.faults.push({ method: 'postDigest', when, result: ambiguous });
      await world.take(...storm(30));
      await world.settle();
      expect(digests(world).map(({ digest }) => digest?.state)).toEqual(['closed']);
      expect(await world.store.digests.load(channel)).toBeUndefined();
    },
  );

  test('may be deleted by somebody: the storm goes on, and nothing is left behind', async () => {
    await using world = await stormy();
    await world.take(...storm(10));
    await pass(world, 2_000);
    world.slack.messages.splice(
      world.slack.messages.findIndex(({ key }) => key.kind === 'digest'),
      1,
    );
    await world.settle();
    expect([digests(world).length, roots(world).length]).toEqual([0, 10]);
    expect(await world.store.digests.load(channel)).toBeUndefined();
  });

  test('is given up when its channel takes nothing any more', async () => {
    await using world = await stormy();
    const refused = { ok: false, kind: 'refused', error: 'is_archived' } as const;
    for (const method of ['postDigest', 'postRoot'] as const) {
      world.slack.faults.push({ method, when: 'before', result: refused, times: 10_000 });
    }
    await world.take(...storm(10));
    await world.settle();
    expect(world.slack.messages).toEqual([]);
    expect(await world.store.digests.load(channel)).toBeUndefined();
    expect(await world.queries.books()).toMatchObject({ received: 10, suppressed: 10, pending: 0 });
  });
});

test('a digest that was never posted goes with what was folded, when its channel is gone', async () => {
  await using world = await stormy();
  const refused = { ok: false, kind: 'refused', error: 'is_archived' } as const;
  world.slack.faults.push({ method: 'postDigest', when: 'before', result: refused, times: 10_000 });
  const all = storm(6);
  await world.take(...all);
  await pass(world, 1_000);
  await world.take(...all.slice(3).map((event) => resolveOf(event, t0 + 1_500)));
  await world.settle();
  expect(await world.store.digests.load(channel)).toBeUndefined();
  expect(await world.queries.books()).toMatchObject({ threaded: 3, suppressed: 3, pending: 0 });
});

describe('tiers in one channel', () => {
  test('the flood of one does not delay another', async () => {
    await using world = await createAlertWorld({
      redisUrl: redis.url,
      posts: { perSecond: 1, burst: 1 },
      digest: { threshold: 1_000, refresh: 10_000 },
    });
    await world.take(...storm(100, { tier: 'noisy' }));
    await pass(world, 5_000);
    await world.take(...storm(3, { tier: 'calm' }, 1_000));
    await pass(world, 8_000);
    const posted = roots(world).map(({ alert }) => alert?.tier);
    expect(posted.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => 'noisy'));
    expect(posted.slice(5, 12).filter((tier) => tier === 'calm').length).toBe(3);
  });
});
