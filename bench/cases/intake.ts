import { join } from 'node:path';
import { sources } from '../build.ts';
import { channels, serviceOf } from '../load/channels.ts';
import { type LoadEvent, loadEvent } from '../load/events.ts';
import { produce } from '../load/produce.ts';
import { processorTime, residentMemory } from '../measure/machine.ts';
import { partsOfProfile } from '../measure/profile.ts';
import { watchCounter } from '../measure/progress.ts';
import type { Row } from '../measure/row.ts';
import { median } from '../measure/stats.ts';
import type { FarmhandSetup, Rig } from '../rig.ts';

/** `total` events about so many alerts; the first ones, while everything is compiled, are not counted. */
export interface Amount {
  readonly alerts: number;
  readonly warmUp: number;
  readonly total: number;
}

interface IntakeRun {
  readonly perSecond: number;
  /** Processor time an event, µs. */
  readonly cpu: number;
  readonly redisCpu: number;
  /** Resident after the last event, bytes. */
  readonly rss: number;
  readonly redisBytes: number;
  /** `performance.now()` */
  readonly from: number;
  readonly to: number;
}

/** The same topic through the bare consumer and through farmhand, by turns, and once more under the profiler. */
export const measureIntake = async (
  rig: Rig,
  amount: Amount,
  { runs, profile, what }: { readonly runs: number; readonly profile: boolean; readonly what: string },
): Promise<readonly Row[]> => {
  const topic = await rig.topic(3);
  const { meanBytes } = await produce(rig.kafka.address, topic, rounds(amount.alerts, amount.total));
  const bare: IntakeRun[] = [];
  const farmhand: IntakeRun[] = [];
  for (let run = 0; run < runs; run++) {
    bare.push(await runBare(rig, topic, amount));
    farmhand.push(await runFarmhand(rig, topic, amount));
  }
  const of = (list: readonly IntakeRun[], field: keyof IntakeRun): number =>
    median(list.map((run) => run[field]));
  const ratio = (field: keyof IntakeRun): number => of(farmhand, field) / of(bare, field);
  const row = (name: string, value: number, unit: string): Row => ({ case: what, what: name, value, unit });
  const mb = 2 ** 20;
  return [
    row('size of an event', meanBytes, 'bytes'),
    row('bare: kafkajs and a pipelined SET an event', of(bare, 'perSecond'), 'events/s'),
    row('farmhand', of(farmhand, 'perSecond'), 'events/s'),
    { ...row('farmhand to bare', ratio('perSecond'), ''), aim: { atLeast: 0.5 } },
    row('bare: processor time, process + Redis', of(bare, 'cpu') + of(bare, 'redisCpu'), 'µs/event'),
    row('farmhand: processor time of the process', of(farmhand, 'cpu'), 'µs/event'),
    row('farmhand: processor time of Redis', of(farmhand, 'redisCpu'), 'µs/event'),
    ...(profile ? await profiled(rig, topic, amount, row) : []),
    row('bare: memory of the process', of(bare, 'rss') / mb, 'MB'),
    row('farmhand: memory of the process', of(farmhand, 'rss') / mb, 'MB'),
    { ...row('memory, farmhand to bare', ratio('rss'), ''), aim: { atMost: 1.5 } },
    ...(amount.alerts === amount.total
      ? [bytesPerAlert(of(farmhand, 'redisBytes') / amount.alerts, row)]
      : []),
  ];
};

type MakeRow = (name: string, value: number, unit: string) => Row;

const bytesPerAlert = (bytes: number, row: MakeRow): Row => ({
  ...row('Redis, a live alert with one event, all keys', bytes, 'bytes'),
  aim: { atMost: 2048 },
});

const profiled = async (rig: Rig, topic: string, amount: Amount, row: MakeRow): Promise<readonly Row[]> => {
  const directory = join(rig.dir, `profile-${topic}`);
  const { from, to, startedAt } = await runFarmhand(rig, topic, amount, {
    build: sources,
    nodeArgs: ['--cpu-prof', '--cpu-prof-dir', directory],
  });
  const parts = await partsOfProfile(directory, { from: from - startedAt, to: to - startedAt });
  return [...parts].map(([part, share]) => row(`  main thread: ${part}`, share * 100, '%'));
};

/** The first event of all alerts, then the second of all …: the worst order to merge. */
function* rounds(alerts: number, events: number): Generator<LoadEvent> {
  const epoch = Date.now();
  for (let i = 0; i < events; i++) {
    const alert = i % alerts;
    yield loadEvent({
      alert,
      nth: Math.floor(i / alerts),
      epoch,
      service: serviceOf(alert % channels),
      size: 1024,
    });
  }
}

const runBare = async (rig: Rig, topic: string, amount: Amount): Promise<IntakeRun> => {
  const before = await rig.emptyRedis();
  await using process = await rig.program('bare-consumer.ts', [rig.kafka.address, topic, rig.redis.url]);
  const count = async (): Promise<number> => Number(await rig.client.get('bare'));
  return await measure(rig, process.pid, before, amount, count);
};

const runFarmhand = async (
  rig: Rig,
  topic: string,
  amount: Amount,
  more: Pick<FarmhandSetup, 'build' | 'nodeArgs'> = {},
): Promise<IntakeRun & { readonly startedAt: number }> => {
  const before = await rig.emptyRedis();
  await using farmhand = await rig.farmhand({
    topic,
    role: 'intake',
    slackApi: 'http://127.0.0.1:9/api/',
    ...more,
  });
  const count = async (): Promise<number> => Number(await rig.client.hget('{farmhand}:books', 'received'));
  const run = await measure(rig, farmhand.process.pid, before, amount, count);
  return { ...run, startedAt: farmhand.startedAt };
};

const measure = async (
  rig: Rig,
  pid: number,
  bytesBefore: number,
  amount: Amount,
  count: () => Promise<number>,
): Promise<IntakeRun> => {
  const used = () => Promise.all([processorTime(pid), processorTime(rig.redis.process.pid)]);
  let before: readonly [number, number] = [0, 0];
  const { perSecond, done, from, to } = await watchCounter(count, amount, async () => {
    before = await used();
  });
  const after = await used();
  return {
    perSecond,
    from,
    to,
    cpu: ((after[0] - before[0]) * 1000) / done,
    redisCpu: ((after[1] - before[1]) * 1000) / done,
    rss: await residentMemory(pid),
    redisBytes: (await rig.redisMemory()) - bytesBefore,
  };
};
