import type { Config } from '../../config/schema/schema.ts';
import { FarmhandError } from '../../core/errors.ts';

/** One partition of one life of a topic. */
export interface PartitionName {
  readonly topic: string;
  readonly partition: number;
  /** See `MessagePosition`. */
  readonly life?: string;
}

/** Offsets of a partition that are read again: from the first one to before the last one. */
export interface OffsetRange extends PartitionName {
  readonly from: string;
  readonly to: string;
}

/** What somebody wants to have read again. */
export type WantedSpan =
  /** By the broker's time; ms. Without `to`: all that is there. */
  | { readonly by: 'time'; readonly from: number; readonly to?: number; readonly topics?: readonly string[] }
  | { readonly by: 'offsets'; readonly ranges: readonly Omit<OffsetRange, 'life'>[] };

/** A partition as whoever keeps its records sees it. */
export interface KeptPartition extends PartitionName {
  /** The earliest that is left, and the one after the last. */
  readonly low: string;
  readonly high: string;
  /** The first record at or after the time that was asked for, and after its end; absent: there is none. */
  readonly fromTime?: string;
  readonly toTime?: string;
  /** When the earliest that is left came in, where that is known; ms. */
  readonly lowAt?: number;
  /** Nothing that came in after this was removed by age or size, where that is known; ms. */
  readonly keptSince?: number;
  /** Offsets in the middle that nobody has any more, as `from` and `to`. */
  readonly holes?: readonly (readonly [from: string, to: string])[];
}

/** Why it cannot be known whether all of the span is there. */
export type SpanGap =
  /** These offsets were asked for and are not there. */
  | { readonly is: 'gone'; readonly of: PartitionName; readonly from: string; readonly to: string }
  /** These are not there, and may have belonged to the time that was asked for. */
  | { readonly is: 'perhaps'; readonly of: PartitionName; readonly to: string; readonly lowAt?: number }
  /** These were asked for, and nothing has come there yet. */
  | { readonly is: 'not_yet'; readonly of: PartitionName; readonly from: string; readonly to: string }
  | { readonly is: 'unknown'; readonly of: Omit<PartitionName, 'life'> };

export interface SpanPlan {
  /** Only those with something in them. */
  readonly ranges: readonly OffsetRange[];
  readonly gaps: readonly SpanGap[];
}

/** Pure: what is to be read, and what of the span is not there to be read. */
export const planSpan = (wanted: WantedSpan, facts: readonly KeptPartition[]): SpanPlan => {
  const parts = wanted.by === 'time' ? facts.map((each) => byTime(wanted, each)) : byOffsets(wanted, facts);
  return {
    ranges: parts.flatMap(({ ranges }) => ranges).filter(({ from, to }) => BigInt(from) < BigInt(to)),
    gaps: parts.flatMap(({ gaps }) => gaps),
  };
};

const byTime = ({ from, to }: Extract<WantedSpan, { by: 'time' }>, facts: KeptPartition): SpanPlan => {
  const of = nameOf(facts);
  const first = facts.fromTime ?? facts.high;
  const end = to === undefined ? facts.high : (facts.toTime ?? facts.high);
  const range = { ...of, from: first, to: end };
  // All that is left came after the beginning of the span: what was before it may have done so, too.
  const perhaps =
    first === facts.low &&
    BigInt(facts.low) > 0n &&
    !(facts.keptSince !== undefined && facts.keptSince <= from) &&
    !(facts.lowAt !== undefined && facts.lowAt <= from);
  return {
    ranges: [range],
    gaps: [
      ...(perhaps
        ? [
            {
              is: 'perhaps',
              of,
              to: facts.low,
              ...(facts.lowAt !== undefined && { lowAt: facts.lowAt }),
            } as const,
          ]
        : []),
      ...holesWithin(range, facts),
    ],
  };
};

const byOffsets = (
  { ranges }: Extract<WantedSpan, { by: 'offsets' }>,
  facts: readonly KeptPartition[],
): readonly SpanPlan[] =>
  ranges.map((asked): SpanPlan => {
    const found = facts.find(
      ({ topic, partition }) => topic === asked.topic && partition === asked.partition,
    );
    if (found === undefined) {
      const { topic, partition } = asked;
      return { ranges: [], gaps: [{ is: 'unknown', of: { topic, partition } }] };
    }
    const of = nameOf(found);
    const [low, high] = [found.low, found.high];
    const from = laterOffset(asked.from, low);
    const to = earlierOffset(asked.to, high);
    const range = { ...of, from, to };
    return {
      ranges: [range],
      gaps: [
        ...(BigInt(asked.from) < BigInt(low)
          ? [{ is: 'gone', of, from: asked.from, to: earlierOffset(asked.to, low) } as const]
          : []),
        ...holesWithin(range, found),
        ...(BigInt(asked.to) > BigInt(high)
          ? [{ is: 'not_yet', of, from: laterOffset(asked.from, high), to: asked.to } as const]
          : []),
      ],
    };
  });

const holesWithin = ({ from, to, ...of }: OffsetRange, { holes = [] }: KeptPartition): readonly SpanGap[] =>
  holes
    .map(
      ([start, end]) =>
        ({ is: 'gone', of, from: laterOffset(start, from), to: earlierOffset(end, to) }) as const,
    )
    .filter((hole) => BigInt(hole.from) < BigInt(hole.to));

/** @throws FarmhandError where one is asked for that farmhand does not read */
export const knownTopics = (
  wanted: WantedSpan,
  { topics }: Pick<NonNullable<Config['kafka']>, 'topics'>,
): readonly string[] => {
  const names = topics.map(({ name }) => name);
  const asked = wanted.by === 'time' ? (wanted.topics ?? names) : wanted.ranges.map(({ topic }) => topic);
  const strange = asked.filter((topic) => !names.includes(topic));
  if (strange.length > 0) {
    throw new FarmhandError(
      'unknown_topic',
      `${strange.join(', ')}: not in kafka.topics (${names.join(', ')}), so nothing of it was ever taken in. Nothing was read.`,
    );
  }
  return [...new Set(asked)];
};

const nameOf = ({ topic, partition, life }: PartitionName): PartitionName => ({
  topic,
  partition,
  ...(life !== undefined && { life }),
});

export const laterOffset = (one: string, other: string): string =>
  BigInt(one) > BigInt(other) ? one : other;
export const earlierOffset = (one: string, other: string): string =>
  BigInt(one) < BigInt(other) ? one : other;

/** `alerts/0@100-200` as offsets from 100 to before 200. Undefined where it is none. */
export const rangeIn = (text: string): Omit<OffsetRange, 'life'> | undefined => {
  const [, topic, partition, from, to] =
    /^([\w.-]{1,249})\/(\d{1,9})@(0|[1-9]\d{0,18})-(0|[1-9]\d{0,18})$/.exec(text) ?? [];
  if (topic === undefined || from === undefined || to === undefined || BigInt(from) >= BigInt(to))
    return undefined;
  return { topic, partition: Number(partition), from, to };
};
