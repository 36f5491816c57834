import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RedisServer, startRedis } from '../../../sandbox/redis/start.ts';
import { type LaneRecovery, reconcileChannel } from '../../../src/alerts/channel/channel-controller.ts';
import { createDigestKeeper } from '../../../src/alerts/channel/digest-keeper.ts';
import type { AlertId } from '../../../src/alerts/model/alert.ts';
import { anEvent, minutes, resolveOf, t0 } from '../../builders/event.ts';
import { type AlertWorld, createAlertWorld } from '../../support/alert-world.ts';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

const channel = 'C01ALERTS';
const posts = (world: AlertWorld): number =>
  world.slack.calls.filter(({ method }) => method === 'postRoot').length;

/** Every alert had a root before the records were lost: it is posted here, and given to who waits. */
const adoptAll = (world: AlertWorld, adopted: AlertId[]) => async (ids: readonly AlertId[]) => {
  for (const alert of (await world.alerts.getMany(ids)).values()) {
    if (alert.thread.state !== 'wanted') continue;
    const root = await world.slack.postRoot(alert);
    if (!root.ok) continue;
    await world.open(alert.id, root.value);
    adopted.push(alert.id);
  }
  return ids.length;
};

const passRecovering = (world: AlertWorld, recovery: LaneRecovery, late: () => Promise<unknown>) => {
  const { lanes } = world.passDeps;
  let came = false;
  const busy: typeof lanes = {
    ...lanes,
    // Alerts come in all the time: this one does after it was asked who waits, and before anything is posted.
    waiting: async (...asked) => {
      const ids = await lanes.waiting(...asked);
      if (!came) {
        came = true;
        await late();
      }
      return ids;
    },
  };
  return reconcileChannel({ ...world.passDeps, lanes: busy, recovery }, channel);
};

test('an alert that comes in during the pass, after records were lost, goes on in the thread that it had', async () => {
  await using world = await createAlertWorld({ redisUrl: redis.url });
  const adopted: AlertId[] = [];
  const recovery: LaneRecovery = { state: () => 'adopt', adopt: adoptAll(world, adopted) };
  await passRecovering(world, recovery, () => world.take(anEvent()));
  const all = await world.all();
  expect(all.map(({ thread }) => thread.state)).toEqual(['open']);
  expect(adopted).toEqual(all.map(({ id }) => id));
  expect(posts(world)).toBe(1);
});

test('records that are lost during the pass: nothing is posted before the channels were read', async () => {
  await using world = await createAlertWorld({ redisUrl: redis.url });
  let state: ReturnType<LaneRecovery['state']> = 'adopt';
  const recovery: LaneRecovery = { state: () => state, adopt: async () => 0 };
  const again = await passRecovering(world, recovery, async () => {
    state = 'held';
    await world.take(anEvent());
  });
  expect(again).toBe(500);
  expect(posts(world)).toBe(0);
});

test('what resolved before its turn, after records were lost, closes the thread that it had and is not folded', async () => {
  await using world = await createAlertWorld({ redisUrl: redis.url, posts: { perSecond: 0.001, burst: 1 } });
  const adopted: AlertId[] = [];
  const firing = anEvent();
  await world.take(resolveOf(firing, t0 + minutes(1)));
  const digests = createDigestKeeper({
    ...world.passDeps,
    digests: world.store.digests,
    settings: () => ({ threshold: 0, refresh: 10_000 }),
    claimTimeout: 15_000,
    adopt: adoptAll(world, adopted),
  });
  await reconcileChannel({ ...world.passDeps, digests }, channel);
  const all = await world.all();
  expect(all.map(({ thread }) => thread.state)).toEqual(['open']);
  expect(adopted).toEqual(all.map(({ id }) => id));
});
