import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deadLetterTopic, sandboxTopics } from '../../sandbox/world/config.ts';
import { ConfigSchema } from '../../src/config/schema/schema.ts';
import { Secret } from '../../src/config/schema/secret.ts';
import type { EmittedMessage } from '../../src/integrations/kafka/client/emitter.ts';
import { createKafkaDeadLetters } from '../../src/integrations/kafka/dead-letters/dead-letters.ts';
import { stopwatch } from '../support/stopwatch.ts';
import { type Broker, openBroker } from './support/broker.ts';
import { startReplica } from './support/replica.ts';
import { channels, openScene, type Scene, sam, unpaced } from './support/scene.ts';
import { until } from './support/until.ts';
import { alertIdOf, start, webhook } from './support/webhook.ts';

let scene: Scene;
let broker: Broker;
const { gold, other } = sandboxTopics;
beforeAll(async () => {
  scene = await openScene(
    {
      ...unpaced,
      kafka: 'always',
      routes: [],
      // After a kill the group waits for the dead member this long.
      kafkaSettings: { session_timeout: '6s' },
    },
    { nodeArgs: ['--import', new URL('../faults/crash-at.ts', import.meta.url).pathname] },
  );
  broker = await openBroker(scene.world);
});
afterAll(async () => {
  await broker?.[Symbol.asyncDispose]();
  await scene?.[Symbol.asyncDispose]();
});

const captured = (name: string): string =>
  readFileSync(new URL(`../fixtures/alertmanager/webhook-${name}.json`, import.meta.url), 'utf8');
const names = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${i}`);

/** Exactly one root for each, none deleted, none left over. */
const oneRootEach = async (all: readonly string[]): Promise<void> => {
  const counts = new Map<unknown, number>();
  for (const message of await scene.world.slack.control.messages(channels.alerts)) {
    const id = (message.metadata?.['event_payload'] as { id?: unknown } | undefined)?.id;
    if (message.threadTs === undefined) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  const wrong = all.filter((name) => counts.get(alertIdOf({ name })) !== 1);
  expect(wrong).toEqual([]);
};
const balanced = async (): Promise<void> => {
  const { received, threaded, merged, suppressed, rejected, pending } = await scene.ledger.quiet();
  expect({ pending, missing: received - threaded - merged - suppressed - rejected }).toEqual({
    pending: 0,
    missing: 0,
  });
};
/** What is committed must be on record: looks up the event of every offset below the committed one. */
const durableBehindOffsets = async (topic: string, from: ReadonlyMap<number, number>): Promise<void> => {
  const missing: string[] = [];
  for (const [partition, end] of await broker.committed(topic)) {
    for (let offset = from.get(partition) ?? 0; offset < end; offset++) {
      // Behind the partition stands which topic of this name it was.
      const block = `${topic}.${partition}-????????.${Math.floor(offset / 256)}`;
      const [key] = await scene.redis.keys(`{farmhand}:eb:${block}`);
      const known = key === undefined ? 0 : await scene.redis.hexists(key, `${offset % 256}.0`);
      if (known === 0) missing.push(`${topic}/${partition}@${offset}`);
    }
  }
  expect(missing).toEqual([]);
};

test('captured webhooks as Argo Events writes them, in every codec, are one thread for one alert', async () => {
  const firing = captured('firing-1alerts-HighErrorRate');
  const context = {
    id: 'a1',
    source: 'alertmanager',
    type: 'webhook',
    specversion: '1.0',
    subject: 'alerts',
    time: '2026-11-20T14:13:50Z',
  };
  const base64 = Buffer.from(JSON.stringify({ header: {}, body: JSON.parse(firing) })).toString('base64');
  await broker.send(gold, [{ key: 'k', value: JSON.stringify({ context, data: base64 }) }], 'gzip');
  const again = { ...context, id: 'a2' };
  await broker.send(gold, [{ key: 'k', value: JSON.stringify({ context: again, data: firing }) }], 'lz4');
  const third = { ...context, id: 'a3' };
  const data = { header: {}, body: JSON.parse(firing) as unknown };
  await broker.send(gold, [{ key: 'k', value: JSON.stringify({ context: third, data }) }], 'zstd');
  await broker.send(gold, [{ key: 'k', value: firing }], 'snappy');
  await broker.send(gold, [{ key: 'k', value: gzipSync(firing) }]);
  const id = `689b55798b76c552-${Date.parse('2026-11-20T14:13:42Z').toString(36)}`;
  const root = await scene.root(id);
  await broker.consumed(gold);
  const alert = await scene.client.alert(id);
  expect({ tier: alert?.tier, events: alert?.events, fired: alert?.fired }).toEqual({
    tier: 'gold',
    events: 5,
    fired: 1,
  });
  expect(await scene.thread(root)).toEqual([]);
  const books = await scene.ledger.quiet();
  expect(books).toEqual({ received: 5, threaded: 1, merged: 4, suppressed: 0, rejected: 0, pending: 0 });
});

test('what cannot be read lies in the dead-letter topic as it came, and the partition goes on', async () => {
  const poison: readonly (readonly [Buffer | null, string])[] = [
    [Buffer.from('{"alerts": ['), 'bad_json'],
    [Buffer.from([0xff, 0xfe, 0x00, 0x80]), 'bad_encoding'],
    [Buffer.from(''), 'empty'],
    [Buffer.from('['.repeat(50_000)), 'too_deep'],
    [Buffer.from('{"hello":"world"}'), 'unknown_shape'],
    [
      Buffer.from('{"farmhand":1,"id":"x","source":"s","time":"soon","type":"adhoc","data":{}}'),
      'invalid_envelope',
    ],
    [Buffer.from('{"__proto__":{"alerts":[]},"constructor":1}'), 'unknown_shape'],
    [Buffer.concat([Buffer.from([0x1f, 0x8b]), Buffer.from('not gzip')]), 'bad_encoding'],
  ];
  const before = await scene.ledger.books();
  const messages: EmittedMessage[] = poison.map(([value], i) => ({
    key: 'same',
    value: value ?? '',
    headers: { 'x-number': String(i) },
  }));
  await broker.send(other, [
    { key: 'same', value: webhook({ name: 'BeforePoison' }) },
    ...messages,
    { key: 'same', value: webhook({ name: 'AfterPoison' }) },
  ]);
  await broker.consumed(other);
  await scene.root(alertIdOf({ name: 'BeforePoison' }));
  await scene.root(alertIdOf({ name: 'AfterPoison' }));
  const kept = await broker.read(deadLetterTopic);
  expect(
    kept.map(({ value, headers }) => [
      headers['x-number'],
      value,
      headers['farmhand-reason'],
      headers['farmhand-topic'],
    ]),
  ).toEqual(poison.map(([value, reason], i) => [String(i), value, reason, other]));
  const books = await scene.ledger.quiet();
  expect(books.rejected - before.rejected).toBe(poison.length);
  await balanced();
  expect((await scene.client.probe('/livez')).status).toBe(200);
});

test('a dead letter that can be read by now is listed, shown and replayed: twice is one thread', async () => {
  // As a farmhand of before kept it, which knew less.
  const { kafka } = ConfigSchema.parse({
    slack: { default_channel: 'C0ALERTS', bot_token: new Secret('xoxb'), app_token: new Secret('xapp') },
    kafka: {
      brokers: [scene.world.kafka?.address],
      topics: [{ name: other }],
      dead_letter_topic: deadLetterTopic,
    },
  });
  if (!kafka) throw new Error('no Kafka');
  const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  await using letters = createKafkaDeadLetters(kafka, { log: silent });
  await letters.keep([
    {
      reason: 'unknown_shape',
      detail: '(body): is nothing that was known then',
      message: {
        value: Buffer.from(webhook({ name: 'ReadByNow' })),
        headers: {},
        position: { via: 'kafka', topic: other, partition: 0, offset: '999999', index: 0 },
        receivedAt: Date.now(),
      },
    },
  ]);
  const cli = (...args: readonly string[]) => scene.world.run(['dead-letters', ...args]);
  const line = (await cli('list')).split('\n').find((each) => each.includes(`${other}/0@999999`)) ?? '';
  const [id = ''] = line.split(' ');
  expect(line).toMatch(/^\d+-\d+ .*unknown_shape/);
  expect(await cli('show', id)).toContain('(body): is nothing that was known then');
  expect(await cli('replay', id)).toMatch(/✓ \S+ {2}1 .*\(opened\)/);
  const alert = alertIdOf({ name: 'ReadByNow' });
  const root = await scene.root(alert);
  expect(await cli('replay', id)).toMatch(/✓ \S+ {2}1 .*\(duplicate_id\)/);
  expect(await cli('list')).toMatch(new RegExp(`^${id} .*replayed 20`, 'm'));
  await balanced();
  await oneRootEach(['ReadByNow']);
  expect(await scene.thread(root)).toEqual([]);
  expect((await scene.client.alert(alert))?.events).toBe(1);
}, 300_000);

test('duplicates, at once and later, count once', async () => {
  const before = await scene.ledger.quiet();
  const event = JSON.stringify({
    specversion: '1.0',
    id: 'cloud-1',
    source: 'e2e',
    type: 'alertmanager',
    time: new Date(start).toISOString(),
    data: JSON.parse(webhook({ name: 'Doubled' })) as unknown,
  });
  await broker.send(
    other,
    Array.from({ length: 5 }, (_, i) => ({ key: String(i), value: event })),
  );
  await broker.send(gold, [event, event]);
  await broker.consumed(other);
  await broker.consumed(gold);
  await oneRootEach(['Doubled']);
  const after = await scene.ledger.quiet();
  expect({
    received: after.received - before.received,
    threaded: after.threaded - before.threaded,
    suppressed: after.suppressed - before.suppressed,
  }).toEqual({ received: 7, threaded: 1, suppressed: 6 });
});

test('firing and resolved out of order, on different partitions, leave every alert resolved', async () => {
  const all = names('Shuffled', 20);
  const both = all.flatMap((name, i) => [
    { key: `r${i}`, value: webhook({ name, status: 'resolved' }) },
    { key: `f${i}`, value: webhook({ name }) },
  ]);
  await broker.send(other, both);
  await broker.consumed(other);
  await balanced();
  await oneRootEach(all);
  for (const name of all) {
    expect((await scene.client.alert(alertIdOf({ name })))?.state).toBe('resolved');
    await scene.rootSaying(alertIdOf({ name }), /Resolved/);
  }
});

const crashPoints = [
  // Some of the first chunk is on record, and nothing is committed.
  'redis commit firing, thread wanted, nothing to say answered#2',
  // Nothing of it is on record.
  'redis commit firing, thread wanted, nothing to say before#1',
  'kafka Produce answered#1',
  'kafka OffsetCommit before#1',
  'kafka Produce before#1',
  'kafka OffsetCommit answered#1',
];
for (const [i, point] of crashPoints.entries()) {
  test(`killed (−9) in 500 events at “${point}”: offsets only behind durable work, one root each`, {
    tags: i === 0 ? [] : ['long'],
    timeout: 120_000,
  }, async () => {
    const prefix = `Killed${point.replace(/\W/g, '')}`;
    const all = names(prefix, 249);
    await scene.ledger.quiet();
    const from = await broker.committed(other);
    const poison = (await broker.read(deadLetterTopic)).length;
    const storm = all.flatMap((name, i) => [
      { key: String(i % 7), value: webhook({ name }) },
      { key: String(i % 7), value: webhook({ name, summary: `${name} again` }) },
    ]);
    const bad = { key: '1', value: `not JSON: ${prefix}` };
    const odd = { key: '2', value: `{"not":"known","of":"${prefix}"}` };
    const { exited } = scene.farmhand();
    await scene.client.arm(point);
    await broker.send(other, [...storm.slice(0, 249), bad, ...storm.slice(249), odd]);
    expect(await exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(await broker.lag(other)).toBeGreaterThan(0);
    await durableBehindOffsets(other, from);
    await scene.start();
    await broker.consumed(other);
    await durableBehindOffsets(other, from);
    await balanced();
    await oneRootEach(all);
    const kept = (await broker.read(deadLetterTopic)).slice(poison).map(({ value }) => String(value));
    expect(new Set(kept)).toEqual(new Set([bad.value, odd.value]));
  });
}

test('two replicas share the work, one leaves, one comes: one root each', async () => {
  const { process: second } = await startReplica(scene.world);
  const early = names('Early', 100);
  const late = names('Late', 100);
  const spread = (all: readonly string[]) =>
    all.map((name, i) => ({ key: String(i), value: webhook({ name }) }));
  // The same alerts over both topics, as from two Alertmanagers of a cluster.
  await Promise.all([broker.send(gold, spread(early)), broker.send(other, spread(early))]);
  const stopping = performance.now();
  const first = scene.farmhand().stop();
  await Promise.all([broker.send(gold, spread(late)), broker.send(other, spread(late))]);
  expect(await first).toEqual({ code: 0, signal: null });
  expect(performance.now() - stopping).toBeLessThan(20_000);
  await scene.start();
  await broker.consumed(gold);
  await broker.consumed(other);
  await balanced();
  await oneRootEach([...early, ...late]);
  expect(await second.stop()).toEqual({ code: 0, signal: null });
}, 120_000);

test('SIGTERM under load: ends within 20 s, with nothing half done', async () => {
  const all = names('Drained', 300);
  const from = await broker.committed(other);
  const { received } = await scene.ledger.quiet();
  const sending = broker.send(
    other,
    all.map((name, i) => ({ key: String(i), value: webhook({ name }) })),
  );
  await until('some of it', scene.ledger.books, (books) => books.received > received + 50, 20_000);
  const began = performance.now();
  const leaving = scene.farmhand().stop();
  const ready = () =>
    scene.client.probe('/readyz').then(
      ({ status }) => status,
      () => 0,
    );
  await until('not ready', ready, (status) => status !== 200, 2_000);
  expect(await leaving).toEqual({ code: 0, signal: null });
  expect(performance.now() - began).toBeLessThan(20_000);
  await sending;
  await durableBehindOffsets(other, from);
  // No claim is left behind: what was begun is on record as done.
  const claimed = (
    await Promise.all(all.map((name) => scene.ledger.alert(alertIdOf({ name }).slice(0, 16))))
  ).filter((alert) => alert?.thread.state === 'posting');
  expect(claimed).toEqual([]);
  await scene.start();
  await broker.consumed(other);
  await balanced();
  await oneRootEach(all);
}, 120_000);

test('Redis is killed (−9) and comes back in the middle of a stream: nothing is lost or doubled', async () => {
  const all = names('Crashed', 300);
  const { received } = await scene.ledger.quiet();
  const sending = broker.send(
    other,
    all.map((name, i) => ({ key: String(i), value: webhook({ name }) })),
  );
  await until('some of it', scene.ledger.books, (books) => books.received > received + 50, 20_000);
  await scene.world.redis.kill();
  expect((await scene.client.probe('/livez')).status).toBe(200);
  await scene.world.redis.restart();
  await sending;
  await broker.consumed(other);
  await balanced();
  await oneRootEach(all);
}, 120_000);

test('Redis hangs for five seconds: reading waits, probes answer, people are told that nothing was changed', async () => {
  const name = 'Hanging';
  await scene.client.send(webhook({ name }));
  const root = await scene.root(alertIdOf({ name }));
  await scene.ledger.quiet();
  const began = performance.now();
  scene.world.redis.pause();
  try {
    await broker.send(
      other,
      names('Held', 30).map((held) => webhook({ name: held })),
    );
    const watch = stopwatch();
    await scene.click(root, sam, 'acknowledge');
    await scene.told(sam, /can’t reach its records right now\. Nothing was changed/);
    expect(watch.stop()).toBeLessThan(2_500);
    const answer = await scene.client.post(webhook({ name: 'NotTaken' }));
    expect(answer.status).toBe(503);
    await until('reading to wait', metric('farmhand_kafka_paused'), (value) => value === 1, 5_000);
    while (performance.now() - began < 5_000) {
      const { status, ms } = await scene.client.probe('/livez');
      expect({ status, quick: ms < 1_000 }).toEqual({ status: 200, quick: true });
      expect((await scene.client.probe('/readyz')).status).toBe(200);
    }
    expect(await broker.lag(other)).toBe(30);
  } finally {
    scene.world.redis.resume();
  }
  await broker.consumed(other);
  await balanced();
  await oneRootEach(names('Held', 30));
  // What was refused while Redis was away has not happened afterwards either.
  expect((await scene.client.alert(alertIdOf({ name })))?.state).toBe('firing');
  expect(await scene.client.alert(alertIdOf({ name: 'NotTaken' }))).toBeUndefined();
  expect(await metric('farmhand_kafka_paused')()).toBe(0);
}, 120_000);

test('a full Redis: reading waits, nothing is committed, and all of it is told once there is room again', async () => {
  const all = names('NoRoom', 30);
  await scene.ledger.quiet();
  const before = await broker.committed(other);
  await scene.redis.config('SET', 'maxmemory', '1');
  await broker.send(
    other,
    all.map((name) => webhook({ name })),
  );
  await until('reading to wait', metric('farmhand_kafka_paused'), (value) => value === 1, 20_000);
  expect(await broker.lag(other)).toBe(30);
  expect(await broker.committed(other)).toEqual(before);
  await scene.redis.config('SET', 'maxmemory', '0');
  await broker.consumed(other);
  await balanced();
  await oneRootEach(all);
}, 120_000);

const metric = (name: string) => async (): Promise<number | undefined> => {
  const text = await (await fetch(`${scene.client.url}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.split(' ')[1]);
};
