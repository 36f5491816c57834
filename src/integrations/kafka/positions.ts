import type { Admin } from 'kafkajs';
import type { Log } from '../../observability/log.ts';
import { type Gap, gapOf } from './gaps.ts';

export interface Positions {
  /** To be awaited before the group is joined: from then on kafkajs may move a position that is out of range. */
  prepare(): Promise<void>;
  /** Membership has changed: others may have read on, so the committed positions are asked for. */
  joined(): void;
  /** Everything before `next` is done. */
  reached(topic: string, partition: number, next: string): void;
  outOfRange(topic: string, partition: number): void;
}

/**
 * Knows where reading stands, to tell what is missing when a broker says that the records there are gone. Offsets
 * jump without loss too (compaction, transaction markers), so only the broker's word counts.
 */
export const createPositions = (deps: {
  readonly group: string;
  readonly topics: readonly string[];
  readonly admin: () => Admin | undefined;
  readonly log: Log;
  readonly onGap: (gap: Gap) => void;
}): Positions => {
  let reached = new Map<string, string>();
  let committed: Promise<ReadonlyMap<string, string>> = Promise.resolve(new Map());
  const key = (topic: string, partition: number): string => `${partition}:${topic}`;

  const ask = async (): Promise<ReadonlyMap<string, string>> => {
    const found = await deps.admin()?.fetchOffsets({ groupId: deps.group, topics: [...deps.topics] });
    return new Map(
      found?.flatMap(({ topic, partitions }) =>
        partitions
          .filter(({ offset }) => !offset.startsWith('-'))
          .map(({ partition, offset }) => [key(topic, partition), offset] as const),
      ),
    );
  };
  /** `at` is taken at the moment of the refusal: reading goes on meanwhile. */
  const report = async (topic: string, partition: number, at: string | undefined): Promise<void> => {
    const before = committed;
    const offsets = await deps.admin()?.fetchTopicOffsets(topic);
    const earliest = offsets?.find((each) => each.partition === partition)?.low;
    const stoppedAt = at ?? (await before).get(key(topic, partition));
    deps.onGap(
      earliest === undefined
        ? { topic, partition, to: 'unknown' }
        : gapOf({ topic, partition }, stoppedAt, earliest),
    );
  };
  const failed = (error: unknown): void =>
    deps.log.warn({ error }, 'The positions in Kafka could not be asked for');

  const askAgain = (): void => {
    committed = ask().catch((error: unknown) => {
      failed(error);
      return new Map();
    });
  };
  let first = true;

  return {
    prepare: async () => {
      askAgain();
      await committed;
    },
    joined: () => {
      reached = new Map();
      if (!first) askAgain();
      first = false;
    },
    reached: (topic, partition, next) => {
      reached.set(key(topic, partition), next);
    },
    outOfRange: (topic, partition) => {
      report(topic, partition, reached.get(key(topic, partition))).catch((error: unknown) => {
        failed(error);
        deps.onGap({ topic, partition, to: 'unknown' });
      });
    },
  };
};
