import type { AlertEvent, MessagePosition } from '../../alerts/model/event.ts';
import type { RejectReason } from '../../core/reasons.ts';

/** A message as it came in, before anybody has looked inside. */
export interface RawMessage {
  readonly value: Buffer | null;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** `index` is 0 here; the split numbers the alerts of one body. */
  readonly position: MessagePosition;
  readonly receivedAt: number;
  /** The broker's timestamp, ms, where there is one. */
  readonly brokerTime?: number;
  /** The tier of the topic, where the config gives it one. */
  readonly topicTier?: string;
  /** The cluster of the topic or the token it came in by, where the config gives it one. */
  readonly cluster?: string;
}

/**
 * What could not be read: kept with its reason, position and original bytes. Where others of the body could be read,
 * `message` has the body with null in their place, and the position of the first that could not.
 */
export interface Rejection {
  readonly reason: RejectReason;
  /** `path: message`, every problem; no payload content. */
  readonly detail: string;
  readonly message: RawMessage;
  /** Stands for what could not be read, whatever lay around it; without it the bytes of `message` do. */
  readonly content?: string;
}

export interface Decoded {
  readonly events: readonly AlertEvent[];
  readonly rejections: readonly Rejection[];
}

export interface IngestReceipt {
  /** Ids of the events now on record, in order; rejected ones are not in it. */
  readonly ids: readonly string[];
  readonly rejected: readonly Rejection[];
}

/** Resolves only when every message of the batch is durable: on record, or in the dead letters. */
export interface IngestPort {
  ingest(messages: readonly RawMessage[], signal?: AbortSignal): Promise<IngestReceipt>;
}

/** Where unreadable messages are kept: a Kafka topic, or a Redis list without Kafka. Resolves when durable. */
export interface DeadLetterPort {
  keep(rejections: readonly Rejection[]): Promise<void>;
}

type Headers = Readonly<Record<string, string>>;

/**
 * Headers without the quotes around their values: HTTP allows them, and mappers that write each header as JSON
 * (Spring's for Kafka) put them there. What is not one quoted string is left as it is.
 */
export const withoutQuotes = (headers: Headers): Headers =>
  Object.values(headers).some((value) => value.startsWith('"'))
    ? Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, unquoted(value)]))
    : headers;

const unquoted = (value: string): string => {
  if (value.length < 2 || !value.startsWith('"') || !value.endsWith('"')) return value;
  try {
    const text: unknown = JSON.parse(value);
    return typeof text === 'string' ? text : value;
  } catch {
    return value;
  }
};
