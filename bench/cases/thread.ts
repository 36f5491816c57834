import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { channels } from '../load/channels.ts';
import { type LoadEvent, newAlerts } from '../load/events.ts';
import { openProducer, produce } from '../load/produce.ts';
import type { Post, SlackStub } from '../load/stub.ts';
import { wallClock } from '../measure/clock.ts';
import { partsOfMarks } from '../measure/marks.ts';
import { waitUntil } from '../measure/progress.ts';
import type { Row } from '../measure/row.ts';
import { median, percentile } from '../measure/stats.ts';
import { eventsToken, type Farmhand, type Rig } from '../rig.ts';

const perSecond = 50;

type Send = (event: LoadEvent) => Promise<void>;

interface Steady {
  /** Wall clock, ms, by series. */
  readonly sentAt: ReadonlyMap<string, number>;
  readonly posts: readonly Post[];
}

/** From an event to its thread's root message at the stub, at 50 alerts a second over 50 channels. */
export const measureThreads = async (rig: Rig, stub: SlackStub, seconds: number): Promise<readonly Row[]> => {
  const rows: Row[] = [];
  const add = (name: string, { sentAt, posts }: Steady, aims: boolean): void => {
    const times = posts.map(({ series, at }) => at - (sentAt.get(series) ?? Number.NaN));
    const row = (p: number, atMost: number): Row => ({
      case: `event to thread: ${perSecond} alerts/s over ${channels} channels`,
      what: `${name}, p${p}`,
      value: percentile(times, p),
      unit: 'ms',
      ...(aims && { aim: { atMost } }),
    });
    rows.push(row(50, 20), row(99, 80));
  };
  const count = seconds * perSecond;
  {
    const topic = await rig.topic(3);
    await using _poster = await rig.program(
      'bare-poster.ts',
      [rig.kafka.address, topic, stub.apiUrl],
      /^running/,
    );
    await using producer = await openProducer(rig.kafka.address);
    await steady(stub, (event) => producer.send(topic, [event]), newAlerts(100));
    add(
      'bare: kafkajs and a POST an event',
      await steady(stub, (event) => producer.send(topic, [event]), newAlerts(count)),
      false,
    );
  }
  {
    await using farmhand = await warmFarmhand(rig, stub);
    await using producer = await openProducer(rig.kafka.address);
    add(
      'over Kafka',
      await steady(stub, (event) => producer.send(farmhand.topic, [event]), newAlerts(count)),
      true,
    );
    add('over HTTP', await steady(stub, overHttp(farmhand), newAlerts(count)), true);
  }
  return [...rows, ...(await parts(rig, stub, count / 2))];
};

/** Where the time goes, from marks that a probe within farmhand sets; it costs a little, so this is a run of its own. */
const parts = async (rig: Rig, stub: SlackStub, count: number): Promise<readonly Row[]> => {
  const file = join(rig.dir, 'marks.jsonl');
  let seen: Steady;
  {
    await using farmhand = await warmFarmhand(rig, stub, file);
    await using producer = await openProducer(rig.kafka.address);
    seen = await steady(stub, (event) => producer.send(farmhand.topic, [event]), newAlerts(count));
  }
  const found = await partsOfMarks(file, seen.sentAt, seen.posts);
  return found.flatMap(({ part, times }) =>
    [50, 99].map((p) => ({
      case: 'event to thread: where the time goes (over Kafka)',
      what: `${part}, p${p}`,
      value: percentile(times, p),
      unit: 'ms',
    })),
  );
};

/** Ten thousand alerts at once: from the first that is produced to the last root message. */
export const measureFlood = async (
  rig: Rig,
  stub: SlackStub,
  { count, runs }: { readonly count: number; readonly runs: number },
): Promise<readonly Row[]> => {
  const bare = await stub.bareLimit(4_000);
  await using farmhand = await warmFarmhand(rig, stub);
  const rates: number[] = [];
  const before = await rig.redisMemory();
  for (let run = 0; run < runs; run++) rates.push(await flood(rig, stub, farmhand.topic, count));
  await sleep(1_000);
  const bytes = ((await rig.redisMemory()) - before) / (count * runs);
  const row = (what: string, value: number, unit: string): Row => ({
    case: `${count.toLocaleString('en-US')} alerts at once over ${channels} channels`,
    what,
    value,
    unit,
  });
  return [
    row('bare: POSTs of the same size, 64 at a time', bare, 'posts/s'),
    { ...row('farmhand', median(rates), 'threads/s'), aim: { atLeast: 1_000 } },
    row('farmhand to bare', median(rates) / bare, ''),
    { ...row('Redis, an alert with its thread, all keys', bytes, 'bytes'), aim: { atMost: 2048 } },
  ];
};

const flood = async (rig: Rig, stub: SlackStub, topic: string, count: number): Promise<number> => {
  const events = newAlerts(count);
  await stub.take();
  await using producer = await openProducer(rig.kafka.address);
  const started = wallClock();
  for (let at = 0; at < count; at += 1_000) await producer.send(topic, events.slice(at, at + 1_000));
  await waitUntil(`${count} threads`, async () => (await stub.count()) >= count);
  const last = Math.max(...(await stub.take()).map(({ at }) => at));
  return (count * 1000) / (last - started);
};

const overHttp =
  (farmhand: Farmhand): Send =>
  async ({ body }) => {
    const answer = await fetch(`${farmhand.url}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${eventsToken}`, 'content-type': 'application/json' },
      body,
    });
    if (!answer.ok) throw new Error(`farmhand answered ${answer.status}: ${await answer.text()}`);
    await answer.arrayBuffer();
  };

const steady = async (stub: SlackStub, send: Send, events: readonly LoadEvent[]): Promise<Steady> => {
  await stub.take();
  const sentAt = new Map<string, number>();
  const sending: Promise<void>[] = [];
  const started = performance.now();
  for (const [i, event] of events.entries()) {
    const wait = started + (i * 1000) / perSecond - performance.now();
    if (wait > 0) await sleep(wait);
    sentAt.set(event.series, wallClock());
    sending.push(send(event));
  }
  await Promise.all(sending);
  await waitUntil(`${events.length} threads`, async () => (await stub.count()) >= events.length);
  return { sentAt, posts: await stub.take() };
};

/** farmhand with all its roles, after its first two thousand threads: compiled and connected. */
const warmFarmhand = async (
  rig: Rig,
  stub: SlackStub,
  probeFile?: string,
): Promise<Farmhand & { readonly topic: string }> => {
  await rig.emptyRedis();
  const topic = await rig.topic(3);
  const farmhand = await rig.farmhand({
    topic,
    role: 'all',
    slackApi: stub.apiUrl,
    ...(probeFile !== undefined && {
      nodeArgs: ['--import', join(import.meta.dirname, '../probe.ts')],
      env: { PROBE_FILE: probeFile },
    }),
  });
  const count = 2_000;
  await stub.take();
  await produce(rig.kafka.address, topic, newAlerts(count));
  await waitUntil('the first threads', async () => (await stub.count()) >= count);
  await sleep(500);
  return { ...farmhand, topic };
};
