import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RedisPair, startRedisPair } from '../../sandbox/redis/pair.ts';
import { startWorld, type World } from '../../sandbox/world/world.ts';
import { type Replica, startReplica } from './support/replica.ts';
import { channels, unpaced } from './support/scene.ts';
import { until } from './support/until.ts';
import { fingerprintOf, type WebhookAlert, webhook } from './support/webhook.ts';

const spread = [channels.alerts, channels.payments, channels.sre] as const;
let world: World;
let redis: RedisPair;
let replicas: readonly Replica[];
const stack = new AsyncDisposableStack();
beforeAll(async () => {
  const routes = spread.map((channel, n) => ({
    name: `route-${n}`,
    match: [`service="s${n}"`],
    channel,
    actions: ['thread'],
  }));
  world = stack.use(await startWorld({ ...unpaced, routes }));
  redis = stack.use(await startRedisPair(world.redis));
  replicas = await Promise.all(
    [0, 1].map(() => startReplica(world, {}, { redis: { url: redis.address.url } })),
  );
});
afterAll(async () => {
  // Before the address is closed that they would wait for.
  await Promise.all(replicas?.map(({ process }) => process.stop()) ?? []);
  await stack.disposeAsync();
});

const alertAt = (n: number): WebhookAlert => ({
  name: 'Steady',
  labels: { pod: `pod-${n}`, service: `s${n % spread.length}` },
});

/** What stands of each alert's roots, by series. */
const roots = async (): Promise<ReadonlyMap<string, readonly string[]>> => {
  const all = await Promise.all(spread.map((channel) => world.slack.control.messages(channel)));
  const standing = all.flat().filter((message) => !message.deleted && message.threadTs === undefined);
  const named = standing.flatMap(({ metadata, text }) => {
    const id = (metadata?.['event_payload'] as { id?: string } | undefined)?.id;
    return id === undefined ? [] : [{ series: id.slice(0, 16), text }];
  });
  return new Map(
    [...Map.groupBy(named, ({ series }) => series)].map(([series, found]) => [
      series,
      found.map(({ text }) => text),
    ]),
  );
};

/** One every 25 ms, to both in turn, each until it is accepted. */
const steady = async (open: () => boolean): Promise<number> => {
  const sending: Promise<unknown>[] = [];
  let n = 0;
  for (; open(); n++) {
    const { client } = replicas[n % replicas.length] as Replica;
    sending.push(client.send(webhook(alertAt(n))));
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  await Promise.all(sending);
  return n;
};

test('Redis fails over under two farmhands: every alert has one thread, and the next one is told within seconds', async () => {
  let open = true;
  const sent = steady(() => open);
  const some = async (least: number): Promise<number> =>
    (await until(`${least} roots`, roots, ({ size }) => size >= least, 30_000)).size;
  await some(20);

  await redis.failOver();
  const failedAt = performance.now();
  const before = (await roots()).size;
  await some(before + 20);
  // A second on a machine with nothing else to do.
  expect(performance.now() - failedAt).toBeLessThan(15_000);
  open = false;
  const count = await sent;

  const wanted = new Set(Array.from({ length: count }, (_, n) => fingerprintOf(alertAt(n))));
  const told = await until('all roots', roots, ({ size }) => size === count, 30_000);
  expect(new Set(told.keys())).toEqual(wanted);

  const over = Array.from({ length: count }, (_, n) => ({ ...alertAt(n), status: 'resolved' as const }));
  await (replicas[0] as Replica).client.send(webhook(...over));
  const ended = await until(
    'all to be over',
    roots,
    (all) => [...all.values()].every((texts) => texts.some((text) => text.startsWith('✅ Resolved'))),
    30_000,
  );
  expect([...ended.values()].filter((texts) => texts.length !== 1)).toEqual([]);
  expect(ended.size).toBe(count);
  for (const { client } of replicas) {
    const { body } = await client.probe('/statusz');
    const dependencies = body['dependencies'] as readonly { readonly name: string; readonly state: string }[];
    expect(dependencies.filter(({ state }) => state !== 'up')).toEqual([]);
  }
});
