import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRedis } from '../../../sandbox/redis/start.ts';
import { startWorld, type World } from '../../../sandbox/world/world.ts';
import { type Broker, openBroker } from '../support/broker.ts';
import { openLedger } from '../support/ledger.ts';
import { rootTexts } from '../support/roots.ts';
import { channels, unpaced } from '../support/scene.ts';
import { until } from '../support/until.ts';
import { fingerprintOf, type WebhookAlert, webhook } from '../support/webhook.ts';
import { mirror, openSide, type RegionSide, works } from './two-regions.ts';

const [topic, copied] = ['alerts', 'west.alerts'];
const alertsOf = (name: string, count: number): readonly WebhookAlert[] =>
  Array.from({ length: count }, (_, n) => ({ name, labels: { pod: `${name.toLowerCase()}-${n}` } }));
const early = alertsOf('Early', 60);
let world: World;
let broker: Broker;
let west: RegionSide;
let east: RegionSide;
let redis: { readonly west: string; readonly east: string };
const stack = new AsyncDisposableStack();
beforeAll(async () => {
  world = stack.use(await startWorld({ ...unpaced, kafka: 'always', routes: [] }));
  const second = stack.use(await startRedis());
  redis = { west: world.redis.url, east: second.url };
  await world.kafka?.createTopics([{ name: copied, partitions: 3 }]);
  stack.use(await mirror(world.kafka?.address ?? '', [topic, copied], webhook(...early.slice(0, 1))));
  broker = stack.use(await openBroker(world));
  west = await openSide(world, 'west', { redis: redis.west, topic });
  east = await openSide(world, 'east', { redis: redis.east, topic: copied });
});
afterAll(() => stack.disposeAsync());

const over = (alerts: readonly WebhookAlert[]): readonly WebhookAlert[] =>
  alerts.map((alert) => ({ ...alert, status: 'resolved' }));
const send = (alerts: readonly WebhookAlert[]): Promise<void> =>
  broker.send(
    topic,
    alerts.map((alert) => webhook(alert)),
  );

const roots = () => rootTexts(world);
const oneRootEach = async (alerts: readonly WebhookAlert[], timeout = 120_000) => {
  const wanted = new Set(alerts.map(fingerprintOf));
  const all = await until('all roots', roots, (found) => found.size >= wanted.size, timeout);
  expect([...all].filter(([series]) => !wanted.has(series))).toEqual([]);
  expect([...wanted].filter((series) => !all.has(series))).toEqual([]);
  expect([...all.values()].filter((texts) => texts.length !== 1)).toEqual([]);
};
const ended = async (alerts: readonly WebhookAlert[]) => {
  const wanted = alerts.map(fingerprintOf);
  const isOver = (texts: readonly string[] | undefined) =>
    texts?.some((text) => text.startsWith('✅ Resolved'));
  await until('their ends', roots, (found) => wanted.every((series) => isOver(found.get(series))), 120_000);
};

test('a region that was not promoted takes nothing in, and says why', { tags: ['long'] }, async () => {
  const process = await east.start();
  const answer = await until(
    'a region that knows that none was promoted',
    () => process.client.post(webhook({ name: 'TooEarly' })),
    ({ body }) => JSON.stringify(body).includes('No region was promoted yet'),
  );
  expect(answer.status).toBe(503);
  expect(await process.active()).toBe(503);
  // It is well, and no kubelet need restart it.
  expect((await process.client.probe('/livez')).status).toBe(200);
  expect((await process.client.probe('/readyz')).status).toBe(200);
  await process.process.stop();
});

test('a region dies in a flood and the other one is promoted: one thread an alert, nothing lost, and the zombie stays still', {
  tags: ['long'],
}, async () => {
  expect(await west.farmhand('promote', '--why', 'first')).toContain('Region west is promoted');
  expect(await west.farmhand('promote', '--why', 'again')).toContain('was promoted already');
  const [dying, freezing, standby] = [await west.start(), await west.start(), await east.start()];
  await works(dying);
  await works(freezing);
  expect(await standby.active()).toBe(503);
  // As FarmhandNoRegionWorks reads it.
  expect(await freezing.metrics(/^farmhand_region_.*$/gm)).toEqual(['farmhand_region_active{name="west"} 1']);
  expect(await standby.metrics(/^farmhand_region_.*$/gm)).toEqual([
    'farmhand_region_active{name="east"} 0',
    'farmhand_region_standby{name="west"} 1',
  ]);

  await send(early);
  await oneRootEach(early);
  const flood = alertsOf('Flood', 300);
  const sending = (async () => {
    for (let n = 0; n < flood.length; n += 10) await send(flood.slice(n, n + 10));
  })();
  await until('some of the flood', roots, ({ size }) => size >= early.length + 40, 60_000);
  // One is gone, the other one sleeps with what it has in hand, and wakes up when nobody expects it any more.
  await dying.process.kill();
  freezing.process.pause();
  await sending;
  const before = await roots();
  expect(before.size).toBeLessThan(early.length + flood.length);

  expect(await east.farmhand('promote', '--why', 'west is gone')).toContain('Region west stops');
  await works(standby);
  await oneRootEach([...early, ...flood]);
  await until(
    'what people are told',
    () => world.slack.control.messages(channels.alerts),
    (messages) => messages.some(({ text }) => text === '☑️ farmhand goes on in another region'),
  );

  freezing.process.resume();
  await freezing.process.waitForLine(/Region east was promoted: west stops, and stands by/, 60_000);
  const exit = await freezing.process.exited;
  expect(exit.code).toBe(1);
  // As its Deployment would: it is there again, and stands by.
  const restarted = await west.start();
  const refused = await until(
    'a region that knows that it stands by',
    () => restarted.client.post(webhook({ name: 'ToTheWrongOne' })),
    ({ body }) => JSON.stringify(body).includes('Region east works; this is west, which stands by.'),
  );
  expect(refused.status).toBe(503);

  await send(over([...early.slice(0, 30), ...flood.slice(0, 150)]));
  await ended([...early.slice(0, 30), ...flood.slice(0, 150)]);
  const late = alertsOf('Late', 20);
  await send(late);
  const all = [...early, ...flood, ...late];
  await oneRootEach(all);
  using ledger = openLedger(redis.east);
  const { received, threaded, merged, suppressed, rejected, pending } = await ledger.quiet();
  expect({ pending, missing: received - threaded - merged - suppressed - rejected }).toEqual({
    pending: 0,
    missing: 0,
  });

  // Back again: what west has on record is of before, and it says so instead of working on it.
  await expect(west.farmhand('promote', '--why', 'home again')).rejects.toThrow(
    /the records of this region are of before region east worked/,
  );
  await standby.process.stop();
  const file = `${world.dir}/east.ndjson.gz`;
  await new Promise((resolve) => setTimeout(resolve, 15_500));
  await east.farmhand('export', file);
  expect(await west.farmhand('import', file, '--replace')).toContain('on record again');
  expect(await west.farmhand('promote', '--why', 'home again')).toContain('Region west is promoted');
  await works(restarted);
  await send(over([...early.slice(30), ...late]));
  await ended([...early.slice(30), ...late]);
  await oneRootEach(all);
  expect(await west.farmhand('audit', 'verify')).toMatch(/✓/);
  await restarted.process.stop();
});
