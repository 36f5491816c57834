import { expect, test } from 'vitest';
import { lookAtKafka } from '../../../src/app/doctor/stores.ts';
import { kafkaSettings, memoryLog, useKafka } from '../../support/kafka.ts';

const kafka = useKafka();
const look = async (topics: readonly string[], more: object = {}) => {
  const settings = { ...kafkaSettings(kafka().broker.address, topics), ...more };
  return (await lookAtKafka(settings, memoryLog())).map(
    ({ check, state, says }) => `${state} ${check}: ${says}`,
  );
};

test('a topic that is not there fails; the dead letters are made by serve', async () => {
  const topic = await kafka().topic();
  const found = await look([topic, 'nowhere']);
  expect(found).toEqual([
    expect.stringMatching(/^fail kafka: kafka\.topics\[1\]\.name: there is no topic nowhere/),
    expect.stringMatching(/^warn kafka: kafka\.dead_letter_topic: there is no topic dead-letters/),
    expect.stringMatching(/^ok kafka group: the group \S+ can be used; nobody reads in it now$/),
  ]);
  // Looking made no topic.
  expect(await kafka().admin.listTopics()).not.toContain('nowhere');
});

test('all is well', async () => {
  const topic = await kafka().topic();
  await kafka().broker.createTopics([
    {
      name: 'dead-letters',
      partitions: 1,
      config: { 'retention.ms': '1000000', 'retention.bytes': '1000000' },
    },
  ]);
  expect((await look([topic])).map((line) => line.split(':')[0])).toEqual(['ok kafka', 'ok kafka group']);
});

test('nobody there: one finding, and no group is asked for', async () => {
  expect(await look(['x'], { brokers: ['127.0.0.1:1'] })).toEqual([
    expect.stringMatching(/^fail kafka: kafka\.brokers\[0\]: 127\.0\.0\.1:1 cannot be reached/),
  ]);
});
