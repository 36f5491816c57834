import { randomUUID } from 'node:crypto';
import type { EachBatchPayload, Kafka } from 'kafkajs';
import { FarmhandError } from '../../../core/errors.ts';
import type { OffsetRange } from '../../../intake/replay/span.ts';
import type { RawMessage } from '../../../intake/wire/raw.ts';
import type { KafkaRecord } from '../client/raw-message.ts';
import { toRawMessage } from '../client/raw-message.ts';
import type { KafkaSettings } from '../client/security.ts';
import { chunks } from '../consumer/chunks.ts';
import { startHeartbeats } from '../consumer/heartbeats.ts';

/** The messages of a range before offset `next`, in their order. */
export type TakeRange = (range: OffsetRange, messages: readonly RawMessage[], next: string) => Promise<void>;

/** Offsets that no message came from: markers of transactions, or what was removed. */
export interface Jump {
  readonly range: OffsetRange;
  readonly from: string;
  readonly to: string;
}

export interface ReadRangesDeps {
  readonly settings: Pick<KafkaSettings, 'topics'>;
  readonly take: TakeRange;
  readonly signal: AbortSignal;
  readonly now: () => number;
}

/** Longer without a message and the brokers are away; ms. */
const unheard = 120_000;

interface Open {
  readonly range: OffsetRange;
  next: bigint;
  readonly to: bigint;
}

/**
 * Reads ranges of offsets, with a group of its own that is removed afterwards: nothing of farmhand's own reading changes.
 * Each message of a range is taken once and in its order; what `take` throws is thrown.
 */
export const readRanges = async (
  kafka: Kafka,
  ranges: readonly OffsetRange[],
  { settings, take, signal, now }: ReadRangesDeps,
): Promise<readonly Jump[]> => {
  const groupId = `farmhand-replay-${randomUUID()}`;
  const open = new Map<string, Open>(
    ranges.map((range) => [
      `${range.topic}/${range.partition}`,
      { range, next: BigInt(range.from), to: BigInt(range.to) },
    ]),
  );
  const jumps: Jump[] = [];
  let [heard, taking] = [performance.now(), 0];
  const done = Promise.withResolvers<void>();
  const stop = () => done.reject(signal.reason);
  signal.addEventListener('abort', stop);
  const consumer = kafka.consumer({ groupId, allowAutoTopicCreation: false, maxWaitTimeInMs: 200 });
  const pass = (key: string, part: Open, next: bigint): void => {
    part.next = next;
    if (next < part.to) return;
    open.delete(key);
    if (open.size === 0) done.resolve();
    else consumer.pause([{ topic: part.range.topic, partitions: [part.range.partition] }]);
  };
  const jump = ({ range }: Open, from: bigint, to: bigint): void => {
    if (to > from) jumps.push({ range, from: String(from), to: String(to) });
  };
  /** What is behind the last message of a batch is none. */
  const leap = (key: string, lastOffset: string): void => {
    const part = open.get(key);
    if (part === undefined) return;
    const behind = BigInt(lastOffset) + 1n;
    const next = behind < part.to ? behind : part.to;
    if (next <= part.next) return;
    jump(part, part.next, next);
    pass(key, part, next);
  };
  const eachBatch = async ({ batch, heartbeat, resolveOffset }: EachBatchPayload): Promise<void> => {
    const key = `${batch.topic}/${batch.partition}`;
    const part = open.get(key);
    if (part === undefined || signal.aborted) return;
    const wanted = batch.messages.filter(
      ({ offset }) => BigInt(offset) >= part.next && BigInt(offset) < part.to,
    );
    using beats = startHeartbeats(heartbeat, 1_000);
    for (const chunk of chunks(wanted)) {
      // Who lost its membership joins again, and is given the place where it stood.
      if (signal.aborted || beats.signal.aborted) return;
      let next = part.next;
      for (const { offset } of chunk) {
        jump(part, next, BigInt(offset));
        next = BigInt(offset) + 1n;
      }
      await take(part.range, chunk.map(rawOf(part.range, settings, now())), String(next));
      pass(key, part, next);
      resolveOffset(String(next - 1n));
    }
    leap(key, batch.lastOffset());
    resolveOffset(batch.lastOffset());
  };
  if (open.size === 0) return jumps;
  try {
    await consumer.connect();
    const topics = [...new Set(ranges.map(({ topic }) => topic))];
    await consumer.subscribe({ topics, fromBeginning: true });
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      for (const [topic, partitions] of Object.entries(payload.memberAssignment)) {
        for (const partition of partitions) {
          const part = open.get(`${topic}/${partition}`);
          if (part === undefined) consumer.pause([{ topic, partitions: [partition] }]);
          else consumer.seek({ topic, partition, offset: String(part.next) });
        }
      }
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) done.reject(payload.error);
    });
    // Batches of nothing but markers are not handed over.
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize === 0) leap(`${payload.topic}/${payload.partition}`, payload.lastOffset);
    });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: async (payload) => {
        taking++;
        await eachBatch(payload).catch(done.reject);
        taking--;
        heard = performance.now();
      },
    });
    const waiting = setInterval(() => {
      if (taking > 0 || performance.now() - heard < unheard) return;
      done.reject(
        new FarmhandError(
          'kafka_silent',
          `Kafka gave nothing for two minutes, and these are not read: ${[...open].map(([key, { next, to }]) => `${key} from ${next} to ${to}`).join(', ')}. Run the same again: it goes on there.`,
        ),
      );
    }, 1_000);
    await done.promise.finally(() => clearInterval(waiting));
  } finally {
    signal.removeEventListener('abort', stop);
    await consumer.disconnect().catch(() => undefined);
    const admin = kafka.admin();
    await admin
      .connect()
      .then(() => admin.deleteGroups([groupId]))
      .catch(() => undefined);
    await admin.disconnect().catch(() => undefined);
  }
  return jumps;
};

/** As the consumer would have seen it, when it came in. */
const rawOf =
  ({ topic, partition, life }: OffsetRange, { topics }: Pick<KafkaSettings, 'topics'>, now: number) =>
  (record: KafkaRecord): RawMessage => {
    const its = topics.find(({ name }) => name === topic);
    const raw = toRawMessage(record, {
      ...{ topic, partition, life, receivedAt: now },
      tier: its?.tier,
      cluster: its?.cluster,
    });
    return { ...raw, receivedAt: raw.brokerTime ?? now };
  };
