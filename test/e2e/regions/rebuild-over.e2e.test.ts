import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RedisServer, startRedis } from '../../../sandbox/redis/start.ts';
import { setsOf } from '../../../sandbox/repository/instances.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { openRebuildBooks, type RebuildBooks } from '../support/rebuild-books.ts';
import { namespaces, openRebuildScene, type RebuildScene } from '../support/rebuild-scene.ts';
import { tracesOf, wrongWith } from '../support/rebuild-traces.ts';
import { channels, nora, readable, sam } from '../support/scene.ts';
import { until } from '../support/until.ts';
import { openSide, type RegionProcess, type RegionSide, works } from './two-regions.ts';

let on: RebuildScene;
let replica: RedisServer;
let west: RegionSide;
let east: RegionSide;
let books: RebuildBooks;
const stack = new AsyncDisposableStack();
beforeAll(async () => {
  on = stack.use(await openRebuildScene());
  const { world } = on.scene;
  replica = stack.use(
    await startRedis({ args: ['--replicaof', '127.0.0.1', String(new URL(world.redis.url).port)] }),
  );
  books = stack.use(openRebuildBooks(replica.url));
  west = await openSide(world, 'west', { redis: world.redis.url, topic: 'none' });
  east = await openSide(world, 'east', { redis: replica.url, topic: 'none' });
}, 120_000);
afterAll(() => stack.disposeAsync());

/** Farmers as they were planned, of which one comes up and no more: its rebuild stays in the fifth step of ten. */
const held = async (user: string, instance: 'system6' | 'system7'): Promise<Rebuild> => {
  const { control } = on.rebuilds.cluster;
  control.capacity(namespaces[instance], setsOf(instance).farmers, 1);
  const { id } = await on.start(user, instance);
  const rebuild = await on.inStep(id, 'farmers');
  expect(rebuild.steps.findIndex(({ state }) => state === 'running')).toBe(4);
  await on.books.when('farmers are scaled', id, ({ effects }) =>
    effects.some(({ key, arrivedAt }) => key.endsWith('/farmers/1') && arrivedAt !== undefined),
  );
  await on.card(id, /Farmers/);
  return rebuild;
};

const freed = (instance: 'system6' | 'system7'): void => {
  on.rebuilds.cluster.control.capacity(namespaces[instance], setsOf(instance).farmers, undefined);
  on.rebuilds.engine.speed(instance, 6);
};

const independent = async (): Promise<void> => {
  const redis = new Redis(replica.url);
  await redis.replicaof('NO', 'ONE');
  redis.disconnect();
};

const scalesNow = (): readonly string[] =>
  on.rebuilds.cluster.control
    .scales()
    .map(({ namespace, set, from, to }) => `${namespace}/${set} ${from} → ${to}`);

test('a region dies with two rebuilds in their fifth step: the other one goes on with them, each change is made once, and the zombie stays still', {
  timeout: 340_000,
  tags: ['long'],
}, async () => {
  // It worked without regions, and becomes the one that works.
  await on.scene.farmhand().stop();
  await west.farmhand('promote', '--why', 'first');
  const [dying, freezing, standby]: readonly RegionProcess[] = [
    await west.start(),
    await west.start(),
    await east.start(),
  ];
  if (!dying || !freezing || !standby) throw new Error('no processes');
  await Promise.all([works(dying), works(freezing)]);
  await on.scene.listening(2);

  const rebuilds = [await held(sam, 'system6'), await held(nora, 'system7')];
  const cards = await Promise.all(rebuilds.map(async ({ id }) => (await on.card(id)).ts));
  const before = scalesNow();
  await until(
    'the replica to have it all',
    async () => Promise.all(rebuilds.map(({ id }) => Promise.all([on.books.get(id), books.get(id)]))),
    (seen) => seen.every(([of, copy]) => JSON.stringify(of) === JSON.stringify(copy)),
  );

  // One is gone. The other one sleeps with what it has in hand, and its clock goes on.
  await dying.process.kill();
  freezing.process.pause();
  await independent();
  expect(await east.farmhand('promote', '--why', 'west is gone')).toContain('Region west stops');
  // What people do meanwhile, nobody does twice: nobody works at all.
  for (const instance of ['system6', 'system7'] as const) freed(instance);
  expect(scalesNow()).toEqual(before);
  await works(standby);

  // While the other one is at it, the zombie wakes up.
  await books.when('the rebuild in the other region', rebuilds[0]?.id ?? '', ({ steps }) =>
    steps.some(({ name, state }) => name === 'farmers' && state === 'done'),
  );
  freezing.process.resume();
  await freezing.process.waitForLine(/Region east was promoted: west stops, and stands by/, 60_000);
  expect((await freezing.process.exited).code).toBe(1);
  const restarted = await west.start();
  await until(
    'it knows that it stands by',
    () => restarted.active().catch(() => 0),
    (status) => status === 503,
  );

  for (const [n, { id, plan }] of rebuilds.entries()) {
    const ended = await books.told(id, 150_000);
    const traces = await tracesOf(on.scene.world, ended);
    expect(wrongWith(ended, traces, await books.journal(id), plan.farmers)).toEqual([]);
    expect([traces.roots, traces.tickets.length]).toEqual([[cards[n]], 1]);
    // What west has on record stays as it was when it died.
    expect((await on.books.get(id))?.phase).toBe('running');
  }
  // People are heard in the region that works.
  await on.dcr(sam, 'list');
  expect(readable(await on.told(sam, /system6/))).not.toMatch(/lost/);
  expect(
    (await on.scene.world.slack.control.messages(channels.alerts)).filter(({ text }) => /records/.test(text)),
  ).toEqual([]);
  expect(await east.farmhand('audit', 'verify')).toMatch(/✓/);
  await Promise.all([standby.process.stop(), restarted.process.stop()]);
});
