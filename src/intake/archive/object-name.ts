import type { OffsetRange } from '../replay/span.ts';

/**
 * One object of the archive: all that a partition held from offset `from` to before `to`. Its key says so, with the times
 * of its records, so that a span is found by listing alone. The key follows from the records: the same range written
 * again is the same object.
 */
export interface ArchivedRange extends OffsetRange {
  /** The smallest and the largest time of its records by the broker, ms; 0 where they have none. */
  readonly earliest: number;
  readonly latest: number;
}

/** The largest offset has 19 digits. */
const digits = 19;
/** The last day that is written with a year of four digits, ms. */
const lastMoment = 253_402_300_799_999;

const dayOf = (ms: number): string => new Date(sortableTime(ms)).toISOString().slice(0, 10);

/** A time as producers give it may be anything. */
export const sortableTime = (ms: number): number =>
  Number.isSafeInteger(ms) && ms > 0 ? Math.min(ms, lastMoment) : 0;

const padded = (offset: string): string => offset.padStart(digits, '0');

/** All objects of a topic begin so, below the prefix of the config. */
export const topicPrefix = (topic: string): string => `v1/${topic}/`;

/** Objects with a record from that day on, UTC, come after this in a listing. */
export const beforeDayOf = (topic: string, ms: number): string => `${topicPrefix(topic)}${dayOf(ms)}`;

/** `v1/<topic>/<day of the latest record>/<partition>-<topic id>/<from>-<to>_<earliest>-<latest>.ndjson.gz` */
export const keyOf = ({ topic, partition, life, from, to, earliest, latest }: ArchivedRange): string =>
  `${beforeDayOf(topic, latest)}/${partition}${life === undefined ? '' : `-${life}`}/${padded(from)}-${padded(to)}_${earliest}-${latest}.ndjson.gz`;

const form =
  /^v1\/([\w.-]{1,249})\/\d{4}-\d\d-\d\d\/(\d{1,9})(?:-([\w-]{1,64}))?\/(\d{19})-(\d{19})_(\d{1,15})-(\d{1,15})\.ndjson\.gz$/;

/** Undefined: no object of the archive has this key. */
export const rangeOfKey = (key: string): ArchivedRange | undefined => {
  const [, topic, partition, life, from, to, earliest, latest] = form.exec(key) ?? [];
  if (topic === undefined || from === undefined || to === undefined) return undefined;
  const range = {
    topic,
    partition: Number(partition),
    ...(life !== undefined && { life }),
    from: String(BigInt(from)),
    to: String(BigInt(to)),
    earliest: Number(earliest),
    latest: Number(latest),
  };
  return BigInt(from) < BigInt(to) && keyOf(range) === key ? range : undefined;
};
