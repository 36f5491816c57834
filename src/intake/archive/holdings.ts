import { streamName } from '../replay/progress.ts';
import {
  earlierOffset,
  type KeptPartition,
  laterOffset,
  type OffsetRange,
  type WantedSpan,
} from '../replay/span.ts';
import type { ArchivedRange } from './object-name.ts';

/** Of one object what a reader takes: each offset once, whatever overlaps. */
export interface Portion {
  readonly object: ArchivedRange;
  /** From this offset to before that one. */
  readonly from: string;
  readonly to: string;
}

/** The first offset in an object whose record came at or after a time, which only its content tells. */
export type FirstSince = (object: ArchivedRange, time: number) => Promise<string | undefined>;

/** Of two that begin alike the longer one comes first: the other has nothing that it has not. */
const byOffset = (one: ArchivedRange, other: ArchivedRange): number => {
  const [a, b] = one.from === other.from ? [other.to, one.to] : [one.from, other.from];
  const order = BigInt(a) - BigInt(b);
  return order < 0n ? -1 : order > 0n ? 1 : 0;
};

/** Objects by partition and life of its topic, in the order of their offsets. */
const streamsIn = (objects: readonly ArchivedRange[]): readonly (readonly ArchivedRange[])[] =>
  [...Map.groupBy(objects, streamName).values()].map((each) => each.toSorted(byOffset));

/** What the archive has of a span, as a broker would say it. */
export const archiveHoldings = async (
  objects: readonly ArchivedRange[],
  wanted: WantedSpan,
  firstSince: FirstSince,
): Promise<readonly KeptPartition[]> => {
  const streams = wanted.by === 'time' ? streamsIn(objects) : newestLives(streamsIn(objects));
  return Promise.all(
    streams.map(async (stream): Promise<KeptPartition> => {
      const [first] = stream;
      if (first === undefined) throw new RangeError('a stream has an object at least');
      const { topic, partition, life } = first;
      const since = async (time: number | undefined): Promise<string | undefined> => {
        const object = time === undefined ? undefined : stream.find(({ latest }) => latest >= time);
        return object && time !== undefined ? firstSince(object, time) : undefined;
      };
      const [fromTime, toTime] =
        wanted.by === 'time' ? [await since(wanted.from), await since(wanted.to)] : [];
      const holes: [string, string][] = [];
      let high = first.from;
      for (const { from, to } of stream) {
        if (BigInt(from) > BigInt(high)) holes.push([high, from]);
        high = laterOffset(high, to);
      }
      return {
        ...{ topic, partition, low: first.from, high, holes },
        ...(life !== undefined && { life }),
        ...(fromTime !== undefined && { fromTime }),
        ...(toTime !== undefined && { toTime }),
        ...(first.earliest > 0 && { lowAt: first.earliest }),
      };
    }),
  );
};

/** Offsets say nothing of which life of a topic is meant: it is the one that was written last. */
const newestLives = (streams: readonly (readonly ArchivedRange[])[]) => {
  const latest = (stream: readonly ArchivedRange[]): number =>
    Math.max(0, ...stream.map((each) => each.latest));
  const places = Map.groupBy(streams, ([first]) => `${first?.topic}/${first?.partition}`);
  return [...places.values()].flatMap((lives) => lives.toSorted((a, b) => latest(b) - latest(a)).slice(0, 1));
};

/**
 * What is to be read of which object, so that each offset of the ranges comes once. Of one partition in the order of its
 * offsets; of several the one goes on whose next object came first.
 */
export const portionsOf = (
  ranges: readonly OffsetRange[],
  objects: readonly ArchivedRange[],
): readonly (Portion & { readonly range: OffsetRange })[] => {
  const queues = ranges.map((range) => {
    const own = objects.filter((object) => streamName(object) === streamName(range)).toSorted(byOffset);
    let next = range.from;
    return own.flatMap((object) => {
      const [from, to] = [laterOffset(object.from, next), earlierOffset(object.to, range.to)];
      if (BigInt(from) >= BigInt(to)) return [];
      next = to;
      return [{ range, object, from, to }];
    });
  });
  const all: (Portion & { readonly range: OffsetRange })[] = [];
  for (;;) {
    const [first] = queues
      .filter((queue) => queue.length > 0)
      .toSorted((one, other) => (one[0]?.object.earliest ?? 0) - (other[0]?.object.earliest ?? 0));
    const portion = first?.shift();
    if (portion === undefined) return all;
    all.push(portion);
  }
};
