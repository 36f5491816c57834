import type { RawMessage } from '../../../intake/wire/raw.ts';

const none: Readonly<Record<string, string>> = Object.freeze({});

/**
 * One header as text; undefined where it has no value. kafkajs hands over null for a header without one, alone and in
 * the list of those with one name, though its types say otherwise: nothing about the value is taken on trust.
 */
const toText = (value: unknown): string | undefined => {
  if (Array.isArray(value)) return value.map(toText).findLast((text) => text !== undefined);
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
};

/**
 * Headers with lower-case names; of several with one name, however it is written, the last that has a value counts.
 * Bytes are read as UTF-8.
 */
export const toHeaders = (headers: unknown): Readonly<Record<string, string>> => {
  if (typeof headers !== 'object' || headers === null) return none;
  const entries = Object.entries(headers).flatMap(([name, value]): [string, string][] => {
    const text = toText(value);
    return text === undefined ? [] : [[name.toLowerCase(), text]];
  });
  // fromEntries makes `__proto__` a plain key, an assignment would not.
  return entries.length === 0 ? none : Object.fromEntries(entries);
};

export interface PartitionSource {
  readonly topic: string;
  readonly partition: number;
  readonly tier: string | undefined;
  readonly cluster?: string | undefined;
  readonly receivedAt: number;
  /** Of the topic, where it is known: offsets begin again when a topic is deleted and made again. */
  readonly life?: string | undefined;
}

/** What of a kafkajs message is read here. */
export interface KafkaRecord {
  readonly value: Buffer | null;
  readonly offset: string;
  readonly timestamp?: unknown;
  readonly headers?: unknown;
}

/** A Kafka record as the intake sees it. Never throws, whatever the record holds: it comes before the isolation. */
export const toRawMessage = (record: KafkaRecord, origin: PartitionSource): RawMessage => {
  const { topic, partition, tier, cluster, receivedAt, life } = origin;
  const { timestamp } = record;
  const brokerTime = typeof timestamp === 'string' || typeof timestamp === 'number' ? Number(timestamp) : 0;
  return {
    value: record.value ?? null,
    headers: toHeaders(record.headers),
    position: {
      via: 'kafka',
      topic,
      partition,
      offset: record.offset,
      index: 0,
      ...(life !== undefined && { life: life.slice(0, 8) }),
    },
    receivedAt,
    ...(Number.isSafeInteger(brokerTime) && brokerTime > 0 ? { brokerTime } : {}),
    ...(tier === undefined ? {} : { topicTier: tier }),
    ...(cluster === undefined ? {} : { cluster }),
  };
};
