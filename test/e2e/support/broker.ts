import kafkajs, { type Admin, type Consumer, type Kafka } from 'kafkajs';
import type { World } from '../../../sandbox/world/world.ts';
import {
  type Compression,
  createKafkaEmitter,
  type EmittedMessage,
} from '../../../src/integrations/kafka/client/emitter.ts';
import { fixTimers } from '../../../src/integrations/kafka/client/timer-fix.ts';
import { askKafka, committedIn } from '../../support/kafka.ts';
import { until } from './until.ts';

const group = 'farmhand';

/** One record as it lies in a topic. */
export interface Kept {
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** The real broker of a world, as its other users see it. */
export interface Broker extends AsyncDisposable {
  send(
    topic: string,
    messages: readonly (string | EmittedMessage)[],
    compression?: Compression,
  ): Promise<void>;
  /** Records that farmhand has not committed yet, over all partitions of a topic. */
  lag(topic: string): Promise<number>;
  /** Waits until farmhand has committed all of a topic. */
  consumed(topic: string, timeout?: number): Promise<void>;
  /** Next offset to read, by partition. */
  committed(topic: string): Promise<ReadonlyMap<number, number>>;
  /** All records of a topic so far, as they came. */
  read(topic: string): Promise<readonly Kept[]>;
}

export const openBroker = async (world: World): Promise<Broker> => {
  fixTimers();
  if (world.kafka === undefined) throw new Error('this world has no Kafka');
  const brokers = [world.kafka.address];
  const kafka: Kafka = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING });
  const admin: Admin = kafka.admin();
  await admin.connect();

  const committed = async (topic: string): Promise<ReadonlyMap<number, number>> => {
    const found = await committedIn(admin, group, topic);
    return new Map(found.map(({ partition, offset }) => [partition, Math.max(0, Number(offset))]));
  };
  const ends = async (topic: string): Promise<ReadonlyMap<number, number>> => {
    const found = await askKafka(() => admin.fetchTopicOffsets(topic));
    return new Map(found.map(({ partition, high }) => [partition, Number(high)]));
  };
  const lag = async (topic: string): Promise<number> => {
    const [done, all] = await Promise.all([committed(topic), ends(topic)]);
    return [...all].reduce((sum, [partition, end]) => sum + end - (done.get(partition) ?? 0), 0);
  };

  const readers = new Map<string, readonly Kept[]>();
  const consumers: Consumer[] = [];
  const follow = async (topic: string): Promise<readonly Kept[]> => {
    const kept: Kept[] = [];
    readers.set(topic, kept);
    const consumer = kafka.consumer({ groupId: `e2e-${topic}` });
    consumers.push(consumer);
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message }) => {
        const headers = Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]);
        kept.push({ value: message.value, headers: Object.fromEntries(headers) });
      },
    });
    return kept;
  };

  return {
    lag,
    committed,
    consumed: async (topic, timeout = 60_000) => {
      await until(
        `${topic} to be read`,
        () => lag(topic),
        (left) => left === 0,
        timeout,
      );
    },
    send: async (topic, messages, compression = 'none') => {
      const settings = { brokers, client_id: 'e2e', tls: false } as const;
      const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
      await using emitter = await createKafkaEmitter(settings, { log: quiet, compression });
      await emitter.emit(
        topic,
        messages.map((each) => (typeof each === 'string' ? { value: each } : each)),
      );
    },
    read: async (topic) => {
      const kept = readers.get(topic) ?? (await follow(topic));
      const all = [...(await ends(topic)).values()].reduce((sum, end) => sum + end, 0);
      await until(
        `${all} records of ${topic}`,
        async () => kept.length,
        (count) => count >= all,
      );
      return kept;
    },
    [Symbol.asyncDispose]: async () => {
      for (const consumer of consumers) await consumer.disconnect();
      await admin.disconnect();
    },
  };
};
