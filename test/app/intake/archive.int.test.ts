import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import kafkajs from 'kafkajs';
import { expect, test, vi } from 'vitest';
import { type SimulatedS3, startS3 } from '../../../sandbox/s3/start.ts';
import { archiveGroup } from '../../../src/app/intake/archive.ts';
import { silentLog } from '../../../src/observability/log.ts';
import { type ArchiveWorld, archiveOf, readArchive } from '../../support/archive/archive.ts';
import { useKafka } from '../../support/kafka.ts';

const kafka = useKafka();
let groups = 0;

const until = (check: () => void | Promise<void>, timeout = 60_000): Promise<void> =>
  vi.waitFor(check, { timeout, interval: 50 });

const open = async (partitions = 1) => {
  const s3: SimulatedS3 = await startS3({ pageSize: 7 });
  const topic = await kafka().topic(partitions);
  const world: ArchiveWorld = {
    ...{ brokers: kafka().broker.address, topic, s3: s3.url, group: `archived-${++groups}` },
  };
  const client = new kafkajs.Kafka({ brokers: [world.brokers], logLevel: kafkajs.logLevel.NOTHING });
  const producer = client.producer();
  await producer.connect();
  let sent = 0;
  const every = new Map<string, string>();
  return {
    world,
    s3,
    /** So many messages of about `size` bytes, over all partitions. */
    send: async (count: number, size = 100): Promise<void> => {
      const messages = Array.from({ length: count }, () => {
        const n = sent++;
        return { value: `${n} ${'x'.repeat(size)}`, partition: n % partitions, headers: { n: String(n) } };
      });
      for (let from = 0; from < count; from += 500) {
        await producer.send({ topic, messages: messages.slice(from, from + 500) });
      }
      for (const { value, partition } of messages) {
        const offset = [...every.keys()].filter((key) => key.startsWith(`${partition}@`)).length;
        every.set(`${partition}@${offset}`, value);
      }
    },
    /** Each message is found once, as it was sent, and nothing is missing. */
    whole: async (): Promise<number> => {
      const found = await readArchive(s3.world.objects);
      expect(found.taken.length).toBe(new Map(found.taken).size);
      expect(found.holes).toEqual([]);
      expect(new Map(found.taken.toSorted())).toEqual(new Map([...every].toSorted()));
      return found.objects;
    },
    committed: () => kafka().committed(archiveGroup(world.group), topic),
    [Symbol.asyncDispose]: async () => {
      await producer.disconnect();
      await s3[Symbol.asyncDispose]();
    },
  };
};

test('everything is in the archive once, by size and by age, and read on after a stop', async () => {
  await using it = await open(2);
  await it.send(1_000, 1_000);
  {
    await using archive = archiveOf(it.world, silentLog);
    await until(async () => void (await it.whole()));
    expect(await it.whole()).toBeGreaterThan(10);
    await until(async () => expect(await it.committed()).toEqual({ 0: '500', 1: '500' }));
    expect(await archive.said()).toMatch(/farmhand_archive_objects_total\{outcome="stored"\} \d+/);
    await it.send(10);
    await sleep(100);
  }
  // What was read is written before it stops; what was not is read by the next one.
  await using _again = archiveOf(it.world, silentLog);
  await until(async () => void (await it.whole()));
  await until(async () => expect(await it.committed()).toEqual({ 0: '505', 1: '505' }));
});

test('answers that never come: the same objects are written again, and are there', async () => {
  await using it = await open();
  it.s3.control.fault({ match: '^PUT', effect: 'drop_after' });
  it.s3.control.fault({ match: '^PUT', effect: 'drop_before' });
  it.s3.control.fault({ match: '^PUT', effect: 'answer_before', status: 503 });
  await it.send(200, 1_000);
  await using archive = archiveOf(it.world, silentLog);
  await until(async () => expect(await it.committed()).toEqual({ 0: '200' }));
  await it.whole();
  const said = await archive.said();
  expect(said).toContain('farmhand_archive_objects_total{outcome="there"} 1');
  expect(said).toContain('farmhand_archive_failures_total{reason="archive_unreachable"} 2');
  expect(said).toContain('farmhand_archive_failures_total{reason="archive_failed"} 1');
});

test('the storage away: nothing is given up, no more is held than may be, and then it catches up', async () => {
  await using it = await open(2);
  it.s3.control.outage(true);
  await using archive = archiveOf(it.world, silentLog);
  await it.send(3_000, 1_000);
  await until(async () =>
    expect(await archive.said()).toMatch(/farmhand_archive_failures_total\{.*\} [1-9]/),
  );
  // Three megabytes came; four objects of 64 KB are held at most, so that most of it stays in Kafka.
  await until(async () => {
    const all = [...(await archive.said()).matchAll(/farmhand_archive_lag\{.*\} (\d+)/g)];
    expect(all.reduce((sum, [, lag]) => sum + Number(lag), 0)).toBeGreaterThan(2_000);
  });
  await until(async () =>
    expect(
      Number(/^farmhand_archive_waiting_seconds (\S+)/m.exec(await archive.said())?.[1]),
    ).toBeGreaterThan(4),
  );
  expect(it.s3.world.objects.size).toBe(0);
  expect(await it.committed()).toEqual({});
  it.s3.control.outage(false);
  await until(async () => expect(await it.committed()).toEqual({ 0: '1500', 1: '1500' }));
  await it.whole();
});

const child = fileURLToPath(new URL('../../support/archive/child.ts', import.meta.url));

test('killed (−9) again and again, before and after an answer: each message is found once', async () => {
  await using it = await open(2);
  const stopped = new AbortController();
  const sending = (async () => {
    for (let i = 0; i < 60 && !stopped.signal.aborted; i++) {
      await it.send(40, 1_000);
      await sleep(250);
    }
  })();
  const moments = [
    'hang_before',
    'hang_after',
    'hang_after',
    'hang_before',
    'hang_after',
    undefined,
  ] as const;
  for (const [i, moment] of moments.entries()) {
    const before = it.s3.control.requests().length;
    const process_ = spawn(process.execPath, [child, JSON.stringify(it.world)], { stdio: 'ignore' });
    // Some objects are written, and then one is not answered.
    await until(() => expect(it.s3.control.requests().length).toBeGreaterThan(before + 2));
    if (moment) {
      it.s3.control.fault({ match: '^PUT', effect: moment });
      const then = it.s3.control.requests().length;
      await until(() => expect(it.s3.control.requests().length).toBeGreaterThan(then));
    } else await sleep(37 * i);
    process_.kill('SIGKILL');
    await once(process_, 'exit');
    it.s3.control.clearFaults();
    if (i === moments.length - 1) stopped.abort();
  }
  await sending;
  await using _last = archiveOf(it.world, silentLog);
  await until(async () => void (await it.whole()), 90_000);
}, 240_000);

test('two archives share the partitions, one joins and one leaves in the middle: each message is found once', async () => {
  await using it = await open(4);
  await it.send(400, 500);
  const first = archiveOf(it.world, silentLog);
  await until(() => expect(it.s3.world.objects.size).toBeGreaterThan(0));
  await using _second = archiveOf(it.world, silentLog);
  for (let i = 0; i < 30; i++) {
    await it.send(40, 500);
    await sleep(200);
  }
  await first[Symbol.asyncDispose]();
  await it.send(400, 500);
  await until(async () => void (await it.whole()), 90_000);
}, 240_000);
