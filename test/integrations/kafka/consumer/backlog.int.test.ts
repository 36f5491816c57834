import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import { expect, test, vi } from 'vitest';
import type { RawMessage } from '../../../../src/intake/wire/raw.ts';
import { chunkLimits } from '../../../../src/integrations/kafka/consumer/chunks.ts';
import { kafkaSettings, useKafka } from '../../../support/kafka.ts';
import { consumerWith, numbered, write } from './harness.ts';

/** With more in a partition than one fetch brings, the next is fetched while the one before is written. */

const { Partitioners } = kafkajs;
const kafka = useKafka();
const until = (check: () => void | Promise<void>, timeout = 30_000): Promise<void> =>
  vi.waitFor(check, { timeout, interval: 25 });

const kilobyte = 'x'.repeat(1000);
const fill = async (settings: ReturnType<typeof kafkaSettings>, name: string, count: number) => {
  const values = numbered(count).map((value, index) => ({
    value: value + kilobyte,
    key: String(index % 32),
  }));
  for (let from = 0; from < count; from += 500) await write(settings, name, values.slice(from, from + 500));
};

/** What is durable, by partition; what came before everything before it was, and how often anything came again. */
const durable = () => {
  const done = new Map<number, Set<number>>();
  const holes: string[] = [];
  let again = 0;
  return {
    holes,
    get again() {
      return again;
    },
    get count() {
      return [...done.values()].reduce((sum, { size }) => sum + size, 0);
    },
    of: (partition: number) => done.get(partition)?.size ?? 0,
    take: async (messages: readonly RawMessage[]): Promise<void> => {
      await sleep(250);
      for (const { position } of messages) {
        if (position.via !== 'kafka') continue;
        const { partition } = position;
        const offsets = done.get(partition) ?? new Set();
        done.set(partition, offsets);
        const offset = Number(position.offset);
        if (offsets.has(offset)) again++;
        else if (offsets.size !== offset) holes.push(`${partition}:${offset}`);
        offsets.add(offset);
      }
    },
  };
};

test('partitions move in the middle of what is read ahead: stored offsets stay behind what is durable, nothing is lost', async () => {
  const { broker, topic, committed } = kafka();
  const name = await topic(4);
  const settings = { ...kafkaSettings(broker.address, [name]), session_timeout: 3_000 };
  const total = 16_000;
  await fill(settings, name, total);
  const store = durable();
  await using one = consumerWith(settings);
  await using two = consumerWith(settings);
  one.ingest.before = store.take;
  two.ingest.before = store.take;
  const early: string[] = [];
  let looks = 0;
  const look = async (): Promise<void> => {
    for (const [partition, offset] of Object.entries(await committed(settings.group_id, name))) {
      if (Number(offset) > store.of(Number(partition))) early.push(`${partition}:${offset}`);
    }
    looks++;
  };
  const watching = new AbortController();
  const watched = (async () => {
    while (!watching.signal.aborted) await look();
  })();

  await one.consumer.start();
  await until(() => expect(store.count).toBeGreaterThan(1_000));
  await two.consumer.start();
  await until(() => {
    const counts = [one, two].map(({ consumer }) => consumer.status().assignment[name]?.length);
    expect(counts).toEqual([2, 2]);
  });
  const before = two.ingest.taken.length;
  await until(() => expect(two.ingest.taken.length).toBeGreaterThan(before + 1_000));
  expect(store.count).toBeLessThan(total);
  expect(await two.consumer.stop(10_000)).toBe(true);
  await until(() => expect(store.count).toBe(total));
  await until(async () => {
    const done = Object.values(await committed(settings.group_id, name));
    expect(done.reduce((sum, offset) => sum + Number(offset), 0)).toBe(total);
  });
  watching.abort();
  await watched;
  expect(looks).toBeGreaterThan(20);
  expect([early, store.holes, [...one.fatal, ...two.fatal]]).toEqual([[], [], []]);
  // At most the chunks that were in hand, each time.
  expect(store.again).toBeLessThanOrEqual(2 * 4 * chunkLimits.messages);
});

/** A key that goes into that one of two partitions. */
const keyFor = (partition: number): string => {
  const choose = Partitioners.DefaultPartitioner();
  const partitionMetadata = [0, 1].map((partitionId) => ({
    ...{ partitionId, partitionErrorCode: 0, leader: 0, replicas: [], isr: [] },
  }));
  const goesThere = (key: string) =>
    choose({ topic: '', partitionMetadata, message: { key, value: '' } }) === partition;
  return numbered(100).find(goesThere) ?? '';
};

test('a batch of messages that is larger than what a partition is asked for is read whole, beside one that is busy', async () => {
  const { broker, topic, committed } = kafka();
  const name = await topic(2, { 'max.message.bytes': String(8 * 1024 * 1024) });
  const settings = kafkaSettings(broker.address, [name]);
  const total = 5_000;
  const busy = numbered(500).map((value) => ({ value: value + kilobyte, key: keyFor(0) }));
  for (let from = 0; from < total; from += busy.length) await write(settings, name, busy);
  // Written as one batch.
  const large = numbered(3).map((value) => ({ value: value + 'x'.repeat(900_000), key: keyFor(1) }));
  await write(settings, name, large);
  await using it = consumerWith(settings);
  await it.consumer.start();
  await until(async () =>
    expect(await committed(settings.group_id, name)).toEqual({ 0: String(total), 1: String(large.length) }),
  );
  const taken = it.ingest.values.filter((value) => value.length > 100_000);
  expect(taken).toEqual(large.map(({ value }) => value));
});
