import type { Admin } from 'kafkajs';
import type { Log } from '../../observability/log.ts';
import { type Gap, gapOf } from './gaps.ts';

export interface Positions {
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
  let known = new Map<string, string>();
  let asked: Promise<void> = Promise.resolve();
  const key = (topic: string, partition: number): string => `${partition}:${topic}`;

  const ask = async (into: Map<string, string>): Promise<void> => {
    const found = await deps.admin()?.fetchOffsets({ groupId: deps.group, topics: [...deps.topics] });
    for (const { topic, partitions } of found ?? []) {
      for (const { partition, offset } of partitions) {
        const place = key(topic, partition);
        if (!offset.startsWith('-') && !into.has(place)) into.set(place, offset);
      }
    }
  };
  const report = async (topic: string, partition: number): Promise<void> => {
    await asked;
    const stoppedAt = known.get(key(topic, partition));
    const offsets = await deps.admin()?.fetchTopicOffsets(topic);
    const earliest = offsets?.find((each) => each.partition === partition)?.low;
    deps.onGap(
      earliest === undefined
        ? { topic, partition, to: 'unknown' }
        : gapOf({ topic, partition }, stoppedAt, earliest),
    );
  };
  const failed = (error: unknown): void =>
    deps.log.warn({ error }, 'The committed positions could not be asked for');

  return {
    joined: () => {
      const fresh = new Map<string, string>();
      known = fresh;
      asked = ask(fresh).catch(failed);
    },
    reached: (topic, partition, next) => {
      known.set(key(topic, partition), next);
    },
    outOfRange: (topic, partition) => {
      report(topic, partition).catch((error: unknown) => {
        failed(error);
        deps.onGap({ topic, partition, to: 'unknown' });
      });
    },
  };
};
