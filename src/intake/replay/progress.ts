import { earlierOffset, laterOffset, type OffsetRange, type PartitionName } from './span.ts';

/** Offsets of a partition that were read again and have their outcome on record: from `from` to before `next`. */
export interface RangeDone {
  readonly from: string;
  readonly next: string;
}

/** By `streamName`: how far an earlier replay came. It lies beside the records: whoever loses these loses it, too. */
export type ReplayProgress = ReadonlyMap<string, RangeDone>;

export const streamName = ({ topic, partition, life }: PartitionName): string =>
  `${topic}/${partition}${life === undefined ? '' : `-${life}`}`;

/** Where a range goes on: behind what is done, where that reaches its beginning. */
export const goOnAt = ({ from, to }: OffsetRange, done: RangeDone | undefined): string =>
  reaches(done, from) ? earlierOffset(done.next, to) : from;

/** What is done once all from `from` to before `next` is: one stretch with what was done before, or in its place. */
export const doneWith = (done: RangeDone | undefined, from: string, next: string): RangeDone =>
  reaches(done, from) ? { from: done.from, next: laterOffset(done.next, next) } : { from, next };

const reaches = (done: RangeDone | undefined, from: string): done is RangeDone =>
  done !== undefined && BigInt(done.from) <= BigInt(from) && BigInt(done.next) >= BigInt(from);
