import type { ArchivedRange } from '../../../intake/archive/object-name.ts';
import { sortableTime } from '../../../intake/archive/object-name.ts';
import { type ArchivedRecord, recordLine } from '../../../intake/archive/records.ts';

/** What grows into an object: a stretch of a partition without a gap. */
export interface Collected {
  readonly topic: string;
  readonly partition: number;
  readonly life: string | undefined;
  readonly from: string;
  /** Everything before this offset was read. */
  to: string;
  readonly lines: Buffer[];
  bytes: number;
  earliest: number;
  latest: number;
  /** When its first record was read, ms. */
  since: number | undefined;
}

/** A record as kafkajs hands it over. */
export interface ReadMessage {
  readonly offset: string;
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, unknown>> | undefined;
}

export const collectFrom = (
  place: Pick<Collected, 'topic' | 'partition' | 'life'>,
  from: string,
): Collected => ({
  ...place,
  ...{ from, to: from, lines: [], bytes: 0, earliest: 0, latest: 0, since: undefined },
});

/** Adds a record; one that is in it already, or lies before it, adds nothing. Answers the bytes that came to it. */
export const collect = (into: Collected, message: ReadMessage, now: number): number => {
  const { offset, timestamp } = message;
  if (BigInt(offset) < BigInt(into.to)) return 0;
  const line = recordLine(recordOf(message));
  const at = sortableTime(Number(timestamp));
  into.earliest = into.lines.length === 0 ? at : Math.min(into.earliest, at);
  into.latest = Math.max(into.latest, at);
  into.since ??= now;
  into.lines.push(line);
  into.bytes += line.length;
  into.to = after(offset);
  return line.length;
};

export const after = (offset: string): string => String(BigInt(offset) + 1n);

export const rangeOf = ({
  topic,
  partition,
  life,
  from,
  to,
  earliest,
  latest,
}: Collected): ArchivedRange => ({
  ...{ topic, partition, from, to, earliest, latest },
  ...(life !== undefined && { life }),
});

/** kafkajs gives several values of one name as a list, and a header without a value as null. */
const recordOf = ({ offset, timestamp, key, value, headers = {} }: ReadMessage): ArchivedRecord => ({
  ...{ offset, timestamp: String(timestamp), key: key ?? null, value: value ?? null },
  headers: Object.entries(headers).flatMap(([name, of]) =>
    (Array.isArray(of) ? of : [of]).map((each: unknown) => [name, bytesOf(each)] as const),
  ),
});

const bytesOf = (value: unknown): Buffer | null =>
  Buffer.isBuffer(value) ? value : typeof value === 'string' ? Buffer.from(value, 'utf8') : null;
