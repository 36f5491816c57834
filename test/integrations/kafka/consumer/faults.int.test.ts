import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { type ManagedProcess, startProcess } from '../../../../sandbox/process/process.ts';
import { tempDir } from '../../../../sandbox/process/temp-dir.ts';
import type { KafkaSettings } from '../../../../src/integrations/kafka/client/security.ts';
import { kafkaSettings, useKafka } from '../../../support/kafka.ts';
import { consumerWith, numbered, write } from './harness.ts';

const kafka = useKafka();
const until = (check: () => void | Promise<void>, timeout = 20_000): Promise<void> =>
  vi.waitFor(check, { timeout, interval: 25 });

const child = (settings: KafkaSettings, file: string, pause: number): Promise<ManagedProcess> =>
  startProcess({
    name: 'a consumer',
    command: process.execPath,
    args: [
      fileURLToPath(new URL('./child.ts', import.meta.url)),
      JSON.stringify(settings),
      file,
      String(pause),
    ],
    ready: { line: /^joined/ },
  });

/** Offsets by partition that are in the file, each once. */
const stored = async (file: string): Promise<ReadonlyMap<number, ReadonlySet<number>>> => {
  const found = new Map<number, Set<number>>();
  const text = await readFile(file, 'utf8').catch(() => '');
  for (const line of text.split('\n').filter((each) => /^\d+ \d+$/.test(each))) {
    const [partition = -1, offset = -1] = line.split(' ').map(Number);
    const offsets = found.get(partition) ?? new Set();
    found.set(partition, offsets.add(offset));
  }
  return found;
};

const countOf = (found: ReadonlyMap<number, ReadonlySet<number>>): number =>
  [...found.values()].reduce((sum, { size }) => sum + size, 0);

test('kill -9 in the middle of a batch, again and again: nothing is lost, nothing is committed too early', async () => {
  const { broker, topic, committed } = kafka();
  const name = await topic(2);
  const settings = { ...kafkaSettings(broker.address, [name]), session_timeout: 1500 };
  const total = 8000;
  const values = numbered(total).map((value, index) => ({ value, key: String(index % 16) }));
  await write(settings, name, values);
  await using dir = await tempDir('kill');
  const file = join(dir.path, 'store');

  for (const enough of [700, 2200, 3600]) {
    await using it = await child(settings, file, 60);
    await until(async () => expect(countOf(await stored(file))).toBeGreaterThan(enough));
    await it.kill();
    const [done, found] = [await committed(settings.group_id, name), await stored(file)];
    for (const [partition, offset] of Object.entries(done)) {
      const offsets = found.get(Number(partition)) ?? new Set();
      const missing = Array.from({ length: Number(offset) }, (_, i) => i).filter((i) => !offsets.has(i));
      expect(missing).toEqual([]);
    }
  }
  await using last = await child(settings, file, 0);
  await until(async () => expect(countOf(await stored(file))).toBe(total));
  expect(await last.stop()).toEqual({ code: 0, signal: null });
  const done = await committed(settings.group_id, name);
  expect(Number(done[0]) + Number(done[1])).toBe(total);
});

test('one that was asleep for longer than its session commits nothing over the one that took over', async () => {
  const { broker, topic, committed } = kafka();
  const name = await topic();
  const settings = { ...kafkaSettings(broker.address, [name]), session_timeout: 1500 };
  await using dir = await tempDir('zombie');
  const file = join(dir.path, 'store');
  await using zombie = await child(settings, file, 300);
  await write(settings, name, numbered(3000));
  await zombie.waitForLine(/^took/);
  zombie.pause();
  await using other = consumerWith(settings);
  await other.consumer.start();
  await until(async () => expect(await committed(settings.group_id, name)).toEqual({ 0: '3000' }));
  zombie.resume();
  // It notices that it was put out, and comes back as a new member.
  await until(() => expect(zombie.tail().filter((line) => line.startsWith('Reading from'))).toHaveLength(2));
  await write(settings, name, ['after']);
  await until(async () => expect(await committed(settings.group_id, name)).toEqual({ 0: '3001' }));
  const found = [...((await stored(file)).get(0) ?? [])];
  const others = other.ingest.taken.map(({ position }) => (position.via === 'kafka' ? position.offset : ''));
  expect(new Set([...found, ...others.map(Number)]).size).toBe(3001);
  expect(zombie.running).toBe(true);
});

test('records that retention took before they were read are told and counted; reading goes on', async () => {
  const { broker, topic, admin, committed } = kafka();
  const name = await topic();
  const settings = kafkaSettings(broker.address, [name]);
  await write(settings, name, numbered(10));
  {
    await using it = consumerWith(settings);
    await it.consumer.start();
    await until(async () => expect(await committed(settings.group_id, name)).toEqual({ 0: '10' }));
  }
  await write(settings, name, numbered(10, 'lost'));
  await write(settings, name, numbered(5, 'kept'));
  await admin.deleteTopicRecords({ topic: name, partitions: [{ partition: 0, offset: '20' }] });

  await using it = consumerWith(settings);
  await it.consumer.start();
  await until(() => expect(it.ingest.values).toEqual(numbered(5, 'kept')));
  await until(() =>
    expect(it.observer.gaps).toEqual([{ topic: name, partition: 0, from: '10', to: '20', missing: 10 }]),
  );
  expect(it.log.lines.filter(({ level }) => level === 'error')).toEqual([
    {
      level: 'error',
      message: 'Records were gone before they were read; alerts may be missing',
      data: { topic: name, partition: 0, from: '10', to: '20', missing: 10 },
    },
  ]);
  await until(async () => expect(await committed(settings.group_id, name)).toEqual({ 0: '25' }));
  expect(it.fatal).toEqual([]);
});

test('a broker that is away, at the start or later, is waited for', { tags: ['long'] }, async () => {
  const { broker, topic } = kafka();
  const name = await topic();
  const settings = kafkaSettings(broker.address, [name]);
  await write(settings, name, ['one']);
  await broker.kill();
  await using it = consumerWith(settings);
  const started = it.consumer.start();
  await until(() => expect(it.consumer.status().lastError).toBeDefined());
  expect(it.consumer.status().state).toBe('connecting');
  await broker.restart();
  await started;
  await until(() => expect(it.ingest.values).toEqual(['one']));

  await broker.kill();
  await until(() => expect(it.consumer.status().state).toBe('unreachable'));
  await until(() => expect(it.observer.isConnected).toBe(false));
  await broker.restart();
  await write(settings, name, ['two']);
  await until(() => expect(it.ingest.values.at(-1)).toBe('two'), 40_000);
  expect(it.consumer.status().state).toBe('joined');
  expect(it.fatal).toEqual([]);
});

test('topics that do not exist yet are waited for', async () => {
  const { broker } = kafka();
  const settings = kafkaSettings(broker.address, ['not-yet']);
  await using it = consumerWith(settings);
  const started = it.consumer.start();
  await until(() => expect(it.consumer.status().lastError).toBeDefined());
  await broker.createTopics([{ name: 'not-yet' }]);
  await write(settings, 'not-yet', ['hello']);
  await started;
  await until(() => expect(it.ingest.values).toEqual(['hello']));
  expect(it.fatal).toEqual([]);
});
