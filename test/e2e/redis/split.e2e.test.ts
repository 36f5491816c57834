import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openSwitch } from '../../../sandbox/process/switch.ts';
import { follow, followed, lead } from '../../../sandbox/redis/admin.ts';
import { startRedis } from '../../../sandbox/redis/start.ts';
import { startWorld, type World } from '../../../sandbox/world/world.ts';
import { startReplica } from '../support/replica.ts';
import { rootTexts } from '../support/roots.ts';
import { unpaced } from '../support/scene.ts';
import { until } from '../support/until.ts';
import { fingerprintOf, type WebhookAlert, webhook } from '../support/webhook.ts';

const alertsOf = (name: string): readonly WebhookAlert[] =>
  [0, 1, 2, 3, 4].map((n) => ({ name, labels: { pod: `${name.toLowerCase()}-${n}` } }));

const oneRootEach = async (world: World, alerts: readonly WebhookAlert[]): Promise<void> => {
  const wanted = alerts.map(fingerprintOf);
  const all = await until(
    'their roots',
    () => rootTexts(world),
    (found) => wanted.every((series) => found.has(series)),
    60_000,
  );
  expect(wanted.filter((series) => all.get(series)?.length !== 1)).toEqual([]);
};

/** With the stalled connection neither end hears that anything is wrong. */
test('fault row 25: Redis is reached no more and nobody says so: probes are well, nothing is acknowledged, and it goes on', {
  timeout: 240_000,
}, async () => {
  await using world = await startWorld({ ...unpaced, routes: [] });
  await using way = await openSwitch(Number(new URL(world.redis.url).port));
  const farmhand = await startReplica(world, {}, { redis: { url: way.url } });
  const before = alertsOf('Before');
  await farmhand.client.send(webhook(...before));
  await oneRootEach(world, before);

  way.hold();
  const during = alertsOf('During');
  const stalledUntil = performance.now() + 20_000;
  const statuses: number[] = [];
  while (performance.now() < stalledUntil) {
    for (const path of ['/livez', '/readyz'] as const) {
      const { status, ms } = await farmhand.client.probe(path);
      expect([path, status]).toEqual([path, 200]);
      expect(ms).toBeLessThan(2_000);
    }
    const answer = await farmhand.client.post(webhook(...during)).catch(() => undefined);
    if (answer) statuses.push(answer.status);
    await sleep(200);
  }
  expect(new Set(statuses)).toEqual(new Set([503]));
  const { body } = await farmhand.client.probe('/statusz');
  const dependencies = body['dependencies'] as readonly { readonly name: string; readonly state: string }[];
  expect(dependencies.find(({ name }) => name === 'redis')?.state).toBe('down');
  expect(farmhand.process.running).toBe(true);

  way.release();
  await farmhand.client.send(webhook(...during));
  await oneRootEach(world, [...before, ...during]);
  await farmhand.process.stop();
});

test('fault row 27: the old primary is still written to by one of two processes: it acknowledges and tells nothing', {
  timeout: 240_000,
}, async () => {
  await using world = await startWorld({ ...unpaced, routes: [] });
  await using stack = new AsyncDisposableStack();
  const server = async () => stack.use(await startRedis({ args: ['--repl-diskless-sync-delay', '0'] }));
  const [old, next, third] = await Promise.all([server(), server(), server()]);
  const link = stack.use(await openSwitch(old.port));
  for (const one of [next, third]) await follow(one, link.port);
  for (const one of [next, third]) await followed(one);
  const ways = [stack.use(await openSwitch(old.port)), stack.use(await openSwitch(old.port))] as const;
  const [left, right] = await Promise.all(
    ways.map(({ url }) => startReplica(world, {}, { redis: { url, wait_replicas: 1 } })),
  );
  if (!left || !right) throw new Error('two farmhands');
  const before = alertsOf('Before');
  await left.client.send(webhook(...before));
  await oneRootEach(world, before);

  // The old primary is cut off from its replicas, and does not know it; the others go on without it.
  link.hold();
  await lead(next);
  await follow(third, next.port);
  await followed(third);
  ways[1].leadTo(next.port);
  ways[1].cut();

  const during = alertsOf('During');
  await right.client.send(webhook(...during));
  await oneRootEach(world, [...before, ...during]);
  const lonely = alertsOf('Lonely');
  for (let n = 0; n < 5; n++) {
    const { status, body } = await left.client.post(webhook(...during, ...lonely));
    expect([status, JSON.stringify(body)]).toEqual([503, expect.stringContaining('store_unavailable')]);
  }
  await sleep(3_000);
  const told = await rootTexts(world);
  expect(lonely.filter((alert) => told.has(fingerprintOf(alert)))).toEqual([]);
  await oneRootEach(world, [...before, ...during]);

  // It comes back as a replica, and forgets what only it had.
  await follow(old, next.port);
  ways[0].leadTo(next.port);
  link.cut();
  await left.client.send(webhook(...lonely));
  await oneRootEach(world, [...before, ...during, ...lonely]);
  await Promise.all([left, right].map(({ process }) => process.stop()));
});
