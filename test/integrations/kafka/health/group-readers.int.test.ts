import { expect, test, vi } from 'vitest';
import { lookAtKafka } from '../../../../src/app/doctor/stores.ts';
import { createClient } from '../../../../src/integrations/kafka/client/client.ts';
import { createBrokerView } from '../../../../src/integrations/kafka/health/broker-view.ts';
import { kafkaSettings, memoryLog, useKafka } from '../../../support/kafka.ts';
import { consumerWith } from '../consumer/harness.ts';

const kafka = useKafka();
const until = (check: () => void | Promise<void>): Promise<void> =>
  vi.waitFor(check, { timeout: 40_000, interval: 200 });

// kafkajs takes such a group for dead and joins it all the same, and the broker shares its partitions out among both.
test('a reader of Kafka 4’s own protocol that joins the group is seen, and that it is gone', {
  timeout: 120_000,
}, async () => {
  const { broker, topic } = kafka();
  const name = await topic(4);
  const settings = kafkaSettings(broker.address, [name]);
  const log = memoryLog();
  await using view = createBrokerView(await createClient(settings, { log, retries: 1 }));
  expect(await view.readers(settings.group_id)).toEqual([]);

  await using it = consumerWith(settings);
  await it.consumer.start();
  await until(() => expect(it.consumer.status().assignment[name]?.length).toBe(4));
  expect(await view.readers(settings.group_id)).toEqual([]);

  const read = broker.runTool('org.apache.kafka.tools.consumer.ConsoleConsumer', [
    ...['--bootstrap-server', broker.address, '--topic', name, '--group', settings.group_id],
    ...['--consumer-property', 'group.protocol=consumer', '--timeout-ms', '25000'],
  ]);
  await until(() => expect(it.consumer.status().assignment[name]?.length).toBe(2));
  const seen = await view.readers(settings.group_id);
  expect(seen?.find(({ clientId }) => clientId === 'console-consumer')).toEqual({
    ...{ classic: false, clientId: 'console-consumer', host: '/127.0.0.1' },
  });
  expect(seen?.find(({ clientId }) => clientId === settings.client_id)?.classic).toBe(true);
  await until(() => expect(it.observer.others.at(-1)).toEqual(['console-consumer at 127.0.0.1']));
  expect(it.consumer.status().problems).toEqual([
    expect.stringMatching(/^the group \S+ is also read by console-consumer at 127\.0\.0\.1: /),
  ]);
  expect((await lookAtKafka(settings, log)).find(({ check }) => check === 'kafka group')).toMatchObject({
    state: 'fail',
    says: expect.stringContaining('is also read by console-consumer at 127.0.0.1'),
  });

  await read;
  await until(() => {
    expect(it.consumer.status().assignment[name]?.length).toBe(4);
    expect(it.observer.others.at(-1)).toEqual([]);
    expect(it.consumer.status().problems).toEqual([]);
  });
});
