import { randomBytes } from 'node:crypto';
import kafkajs from 'kafkajs';
import { expect, test, vi } from 'vitest';
import { contentKey } from '../../../../src/intake/wire/dead-letter.ts';
import type { Rejection } from '../../../../src/intake/wire/raw.ts';
import { createClient } from '../../../../src/integrations/kafka/client/client.ts';
import { makeDeadLetterTopic } from '../../../../src/integrations/kafka/dead-letters/dead-letter-topic.ts';
import { createKafkaDeadLetters } from '../../../../src/integrations/kafka/dead-letters/dead-letters.ts';
import { readDeadLetters } from '../../../../src/integrations/kafka/dead-letters/read-dead-letters.ts';
import { checkKafka } from '../../../../src/integrations/kafka/health/check.ts';
import { kafkaSettings, memoryLog, useKafka } from '../../../support/kafka.ts';
import { consumerWith } from '../consumer/harness.ts';

const kafka = useKafka();

const rejection = (value: Buffer | null): Rejection => ({
  reason: 'bad_json',
  detail: 'body: is not JSON',
  message: {
    value,
    headers: { tier: 'prod', 'ce-type': 'x' },
    position: { via: 'kafka', topic: 'alerts', partition: 3, offset: '42', index: 0 },
    receivedAt: 1_700_000_000_000,
    brokerTime: 1_699_999_999_000,
  },
});

test('the original bytes and headers are kept, with why and where from', async () => {
  const { broker, topic } = kafka();
  const name = await topic();
  const settings = { ...kafkaSettings(broker.address, [name]), dead_letter_topic: name };
  const bytes = Buffer.from([0, 255, 10, 123, 0]);
  {
    await using letters = createKafkaDeadLetters(settings, { log: memoryLog() });
    await letters.keep([rejection(bytes), rejection(null)]);
    await letters.keep([]);
  }
  await using it = consumerWith(settings);
  await it.consumer.start();
  await vi.waitFor(() => expect(it.ingest.taken).toHaveLength(2), { timeout: 10_000 });
  expect(it.ingest.taken.map(({ value }) => value)).toEqual([bytes, null]);
  expect(it.ingest.taken[0]?.headers).toEqual({
    tier: 'prod',
    'ce-type': 'x',
    'farmhand-reason': 'bad_json',
    'farmhand-detail': 'body: is not JSON',
    'farmhand-content': expect.stringMatching(/^bad_json\.[0-9a-f]{32}$/),
    'farmhand-via': 'kafka',
    'farmhand-topic': 'alerts',
    'farmhand-partition': '3',
    'farmhand-offset': '42',
    'farmhand-timestamp': '1699999999000',
    'farmhand-received-at': '1700000000000',
  });
});

test('what is larger than the topic allows is kept cut, and the others whole', async () => {
  const { broker, topic } = kafka();
  const name = await topic(1, { 'max.message.bytes': '100000' });
  const settings = { ...kafkaSettings(broker.address, [name]), dead_letter_topic: name };
  const large = randomBytes(200_000);
  const log = memoryLog();
  {
    await using letters = createKafkaDeadLetters(settings, { log });
    await letters.keep([rejection(Buffer.from('small')), rejection(large)]);
  }
  await using it = consumerWith(settings);
  await it.consumer.start();
  await vi.waitFor(() => expect(it.ingest.taken).toHaveLength(2), { timeout: 10_000 });
  expect(it.ingest.taken.map(({ value }) => value)).toEqual([
    Buffer.from('small'),
    large.subarray(0, 65_536),
  ]);
  expect(it.ingest.taken[1]?.headers['farmhand-cut-from']).toBe('200000');
  expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
});

test('without the topic nothing counts as kept, and the error may be tried again', async () => {
  const { broker } = kafka();
  const settings = { ...kafkaSettings(broker.address, ['none']), dead_letter_topic: 'nowhere' };
  await using letters = createKafkaDeadLetters(settings, { log: memoryLog() });
  await expect(letters.keep([rejection(Buffer.from('x'))])).rejects.toMatchObject({
    code: 'dead_letters_unavailable',
    retryable: true,
    message: expect.stringMatching(
      /^The dead-letter topic nowhere took no message \(.+\)\. Nothing was lost/,
    ),
  });
});

test('the check says every problem at once', async () => {
  const { broker, topic } = kafka();
  const name = await topic();
  const settings = kafkaSettings(broker.address, ['gone', name]);
  const problems = await checkKafka(
    { ...settings, brokers: ['127.0.0.1:1', broker.address] },
    { log: memoryLog() },
  );
  expect(problems.map(({ path }) => path)).toEqual([
    'kafka.brokers[0]',
    'kafka.topics[0].name',
    'kafka.dead_letter_topic',
  ]);
  expect(problems[0]?.message).toContain('127.0.0.1:1 cannot be reached');
  expect(problems[1]?.message).toBe(
    'there is no topic gone that farmhand may see; create it, or allow Describe and Read',
  );
});

test('a topic that is not there is made with bounds, and one that is there is left as it is', async () => {
  const { broker, admin, topic } = kafka();
  const made = `made-${randomBytes(4).toString('hex')}`;
  const settings = { ...kafkaSettings(broker.address, [await topic()]), dead_letter_topic: made };
  const bounds = { max_age: 86_400_000, max_bytes: 8_388_608 };
  const log = memoryLog();
  expect(await makeDeadLetterTopic(settings, bounds, { log })).toBe(true);
  const configOf = async () => {
    const names = ['cleanup.policy', 'retention.ms', 'retention.bytes', 'segment.bytes', 'max.message.bytes'];
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: made, configNames: names }],
    });
    return Object.fromEntries(
      resources.flatMap(({ configEntries }) =>
        configEntries.map((each) => [each.configName, each.configValue]),
      ),
    );
  };
  const config = {
    'cleanup.policy': 'delete',
    'retention.ms': '86400000',
    'retention.bytes': '8388608',
    'segment.bytes': '2228224',
    'max.message.bytes': '1114112',
  };
  expect(await configOf()).toEqual(config);
  expect(await checkKafka(settings, { log })).toEqual([]);
  expect(await makeDeadLetterTopic(settings, { ...bounds, max_age: 1 }, { log })).toBe(false);
  expect(await configOf()).toEqual(config);
  // What is as large as a body may be is kept whole, with what is said of it.
  await using letters = createKafkaDeadLetters(settings, { log });
  await letters.keep([rejection(randomBytes(settings.max_message_bytes))]);
  expect(log.lines.filter(({ level }) => level !== 'info')).toEqual([]);
});

test.each([
  [{ 'retention.ms': '1000000' }, 'size', 'retention.bytes=1073741824'],
  [{ 'retention.ms': '-1', 'retention.bytes': '1000000' }, 'age', 'retention.ms=2592000000'],
  [{ 'retention.ms': '-1' }, 'age or size', 'retention.ms=2592000000,retention.bytes=1073741824'],
  [{ 'cleanup.policy': 'compact' }, 'age or size (its cleanup.policy is compact)', 'cleanup.policy=delete'],
])('a topic that grows without an end is told, with what to set: %j', async (config, by, set) => {
  const { broker, topic } = kafka();
  const name = await topic(1, config);
  const settings = { ...kafkaSettings(broker.address, [name]), dead_letter_topic: name };
  expect(await checkKafka(settings, { log: memoryLog() })).toEqual([
    {
      path: 'kafka.dead_letter_topic',
      message: `the topic ${name} grows without an end: it has no bound by ${by}. Set one: kafka-configs.sh --alter --entity-type topics --entity-name ${name} --add-config ${set}`,
    },
  ]);
});

test('what was kept is read again as it came, the newest first, and farmhand’s own headers are not among its headers', async () => {
  const { broker, topic } = kafka();
  const name = await topic();
  const settings = { ...kafkaSettings(broker.address, [name]), dead_letter_topic: name };
  const client = await createClient(settings, { log: memoryLog() });
  expect(await readDeadLetters(client, name, 10)).toEqual([]);
  {
    await using letters = createKafkaDeadLetters(settings, { log: memoryLog() });
    for (const text of ['first', 'second', 'third']) await letters.keep([rejection(Buffer.from(text))]);
  }
  const found = await readDeadLetters(client, name, 2);
  expect(found.map(({ id, message }) => [id, message.value?.toString()])).toEqual([
    ['0-2', 'third'],
    ['0-1', 'second'],
  ]);
  const { message, ...letter } = rejection(null);
  expect(found[1]).toEqual({
    ...letter,
    id: '0-1',
    at: message.receivedAt,
    content: contentKey(rejection(Buffer.from('second'))),
    message: { ...message, value: Buffer.from('second') },
  });
});

test('of two installations with one topic each finds its own letters, and those of before there were names', async () => {
  const { broker, topic } = kafka();
  const name = await topic();
  const settings = { ...kafkaSettings(broker.address, [name]), dead_letter_topic: name };
  const log = memoryLog();
  for (const installation of [undefined, 'one', 'two']) {
    await using letters = createKafkaDeadLetters(settings, { log, installation });
    await letters.keep([rejection(Buffer.from(`of ${installation}`))]);
  }
  const client = await createClient(settings, { log });
  const found = async (installation?: string) =>
    (await readDeadLetters(client, name, 10, installation))
      .map(({ message }) => String(message.value))
      .toSorted();
  expect(await found('one')).toEqual(['of one', 'of undefined']);
  expect(await found()).toEqual(['of one', 'of two', 'of undefined']);
});
