import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { decodeMessage } from '../../../src/intake/parse/decode.ts';
import { context } from '../../intake/wire/messages.ts';
import { argoEventsTrigger } from '../../support/argo-events.ts';
import { kafkaSettings, useKafka } from '../../support/kafka.ts';
import { consumerWith } from './consumer/harness.ts';

const kafka = useKafka();
const file = (path: string): string => new URL(path, import.meta.url).pathname;
/** What an EventSource put on the bus: the context, and the webhook with its headers. */
const event = JSON.parse(readFileSync(file('../../fixtures/argo-events/datakey-at-this.json'), 'utf8'));

/** Argo Events' own trigger, for a Sensor of the examples. */
const trigger = (sensor: string, address: string, topic: string, body: unknown): Promise<void> =>
  new Promise((resolve, reject) => {
    const args = [file(`../../../examples/argo-events/${sensor}`), address, topic];
    const child = execFile(argoEventsTrigger(), args, (error, _, stderr) =>
      error === null ? resolve() : reject(new Error(stderr, { cause: error })),
    );
    child.stdin?.end(JSON.stringify(body));
  });

test.each(['sensor.yaml', 'sensor-whole-event.yaml'])(
  'what Argo Events writes to Kafka for examples/argo-events/%s is read as the alerts of the webhook, in the order of their group',
  { tags: ['long'] },
  async (sensor) => {
    const { broker, topic } = kafka();
    const name = await topic(3);
    await using consumer = consumerWith(kafkaSettings(broker.address, [name]));
    await consumer.consumer.start();
    const later = structuredClone(event);
    later.context.id = 'a-later-one';
    later.data.body.alerts.pop();
    await trigger(sensor, broker.address, name, event);
    await trigger(sensor, broker.address, name, later);
    await vi.waitFor(() => expect(consumer.ingest.taken).toHaveLength(2), { timeout: 60_000, interval: 25 });
    const [first, second] = consumer.ingest.taken;
    const placeOf = (position = first?.position) =>
      position?.via === 'kafka' ? [position.partition, position.offset] : undefined;
    // One group, one key: one partition.
    expect([placeOf(first?.position)?.[0], placeOf(second?.position)?.[0]]).toEqual(
      Array.from({ length: 2 }, () => placeOf(first?.position)?.[0]),
    );
    expect([placeOf(first?.position)?.[1], placeOf(second?.position)?.[1]]).toEqual(['0', '1']);
    const read = consumer.ingest.taken.map((message) => decodeMessage(message, context));
    expect(read.flatMap(({ rejections }) => rejections)).toEqual([]);
    expect(read.map(({ events }) => events.map((e) => [e.name, e.source, e.links.alertmanager]))).toEqual([
      [
        ['Multi2', 'alertmanager', event.data.body.externalURL],
        ['Multi3', 'alertmanager', event.data.body.externalURL],
      ],
      [['Multi2', 'alertmanager', event.data.body.externalURL]],
    ]);
  },
);

test('a Sensor that Argo Events does not take is refused: the check can fail', {
  tags: ['long'],
}, async () => {
  const { broker, topic } = kafka();
  const name = await topic();
  await expect(trigger('event-source.yaml', broker.address, name, event)).rejects.toThrow('is no Sensor');
});
