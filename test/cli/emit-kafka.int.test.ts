import { expect, test } from 'vitest';
import { sendToKafka } from '../../src/cli/send-to-kafka.ts';
import { ConfigSchema } from '../../src/config/schema/schema.ts';
import { Secret } from '../../src/config/schema/secret.ts';
import { useKafka } from '../support/kafka.ts';

const kafka = useKafka();

const config = (broker: string) =>
  ConfigSchema.parse({
    slack: { default_channel: 'C0123', bot_token: new Secret('xoxb'), app_token: new Secret('xapp') },
    kafka: { brokers: [broker], topics: [{ name: 'alerts' }] },
  });

test('an event reaches the topic with its key', async () => {
  const { broker, topic } = kafka();
  const name = await topic();
  await sendToKafka(config(broker.address), { topic: name, key: 'disk-1', value: '{"farmhand":1}' });
  const read = await broker.runTool('org.apache.kafka.tools.consumer.ConsoleConsumer', [
    ...['--bootstrap-server', broker.address, '--topic', name, '--from-beginning', '--max-messages', '1'],
    ...['--timeout-ms', '20000', '--formatter-property', 'print.key=true'],
  ]);
  expect(read.split('\n').filter((line) => line.includes('{'))).toEqual(['disk-1\t{"farmhand":1}']);
});

test('a topic that is not there is refused, and is not made', async () => {
  const { broker } = kafka();
  const message = { topic: 'not-there', key: 'k', value: '{}' };
  await expect(sendToKafka(config(broker.address), message)).rejects.toThrow(
    /^Kafka at .* did not confirm the event for topic not-there \(.*\)\. Sent again with the same --id and --source it counts once\.$/,
  );
});
