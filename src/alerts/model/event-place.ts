/**
 * An event that its sender gave no id has its place in Kafka as its id (`positionId`), and the id says where its record
 * lies: in one hash for 256 offsets of a partition. `seen` of a partition is the least offset at and after which no
 * event was ever written; it may be further ahead, which costs a look, and never behind, which would take one in twice.
 */
export interface EventPlace {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** Place within its message. */
  readonly index: number;
  /** Partition of one life of a topic: `<topic>.<partition>-<life>`. Offsets begin again with each life. */
  readonly stream: string;
}

/** A topic has no slash, and an id that a sender gave always has one; what is hashed has fewer parts. */
const placeId = /^k\.([\w.-]+)\.(\d+)\.(0|[1-9]\d{0,18})(-[\w-]+)?\.(\d+)$/;

/** Undefined: the id was given by a sender, hashed, or made for a request of HTTP. */
export const placeOfEvent = (id: string): EventPlace | undefined => {
  const [, topic, partition, offset, life = '', index] = placeId.exec(id) ?? [];
  if (topic === undefined || partition === undefined || offset === undefined) return undefined;
  const stream = `${topic}.${partition}${life}`;
  return { topic, partition: Number(partition), offset, index: Number(index), stream };
};

/** Offsets of up to this many digits are counted as numbers, which is quicker. */
const exactDigits = 15;

/** Which hash its record lies in. */
export const blockOf = ({ stream, offset }: EventPlace): string =>
  `${stream}.${offset.length <= exactDigits ? Math.floor(Number(offset) / 256) : BigInt(offset) >> 8n}`;

/** Where in that hash. */
export const fieldOf = ({ offset, index }: EventPlace): string =>
  `${offset.length <= exactDigits ? Number(offset) % 256 : BigInt(offset) & 255n}.${index}`;

const isBefore = (one: string, other: string): boolean =>
  one.length === other.length ? one < other : one.length < other.length;

const offsetAfter = (offset: string): string => String(BigInt(offset) + 1n);

/** Where the first of these events lies in each partition. */
export const startOf = (places: readonly EventPlace[]): ReadonlyMap<string, string> => {
  const first = new Map<string, string>();
  for (const { stream, offset } of places) {
    const known = first.get(stream);
    if (known === undefined || isBefore(offset, known)) first.set(stream, offset);
  }
  return first;
};

/** Where `seen` has to be once these events are written. */
export const reachOf = (places: readonly EventPlace[]): ReadonlyMap<string, string> => {
  const last = new Map<string, string>();
  for (const { stream, offset } of places) {
    const known = last.get(stream);
    if (known === undefined || isBefore(known, offset)) last.set(stream, offset);
  }
  return new Map([...last].map(([stream, offset]) => [stream, offsetAfter(offset)]));
};

/** None of these events is on record: each is at or after `seen` of its partition, or nothing of that was seen. */
export const surelyNew = (places: readonly EventPlace[], seen: ReadonlyMap<string, string>): boolean =>
  places.every(({ stream, offset }) => {
    const known = seen.get(stream);
    return known === undefined || !isBefore(offset, known);
  });
