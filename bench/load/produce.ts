import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { fixTimers } from '../../src/integrations/kafka/client/timer-fix.ts';
import type { LoadEvent } from './events.ts';

const atOnce = 2_000;

/** Writes events into a topic, in order, as fast as the broker takes them. Answers their mean size in bytes. */
export const produce = async (
  broker: string,
  topic: string,
  events: Iterable<LoadEvent>,
): Promise<{ readonly events: number; readonly meanBytes: number }> => {
  await using producer = await openProducer(broker);
  let sent = 0;
  let bytes = 0;
  let batch: LoadEvent[] = [];
  const flush = async (): Promise<void> => {
    await producer.send(topic, batch);
    sent += batch.length;
    batch = [];
  };
  for (const event of events) {
    batch.push(event);
    bytes += Buffer.byteLength(event.body);
    if (batch.length === atOnce) await flush();
  }
  if (batch.length > 0) await flush();
  return { events: sent, meanBytes: bytes / sent };
};

export interface Producer extends AsyncDisposable {
  /** Resolves when the broker has them. */
  send(topic: string, events: readonly LoadEvent[]): Promise<void>;
}

export const openProducer = async (broker: string): Promise<Producer> => {
  fixTimers();
  const kafka = new Kafka({ clientId: 'bench', brokers: [broker], logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  return {
    send: async (topic, events) => {
      await producer.send({
        topic,
        acks: -1,
        messages: events.map(({ series, body }) => ({ key: series, value: body })),
      });
    },
    [Symbol.asyncDispose]: () => producer.disconnect(),
  };
};
