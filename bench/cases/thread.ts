import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { channels } from '../load/channels.ts';
import { type LoadEvent, newAlerts } from '../load/events.ts';
import { openProducer, type Producer, produce } from '../load/produce.ts';
import { sendSteadily } from '../load/send-steadily.ts';
import type { Post, SlackStub } from '../load/stub.ts';
import { wallClock } from '../measure/clock.ts';
import { partsOfMarks } from '../measure/marks.ts';
import { watchMemory } from '../measure/memory.ts';
import { waitUntil } from '../measure/progress.ts';
import type { Row } from '../measure/row.ts';
import { median, percentile } from '../measure/stats.ts';
import type { StartPeer } from '../peers/alertmanager.ts';
import { eventsToken, type Farmhand, type Rig } from '../rig.ts';

const perSecond = 50;

type Send = (event: LoadEvent) => Promise<void>;

interface Steady {
  /** Wall clock, ms, by series. */
  readonly sentAt: ReadonlyMap<string, number>;
  readonly posts: readonly Post[];
}

/** One way from an event to a post, and what of it was seen. */
interface Way {
  readonly what: string;
  readonly send: Send;
  /** ms */
  readonly times: number[];
}

/** How often each way has its turn. */
const turns = 3;

/** From an event to its thread's root message at the stub, at 50 alerts a second over 50 channels: all ways by turns. */
export const measureThreads = async (
  rig: Rig,
  stub: SlackStub,
  { seconds, startPeer }: { readonly seconds: number; readonly startPeer?: StartPeer | undefined },
): Promise<readonly Row[]> => {
  const count = Math.ceil((seconds * perSecond) / turns);
  await using running = new AsyncDisposableStack();
  const producer = running.use(await openProducer(rig.kafka.address));
  const way = (what: string, send: Send): Way => ({ what, send, times: [] });
  const farmhand = running.use(await warmFarmhand(rig, stub));
  const bareTopic = await rig.topic(3);
  running.use(await rig.program('bare-poster.ts', [rig.kafka.address, bareTopic, stub.apiUrl], /^running/));
  const bare = way('bare: kafkajs and a POST an event', (event) => producer.send(bareTopic, [event]));
  const kafka = way('over Kafka', (event) => producer.send(farmhand.topic, [event]));
  const http = way('over HTTP', overHttp(farmhand));
  const peer = startPeer && running.use(await startPeer(stub));
  const beside = peer && way(peer.name, (event) => peer.send([event]));
  const ways = [bare, kafka, http, ...(beside ? [beside] : [])];
  for (const { send } of ways) await steady(stub, send, newAlerts(100));
  for (let turn = 0; turn < turns; turn++) {
    for (const { send, times } of ways) {
      const { sentAt, posts } = await steady(stub, send, newAlerts(count));
      times.push(...posts.map(({ series, at }) => at - (sentAt.get(series) ?? Number.NaN)));
    }
  }
  await running.disposeAsync();

  const row = (what: string, value: number, unit: string, atMost?: number): Row => ({
    case: `event to thread: ${perSecond} alerts/s over ${channels} channels`,
    what,
    value,
    unit,
    ...(atMost !== undefined && { aim: { atMost } }),
  });
  const p50 = ({ times }: Way): number => percentile(times, 50);
  return [
    ...ways.flatMap((one) => {
      const own = one === kafka || one === http;
      return [
        row(`${one.what}, p50`, p50(one), 'ms', own ? 20 : undefined),
        row(`${one.what}, p99`, percentile(one.times, 99), 'ms', own ? 80 : undefined),
      ];
    }),
    row('over Kafka to bare, p50', p50(kafka) / p50(bare), '', 1.6),
    row('over HTTP to bare, p50', p50(http) / p50(bare), '', 1.35),
    ...(beside ? [row(`over HTTP to ${beside.what}, p50`, p50(http) / p50(beside), '', 1.5)] : []),
    ...(await parts(rig, stub, (seconds * perSecond) / 2)),
  ];
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

/** Ten thousand alerts at once: from the first that is sent to the last root message; farmhand and its peer by turns. */
export const measureFlood = async (
  rig: Rig,
  stub: SlackStub,
  {
    count,
    runs,
    startPeer,
  }: { readonly count: number; readonly runs: number; readonly startPeer?: StartPeer | undefined },
): Promise<readonly Row[]> => {
  await using running = new AsyncDisposableStack();
  const farmhand = running.use(await warmFarmhand(rig, stub));
  const producer = running.use(await openProducer(rig.kafka.address));
  const peer = startPeer && running.use(await startPeer(stub));
  const bare: number[] = [];
  const rates: number[] = [];
  const peerRates: number[] = [];
  using memory = watchMemory(farmhand.process.pid);
  using peerMemory = peer && watchMemory(peer.pid);
  const before = await rig.redisMemory();
  for (let run = 0; run < runs; run++) {
    bare.push(await stub.bareLimit(4_000));
    rates.push(await flood(stub, (events) => inThousands(producer, farmhand.topic, events), count));
    if (peer) peerRates.push(await flood(stub, peer.send, count));
  }
  await sleep(1_000);
  const bytes = ((await rig.redisMemory()) - before) / (count * runs);
  const row = (what: string, value: number, unit: string, aim?: Row['aim']): Row => ({
    case: `${count.toLocaleString('en-US')} alerts at once over ${channels} channels`,
    what,
    value,
    unit,
    ...(aim && { aim }),
  });
  const mb = 2 ** 20;
  return [
    row('bare: POSTs of the same size, 64 at a time', median(bare), 'posts/s'),
    row('farmhand', median(rates), 'threads/s', { atLeast: 1_000 }),
    row('farmhand to bare', median(rates) / median(bare), ''),
    row('memory of farmhand, at the most', memory.peak() / mb, 'MB', { atMost: 240 }),
    row('Redis, an alert with its thread, all keys', bytes, 'bytes', { atMost: 2048 }),
    ...(peer && peerMemory
      ? [
          row(peer.name, median(peerRates), 'posts/s'),
          row(`farmhand to ${peer.name}`, median(rates) / median(peerRates), '', { atLeast: 1.6 }),
          row(`memory of ${peer.name}, at the most`, peerMemory.peak() / mb, 'MB'),
        ]
      : []),
  ];
};

const inThousands = async (
  producer: Producer,
  topic: string,
  events: readonly LoadEvent[],
): Promise<void> => {
  for (let at = 0; at < events.length; at += 1_000) await producer.send(topic, events.slice(at, at + 1_000));
};

const flood = async (
  stub: SlackStub,
  send: (events: readonly LoadEvent[]) => Promise<void>,
  count: number,
): Promise<number> => {
  const events = newAlerts(count);
  await stub.take();
  const started = wallClock();
  await send(events);
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
  const sentAt = await sendSteadily(perSecond, send, events);
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
