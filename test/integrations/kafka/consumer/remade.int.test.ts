import kafkajs from 'kafkajs';
import { expect, test, vi } from 'vitest';
import { StoreUnavailable } from '../../../../src/core/errors.ts';
import { standingOf } from '../../../../src/integrations/kafka/consumer/consumer-status.ts';
import { committedIn, kafkaSettings, useKafka } from '../../../support/kafka.ts';
import { consumerWith, numbered, write } from './harness.ts';

const kafka = useKafka();
/** A look every ten seconds, and what a machine under load takes on top. */
const patience = 60_000;
const until = (check: () => void | Promise<void>): Promise<void> =>
  vi.waitFor(check, { timeout: patience, interval: 50 });

const remake = async (topic: string, partitions = 1): Promise<void> => {
  const { admin, broker } = kafka();
  await admin.deleteTopics({ topics: [topic] });
  await vi.waitFor(() => broker.createTopics([{ name: topic, partitions }]), {
    timeout: patience,
    interval: 200,
  });
  await until(async () => expect(await admin.fetchTopicOffsets(topic)).toHaveLength(partitions));
};

test('a topic that is deleted, made again and filled beyond the old end while farmhand reads: nothing is skipped', async () => {
  const { broker, topic } = kafka();
  const name = await topic();
  const settings = kafkaSettings(broker.address, [name]);
  await write(settings, name, numbered(10, 'old'));
  await using it = consumerWith(settings);
  await it.consumer.start();
  await until(() => expect(it.ingest.values).toEqual(numbered(10, 'old')));

  await remake(name);
  await write(settings, name, numbered(25, 'new'));
  await until(() => expect(it.ingest.values).toEqual(expect.arrayContaining([...numbered(25, 'new')])));
  const remade = { topic: name, partition: 0, to: '0', remade: true };
  await until(() => expect(it.observer.gaps).toContainEqual(remade));
  // Who reads while the new topic is still shorter is told by the broker as well that the old place is gone.
  const [told, byBroker] = [
    it.observer.gaps.filter((gap) => gap.remade),
    it.observer.gaps.filter((gap) => !gap.remade),
  ];
  expect(told).toEqual([remade]);
  expect([[], [{ topic: name, partition: 0, from: '10', to: '0' }]]).toContainEqual(byBroker);
  // The same offset of another topic is another event.
  const ids = it.ingest.taken.map(({ position }) => (position.via === 'kafka' ? position.life : undefined));
  expect(new Set(ids).size).toBe(2);
  expect(it.fatal).toEqual([]);
}, 150_000);

test('the same while farmhand is away, with the old position still committed', async () => {
  const { broker, topic, admin } = kafka();
  const name = await topic();
  const settings = kafkaSettings(broker.address, [name]);
  await write(settings, name, numbered(10, 'old'));
  let note: string | null | undefined;
  {
    await using it = consumerWith(settings);
    await it.consumer.start();
    await until(async () => {
      const [found] = await committedIn(admin, settings.group_id, name);
      expect(found?.offset).toBe('10');
      note = found?.metadata;
    });
  }
  expect(note).toMatch(/^life=[0-9a-f]{32}$/);
  await remake(name);
  await write(settings, name, numbered(25, 'new'));
  // As it is where the broker keeps the position of the old topic, or a last commit reaches the new one.
  await commit(settings.group_id, name, '10', note ?? '');

  await using it = consumerWith(settings);
  await it.consumer.start();
  await until(() => expect(it.ingest.values).toEqual(numbered(25, 'new')));
  expect(it.observer.gaps).toEqual([{ topic: name, partition: 0, to: '0', remade: true }]);
  await until(async () => {
    const [found] = await committedIn(admin, settings.group_id, name);
    expect(found).toMatchObject({
      offset: '25',
      metadata: expect.not.stringMatching(note ?? '-'),
    });
  });
}, 150_000);

test('partitions that are added are read within thirty seconds', {
  tags: ['long'],
  timeout: 90_000,
}, async () => {
  const { broker, topic, admin } = kafka();
  const name = await topic();
  const settings = kafkaSettings(broker.address, [name]);
  await using it = consumerWith(settings);
  await it.consumer.start();
  await admin.createPartitions({ topicPartitions: [{ topic: name, count: 2 }] });
  await until(async () => expect(await admin.fetchTopicOffsets(name)).toHaveLength(2));
  const added = Date.now();
  const producer = new kafkajs.Kafka({ brokers: [broker.address] }).producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  await producer.send({ topic: name, messages: [{ value: 'in the new one', partition: 1 }] });
  await producer.disconnect();
  await until(() => expect(it.ingest.values).toEqual(['in the new one']));
  expect(Date.now() - added).toBeLessThan(30_000);
});

test('an open transaction: what waits behind it is lag, and the status says so until it ends', {
  tags: ['long'],
  timeout: 200_000,
}, async () => {
  const { broker, topic } = kafka();
  const name = await topic();
  const settings = kafkaSettings(broker.address, [name]);
  await using it = consumerWith(settings);
  await it.consumer.start();
  const client = new kafkajs.Kafka({ brokers: [broker.address], logLevel: kafkajs.logLevel.NOTHING });
  const producer = client.producer({
    transactionalId: `t-${name}`,
    idempotent: true,
    maxInFlightRequests: 1,
    transactionTimeout: 120_000,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  const open = await producer.transaction();
  await open.send({ topic: name, messages: [{ value: 'in doubt' }] });
  await write(settings, name, numbered(4, 'behind'));
  await until(() => expect(it.observer.lags[`${name}/0`]).toBe(5));
  await until(() => {
    const { state, says } = standingOf(it.consumer.status());
    expect(state).toBe('degraded');
    expect(says).toMatch(/partition 0 of .* is 5 records behind for .*: a transaction is open/);
  });
  expect(it.ingest.values).toEqual([]);
  await open.abort();
  await producer.disconnect();
  await until(() => expect(it.ingest.values).toEqual(numbered(4, 'behind')));
  await until(() => expect(standingOf(it.consumer.status())).toEqual({ state: 'up' }));
  await until(() => expect(it.observer.lags[`${name}/0`]).toBe(0));
});

test('one of two topics is missing: the other is read, the status names it, and it is read once it is there', {
  tags: ['long'],
  timeout: 200_000,
}, async () => {
  const { broker, topic } = kafka();
  const there = await topic();
  const missing = `later-${there}`;
  const settings = kafkaSettings(broker.address, [there, missing]);
  await write(settings, there, ['one']);
  await using it = consumerWith(settings);
  await it.consumer.start();
  await until(() => expect(it.ingest.values).toEqual(['one']));
  expect(standingOf(it.consumer.status())).toEqual({
    state: 'degraded',
    says: `there is no topic ${missing}: create it, or take it out of kafka.topics; it is read as soon as it is there`,
  });
  await broker.createTopics([{ name: missing }]);
  await write(settings, missing, ['two']);
  await until(() => expect(it.ingest.values).toEqual(['one', 'two']));
  await until(() => expect(standingOf(it.consumer.status())).toEqual({ state: 'up' }));

  // And the other way round: one that goes does not stop the other.
  await kafka().admin.deleteTopics({ topics: [missing] });
  await until(() => expect(standingOf(it.consumer.status()).says).toContain(`there is no topic ${missing}`));
  await write(settings, there, ['three']);
  await until(() => expect(it.ingest.values).toEqual(['one', 'two', 'three']));
  expect(it.fatal).toEqual([]);
});

test('messages that hang in the intake are lag, and the status names their partition', {
  tags: ['long'],
  timeout: 150_000,
}, async () => {
  const { broker, topic } = kafka();
  const name = await topic();
  const settings = kafkaSettings(broker.address, [name]);
  await using it = consumerWith(settings);
  const given = Promise.withResolvers<void>();
  it.ingest.before = (_, signal) => {
    signal?.addEventListener('abort', () => given.reject(new StoreUnavailable('given up')), { once: true });
    return given.promise;
  };
  await it.consumer.start();
  await write(settings, name, numbered(3));
  await until(() =>
    expect(standingOf(it.consumer.status()).says).toMatch(
      /partition 0 of .* is 3 records behind; messages of it are in hand for .* and not yet durable/,
    ),
  );
  expect(it.observer.lags[`${name}/0`]).toBe(3);
  given.resolve();
  await until(() => expect(standingOf(it.consumer.status())).toEqual({ state: 'up' }));
});

/** Commits as a member of the group does: with the note that farmhand leaves. */
const commit = async (groupId: string, topic: string, offset: string, metadata: string): Promise<void> => {
  const { broker } = kafka();
  const client = new kafkajs.Kafka({ brokers: [broker.address], logLevel: kafkajs.logLevel.NOTHING });
  const consumer = client.consumer({ groupId, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic] });
  const joined = new Promise<void>((resolve) => consumer.on(consumer.events.GROUP_JOIN, () => resolve()));
  await consumer.run({ autoCommit: false, eachMessage: async () => undefined });
  await joined;
  await consumer.commitOffsets([{ topic, partition: 0, offset, metadata }]);
  await consumer.disconnect();
};
