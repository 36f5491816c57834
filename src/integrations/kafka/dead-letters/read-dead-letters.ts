import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kafka } from 'kafkajs';
import type { RejectReason } from '../../../core/reasons.ts';
import type { DeadLetter } from '../../../intake/wire/dead-letter.ts';
import { type KafkaRecord, toRawMessage } from '../client/raw-message.ts';

/** Longer than a group of one needs to form and to read what is there; ms. */
const readWithin = 20_000;
const silent = 2_000;

/**
 * The newest dead letters of a topic, at most `limit` a partition, newest first. Reads with a group of its own, which
 * is removed afterwards: nothing of farmhand's own reading changes.
 */
export const readDeadLetters = async (
  kafka: Kafka,
  topic: string,
  limit: number,
  /** Those of another are not ours to show or replay. Undefined: all. */
  installation?: string,
): Promise<readonly DeadLetter[]> => {
  const groupId = `farmhand-dead-letters-${randomUUID()}`;
  const admin = kafka.admin();
  const consumer = kafka.consumer({ groupId, allowAutoTopicCreation: false, maxWaitTimeInMs: 200 });
  const found: DeadLetter[] = [];
  try {
    await admin.connect();
    const offsets = await admin.fetchTopicOffsets(topic);
    const open = new Map(
      offsets.flatMap(({ partition, low, high }) =>
        BigInt(low) < BigInt(high) ? [[partition, BigInt(high)] as const] : [],
      ),
    );
    if (open.size === 0) return [];
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    let heard = Date.now() + readWithin;
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ partition, message }) => {
        heard = Date.now();
        const letter = letterOf(partition, message, installation);
        if (letter) found.push(letter);
        if (BigInt(message.offset) + 1n >= (open.get(partition) ?? 0n)) open.delete(partition);
      },
    });
    for (const { partition, low, high } of offsets) {
      const from = BigInt(high) - BigInt(limit);
      consumer.seek({ topic, partition, offset: String(from > BigInt(low) ? from : BigInt(low)) });
    }
    const began = Date.now();
    // The end of a partition may be a record that is no message: then silence is the end.
    while (open.size > 0 && Date.now() - began < readWithin && Date.now() - heard < silent) await sleep(50);
  } finally {
    await consumer.disconnect().catch(() => undefined);
    await admin.deleteGroups([groupId]).catch(() => undefined);
    await admin.disconnect().catch(() => undefined);
  }
  return found.reverse().sort((a, b) => b.at - a.at);
};

/** A record of the topic, or undefined for one that farmhand did not write, or another installation’s did. */
const letterOf = (
  partition: number,
  record: KafkaRecord,
  installation: string | undefined,
): DeadLetter | undefined => {
  const origin = { topic: '', partition, tier: undefined, receivedAt: Number(record.timestamp) };
  const raw = toRawMessage(record, origin);
  const own = (name: string): string | undefined => raw.headers[`farmhand-${name}`];
  const reason = own('reason');
  const by = own('installation') ?? installation;
  if (reason === undefined || (installation !== undefined && by !== installation)) return undefined;
  const headers = Object.fromEntries(
    Object.entries(raw.headers).filter(([name]) => !name.startsWith('farmhand-')),
  );
  const at = Number(own('received-at') ?? record.timestamp);
  const content = own('content');
  const [tier, cluster, brokerTime, cut] = [own('tier'), own('cluster'), own('timestamp'), own('cut-from')];
  return {
    id: `${partition}-${record.offset}`,
    at,
    reason: reason as RejectReason,
    detail: own('detail') ?? '',
    message: {
      value: record.value,
      headers,
      position:
        own('via') === 'http'
          ? { via: 'http', request: own('request') ?? '', index: 0 }
          : {
              via: 'kafka',
              topic: own('topic') ?? '',
              partition: Number(own('partition') ?? 0),
              offset: own('offset') ?? '',
              index: 0,
            },
      receivedAt: at,
      ...(brokerTime !== undefined && { brokerTime: Number(brokerTime) }),
      ...(tier !== undefined && { topicTier: tier }),
      ...(cluster !== undefined && { cluster }),
    },
    ...(cut !== undefined && { cutFrom: Number(cut) }),
    ...(content !== undefined && { content }),
  };
};
