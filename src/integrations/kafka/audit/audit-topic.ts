import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Admin, type Kafka, type Producer } from 'kafkajs';
import { type AuditCopy, checkpointIn } from '../../../audit/chain/copy.ts';
import { FarmhandError } from '../../../core/errors.ts';
import type { Log } from '../../../observability/log.ts';
import { createClient, retry } from '../client/client.ts';
import type { ConnectionSettings, SignToken } from '../client/security.ts';

export interface AuditTopic extends AuditCopy, AsyncDisposable {}

/** All of it is in this one, so that it has an order. */
const partition = 0;
/** Brokers take a batch of a megabyte; bytes. */
const atOnce = 500_000;
/** A group of one needs a while to form; then so long a silence is the end. ms */
const formsWithin = 20_000;
const silent = 3_000;

interface Link {
  readonly kafka: Kafka;
  readonly producer: Producer;
  readonly admin: Admin;
}

/**
 * A copy of the audit chain in a Kafka topic: a message a record, its number the key, in partition 0. After a send of which
 * nobody knows whether it arrived a record may be in it twice, the very same: a reader takes each number once.
 * A topic that is not there is made, and keeps all. Connects with the first use.
 */
export const createAuditTopic = (
  settings: ConnectionSettings,
  topic: string,
  deps: { readonly log: Log; readonly signToken?: SignToken },
): AuditTopic => {
  let connected: Promise<Link> | undefined;

  const connect = async (): Promise<Link> => {
    const kafka = await createClient(settings, { ...deps, retries: 2 });
    const admin = kafka.admin();
    const producer = kafka.producer({
      allowAutoTopicCreation: false,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      maxInFlightRequests: 1,
      retry: { ...retry, retries: 2 },
    });
    try {
      await Promise.all([admin.connect(), producer.connect()]);
      await make(admin, topic);
    } catch (error) {
      await Promise.allSettled([admin.disconnect(), producer.disconnect()]);
      throw error;
    }
    return { kafka, producer, admin };
  };
  const link = (): Promise<Link> => {
    connected ??= connect().catch((error: unknown) => {
      connected = undefined;
      throw error;
    });
    return connected;
  };
  const range = async (admin: Admin): Promise<{ readonly low: bigint; readonly high: bigint }> => {
    const found = (await admin.fetchTopicOffsets(topic)).find((one) => one.partition === partition);
    return { low: BigInt(found?.low ?? 0), high: BigInt(found?.high ?? 0) };
  };

  return {
    name: 'kafka',
    readEnd: async () => {
      const { kafka, admin } = await link();
      const { low, high } = await range(admin);
      // The last one may be a record that is no message; and a late copy of an older batch may stand behind a newer one.
      const from = high - low > lastOnes ? high - lastOnes : low;
      let last: string | undefined;
      for await (const line of read(kafka, topic, from, high)) {
        if (last === undefined || checkpointIn(line).seq >= checkpointIn(last).seq) last = line;
      }
      return last === undefined ? undefined : checkpointIn(last);
    },
    append: async (lines) => {
      const { producer, admin } = await link();
      for (const batch of batchesOf(lines)) {
        const messages = batch.map((line) => ({
          partition,
          key: String(checkpointIn(line).seq),
          value: line,
        }));
        const [told] = await producer.send({
          topic,
          messages,
          acks: -1,
          compression: kafkajs.CompressionTypes.GZIP,
        });
        // What a broker says it has is believed only where the partition has grown by it.
        const { high } = await range(admin);
        if (told?.baseOffset === undefined || high < BigInt(told.baseOffset) + BigInt(batch.length)) {
          throw new FarmhandError('audit_not_kept', `the topic ${topic} does not hold what was sent to it`);
        }
      }
    },
    linesFrom: (seq) => linesFrom(link, range, topic, seq),
    [Symbol.asyncDispose]: async () => {
      const open = await connected?.catch(() => undefined);
      connected = undefined;
      if (open) await Promise.allSettled([open.producer.disconnect(), open.admin.disconnect()]);
    },
  };
};

/** Batches that may have come late stand among the last of these. */
const lastOnes = 1_000n;

const make = async (admin: Admin, topic: string): Promise<void> => {
  if ((await admin.listTopics()).includes(topic)) return;
  const configEntries = [
    { name: 'cleanup.policy', value: 'delete' },
    { name: 'retention.ms', value: '-1' },
    { name: 'retention.bytes', value: '-1' },
  ];
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: 1, configEntries }] });
};

function* batchesOf(lines: readonly string[]): Iterable<readonly string[]> {
  let batch: string[] = [];
  let bytes = 0;
  for (const line of lines) {
    const size = Buffer.byteLength(line);
    if (batch.length > 0 && bytes + size > atOnce) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(line);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

async function* linesFrom(
  link: () => Promise<Link>,
  range: (admin: Admin) => Promise<{ readonly low: bigint; readonly high: bigint }>,
  topic: string,
  seq: number,
): AsyncIterable<string> {
  const { kafka, admin } = await link();
  const { low, high } = await range(admin);
  let next = seq;
  for await (const line of read(kafka, topic, low, high)) {
    const at = checkpointIn(line).seq;
    // Twice there, or the first of a topic that has forgotten older ones.
    if (at < next) continue;
    next = at + 1;
    yield line;
  }
}

/** Messages from one offset to before another; reads with a group of its own, which is removed afterwards. */
async function* read(kafka: Kafka, topic: string, from: bigint, to: bigint): AsyncIterable<string> {
  if (from >= to) return;
  const groupId = `farmhand-audit-${randomUUID()}`;
  const consumer = kafka.consumer({ groupId, allowAutoTopicCreation: false, maxWaitTimeInMs: 200 });
  const waiting: string[] = [];
  let done = false;
  let heard = Date.now() + formsWithin;
  try {
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ partition: of, message }) => {
        if (of !== partition || done || BigInt(message.offset) < from) return;
        heard = Date.now();
        if (message.value) waiting.push(message.value.toString('utf8'));
        done = BigInt(message.offset) + 1n >= to;
        // Whoever reads sets the pace.
        while (waiting.length > atMostWaiting) await sleep(5);
      },
    });
    consumer.seek({ topic, partition, offset: String(from) });
    while (!done && Date.now() - heard < silent) {
      yield* waiting.splice(0);
      await sleep(10);
    }
    yield* waiting.splice(0);
  } finally {
    waiting.length = 0;
    await consumer.disconnect().catch(() => undefined);
    await withoutGroup(kafka, groupId);
  }
}

const atMostWaiting = 2_000;

const withoutGroup = async (kafka: Kafka, groupId: string): Promise<void> => {
  const admin = kafka.admin();
  try {
    await admin.connect();
    await admin.deleteGroups([groupId]);
  } catch {
    // An empty group is forgotten by the broker after a week.
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
};
