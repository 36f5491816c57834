import kafkajs from 'kafkajs';
import { expect, test, vi } from 'vitest';
import { registerCodecs } from '../../../../src/integrations/kafka/client/codecs.ts';
import { kafkaSettings, useKafka } from '../../../support/kafka.ts';
import { consumerWith, numbered, write } from '../consumer/harness.ts';

const kafka = useKafka();
const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;

// Large enough for several blocks in each format, and not all alike.
const values = numbered(400, `${'farmhand '.repeat(60)}-`).map(
  (value, index) => `${value}${Math.sin(index).toString(36).repeat(20)}`,
);

test('every codec is read, from kafkajs and from the Java client, in one partition', async () => {
  const { broker, topic } = kafka();
  const name = await topic();
  const settings = kafkaSettings(broker.address, [name]);
  const expected: string[] = [];
  for (const codec of codecs) {
    await write(settings, name, values, codec);
    await broker.runTool(
      'org.apache.kafka.tools.ConsoleProducer',
      [
        ...['--bootstrap-server', broker.address, '--topic', name, '--compression-codec', codec],
        ...['--batch-size', '200000', '--timeout', '200'],
      ],
      `${values.join('\n')}\n`,
    );
    expected.push(...values, ...values);
  }
  await using it = consumerWith(settings);
  await it.consumer.start();
  await vi.waitFor(() => expect(it.ingest.taken).toHaveLength(expected.length), { timeout: 20_000 });
  expect(it.ingest.values).toEqual(expected);
  expect(it.fatal).toEqual([]);
});

test('the Java client reads what farmhand writes with every codec', async () => {
  const { broker, topic } = kafka();
  const name = await topic();
  const settings = kafkaSettings(broker.address, [name]);
  for (const codec of codecs) await write(settings, name, values, codec);
  const count = codecs.length * values.length;
  const output = await broker.runTool('org.apache.kafka.tools.consumer.ConsoleConsumer', [
    ...['--bootstrap-server', broker.address, '--topic', name, '--from-beginning'],
    ...['--max-messages', String(count), '--timeout-ms', '20000'],
  ]);
  expect(output.split('\n').filter((line) => line.startsWith('farmhand'))).toEqual(
    codecs.flatMap(() => values),
  );
});

test('when kafkajs stops for good, the process hears of it, once, and the message stays unread', async () => {
  const { broker, topic, committed } = kafka();
  const name = await topic();
  const settings = kafkaSettings(broker.address, [name]);
  await using it = consumerWith(settings);
  await it.consumer.start();
  const { CompressionCodecs, CompressionTypes, KafkaJSNonRetriableError } = kafkajs;
  try {
    CompressionCodecs[CompressionTypes.ZSTD] = () => {
      throw new KafkaJSNonRetriableError('a codec of the future');
    };
    await broker.runTool(
      'org.apache.kafka.tools.ConsoleProducer',
      ['--bootstrap-server', broker.address, '--topic', name, '--compression-codec', 'zstd'],
      'hello\n',
    );
    await vi.waitFor(() => expect(it.fatal).toHaveLength(1), { timeout: 10_000 });
  } finally {
    registerCodecs();
  }
  expect(it.fatal[0]?.message).toBe('The Kafka consumer stopped for good: a codec of the future');
  expect(it.consumer.status()).toMatchObject({ state: 'failed' });
  expect(it.observer.isConnected).toBe(false);
  expect(await committed(settings.group_id, name)).toEqual({});
});
