import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ManagedProcess } from '../../sandbox/process/process.ts';
import { channels } from '../load/channels.ts';
import { type LoadEvent, newAlerts } from '../load/events.ts';
import { openProducer, type Producer } from '../load/produce.ts';
import { sendSteadily } from '../load/send-steadily.ts';
import type { SlackStub } from '../load/stub.ts';
import { wallClock } from '../measure/clock.ts';
import { waitUntil } from '../measure/progress.ts';
import type { Row } from '../measure/row.ts';
import { percentile } from '../measure/stats.ts';
import type { LoopTurn } from '../measure/turns-probe.ts';
import type { Farmhand, Rig } from '../rig.ts';

/** Of the tier that is measured, over channels of its own, so slow that Slack's pace never makes one wait. */
const perSecond = 20;
/** So many times as much comes from the other tier. */
const times = 50;
/** So many times as much the third tier may have taken in; it sends as much as the second one. */
const quota = 5;
/** How often each way has its turn. */
const turns = 3;
/** As Slack allows it: what a flood makes of it is a backlog in its own channel, and a digest. */
const pacing = { posts_per_second: 1, burst: 3, updates_per_minute: 50 };

/** What the other tier does meanwhile: so many times as much, over the whole time or at once. */
const ways = {
  alone: undefined,
  [`beside ${times} times as much`]: 'steady',
  [`beside a backlog of ${times} times as much`]: 'at once',
} as const;

/** What was seen of one way. */
interface Seen {
  /** From an event to its thread, ms. */
  readonly threads: number[];
  /** At the same time, from an event to a POST of a process that has nothing else to do, ms. */
  readonly bare: number[];
  /** When, wall clock. */
  readonly spans: { readonly from: number; readonly to: number }[];
}

/**
 * Two tiers on one Kafka, one farmhand: from an event of the one to its thread's root message, with the other silent,
 * sending fifty times as much, and with as much at once. By turns, in one run; the ratio counts. What the machine makes of
 * it is told by the bare path, at the same time; what farmhand does, by the processor that its longest turn takes.
 */
export const measureTiers = async (
  rig: Rig,
  stub: SlackStub,
  { seconds }: { readonly seconds: number },
): Promise<readonly Row[]> => {
  await rig.emptyRedis();
  const [calm, flooded, limited] = [await rig.topic(3), await rig.topic(12), await rig.topic(12)];
  const bareTopic = await rig.topic(3);
  const turnsFile = join(rig.dir, `turns-${calm}`);
  const held = `beside ${times} times as much of a tier whose quota is ${quota} times`;
  const names = [...Object.keys(ways), held];
  const measured = new Map(names.map((name): [string, Seen] => [name, { threads: [], bare: [], spans: [] }]));
  const span = Math.ceil(seconds / turns);
  {
    await using running = new AsyncDisposableStack();
    running.use(await farmhandOf(rig, stub, { calm, flooded, limited, turnsFile }));
    running.use(await rig.program('bare-poster.ts', [rig.kafka.address, bareTopic, stub.apiUrl], /^running/));
    const producer = running.use(await openProducer(rig.kafka.address));
    const both = (count: number) => steady(stub, producer, { calm, bareTopic }, count);
    const measure = async (name: string, topic: string, flood: 'steady' | 'at once' | undefined) => {
      await using flooder = flood && (await flooderOf(rig, topic, perSecond * times * span, flood, span));
      const from = wallClock();
      flooder?.signal('SIGUSR2');
      const { threads, bare } = await both(perSecond * span);
      const seen = measured.get(name);
      seen?.threads.push(...threads);
      seen?.bare.push(...bare);
      seen?.spans.push({ from, to: wallClock() });
      await flooder?.waitForLine(/^sent/);
      await sleep(2_000);
    };
    await both(perSecond * 5);
    for (let turn = 0; turn < turns; turn++) {
      for (const [name, flood] of Object.entries(ways)) await measure(name, flooded, flood);
    }
    // At the end: what waits behind its quota goes on coming in.
    for (let turn = 0; turn < turns; turn++) await measure(held, limited, 'steady');
  }
  return rowsOf(measured, await longestTurns(turnsFile, measured));
};

const farmhandOf = (
  rig: Rig,
  stub: SlackStub,
  {
    calm,
    flooded,
    limited,
    turnsFile,
  }: {
    readonly calm: string;
    readonly flooded: string;
    readonly limited: string;
    readonly turnsFile: string;
  },
): Promise<Farmhand> =>
  rig.farmhand({
    ...{ topic: calm, role: 'all', slackApi: stub.apiUrl, pacing },
    nodeArgs: ['--import', join(import.meta.dirname, '../measure/turns-probe.ts')],
    env: { TURNS_FILE: turnsFile },
    sections: {
      kafka: {
        brokers: [rig.kafka.address],
        group_id: `tiers-${calm}`,
        topics: [
          { name: calm, tier: 'calm' },
          { name: flooded, tier: 'flooded' },
          { name: limited, tier: 'limited' },
        ],
      },
      tiers: {
        default: 'calm',
        list: [
          { name: 'calm', users: ['U0CALM'] },
          { name: 'flooded', users: ['U0FLOODED'], default_channel: 'C0FLOODED' },
          {
            name: 'limited',
            users: ['U0LIMITED'],
            default_channel: 'C0LIMITED',
            limits: { events_per_second: perSecond * quota },
          },
        ],
      },
    },
  });

/** The most of the processor that one turn of farmhand's loop took, by way; ms. */
const longestTurns = async (
  file: string,
  measured: ReadonlyMap<string, Seen>,
): Promise<ReadonlyMap<string, number>> => {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  const all = lines.map((line) => JSON.parse(line) as LoopTurn);
  const within = ({ spans }: Seen, at: number): boolean =>
    spans.some(({ from, to }) => at >= from && at <= to);
  return new Map(
    [...measured].map(([name, seen]) => [
      name,
      Math.max(0, ...all.filter(({ at }) => within(seen, at)).map(({ cpu }) => cpu)),
    ]),
  );
};

const rowsOf = (
  measured: ReadonlyMap<string, Seen>,
  longest: ReadonlyMap<string, number>,
): readonly Row[] => {
  const row = (what: string, value: number, unit: string, atMost?: number): Row => ({
    case: `two tiers: ${perSecond} alerts/s of one over ${channels} channels`,
    what,
    value,
    unit,
    ...(atMost !== undefined && { aim: { atMost } }),
  });
  const p99 = (name: string, of: 'threads' | 'bare'): number =>
    percentile(measured.get(name)?.[of] ?? [], 99);
  const toAlone = (name: string, of: 'threads' | 'bare'): number => p99(name, of) / p99('alone', of);
  const names = [...measured.keys()];
  return [
    ...names.flatMap((name) => [
      row(`${name}, p50`, percentile(measured.get(name)?.threads ?? [], 50), 'ms'),
      row(`${name}, p99`, p99(name, 'threads'), 'ms'),
      row(`${name}, bare at the same time, p99`, p99(name, 'bare'), 'ms'),
      row(`${name}, longest turn of the loop, processor`, longest.get(name) ?? Number.NaN, 'ms'),
    ]),
    ...names
      .slice(1)
      .flatMap((name) => [
        row(`${name} to alone, p99`, toAlone(name, 'threads'), '', 2),
        row(`${name} to alone, bare at the same time, p99`, toAlone(name, 'bare'), ''),
      ]),
  ];
};

/** A process of its own: making and sending a flood must not hold up what is measured here. */
const flooderOf = (
  rig: Rig,
  topic: string,
  events: number,
  how: 'steady' | 'at once',
  seconds: number,
): Promise<ManagedProcess> =>
  rig.program(
    'flooder.ts',
    [rig.kafka.address, topic, String(events), how === 'steady' ? String(seconds) : '0'],
    /^running/,
  );

/** So many events to farmhand, and as many others at the same time to the bare path. */
const steady = async (
  stub: SlackStub,
  producer: Producer,
  { calm, bareTopic }: { readonly calm: string; readonly bareTopic: string },
  count: number,
): Promise<Pick<Seen, 'threads' | 'bare'>> => {
  await stub.take();
  const send = (topic: string, events: readonly LoadEvent[]) =>
    sendSteadily(perSecond, (event) => producer.send(topic, [event]), events);
  const [own, bare] = [newAlerts(count), newAlerts(count)];
  const sentAt = new Map(
    (await Promise.all([send(calm, own), send(bareTopic, bare)])).flatMap((at) => [...at]),
  );
  const posted = new Map<string, number>();
  await waitUntil(`${count} threads, and as many bare`, async () => {
    for (const { series, at } of await stub.take()) posted.set(series, at);
    return [...own, ...bare].every(({ series }) => posted.has(series));
  });
  const took = ({ series }: LoadEvent): number =>
    (posted.get(series) ?? Number.NaN) - (sentAt.get(series) ?? Number.NaN);
  return { threads: own.map(took), bare: bare.map(took) };
};
