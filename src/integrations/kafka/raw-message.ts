import type { IHeaders } from 'kafkajs';
import type { RawMessage } from '../../intake/raw.ts';

const none: Readonly<Record<string, string>> = Object.freeze({});

const toText = (value: IHeaders[string]): string => {
  const one = Array.isArray(value) ? value.at(-1) : value;
  return one === undefined ? '' : one.toString();
};

/** Headers with lower-case names; of several with one name the last counts. Bytes are read as UTF-8. */
export const toHeaders = (headers: IHeaders | undefined): Readonly<Record<string, string>> => {
  if (headers === undefined) return none;
  const entries = Object.entries(headers);
  if (entries.length === 0) return none;
  // fromEntries makes `__proto__` a plain key, an assignment would not.
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), toText(value)]));
};

export interface Origin {
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
  readonly timestamp: string;
  readonly headers?: IHeaders;
}

/** A Kafka record as the intake sees it. */
export const toRawMessage = (record: KafkaRecord, origin: Origin): RawMessage => {
  const { topic, partition, tier, cluster, receivedAt, life } = origin;
  const brokerTime = Number(record.timestamp);
  return {
    value: record.value,
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
    ...(brokerTime > 0 ? { brokerTime } : {}),
    ...(tier === undefined ? {} : { topicTier: tier }),
    ...(cluster === undefined ? {} : { cluster }),
  };
};
