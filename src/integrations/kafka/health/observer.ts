import type { Metrics } from '../../../observability/metrics.ts';
import type { OffsetGap } from './positions.ts';

/** Partitions by topic. */
export type Assignment = Readonly<Record<string, readonly number[]>>;

/** Told what the consumer sees; every call returns at once. */
export interface KafkaObserver {
  /** Records between the next one to read and the end of the partition. */
  lag(topic: string, partition: number, records: number): void;
  /** It is a member of its group, and reads these; what it read before may be another's now. */
  joined(assignment: Assignment): void;
  connected(is: boolean): void;
  /** How reading stands may have changed: `/statusz` wants to know. */
  changed(): void;
  /** Reading waits because messages cannot be made durable. */
  held(is: boolean): void;
  gap(gap: OffsetGap): void;
  /** Who else takes partitions of the group, each as people know it; nobody, most of the time. Told with every look. */
  shared(readers: readonly string[]): void;
}

/** The observer that keeps farmhand's metrics. */
export const metricsObserver = (
  metrics: Pick<
    Metrics,
    'kafkaLag' | 'kafkaPaused' | 'kafkaConnected' | 'kafkaRebalances' | 'kafkaOffsetGaps'
  >,
  tierOf: (topic: string) => string,
): KafkaObserver => ({
  lag: (topic, partition, records) =>
    metrics.kafkaLag.set({ topic, partition: String(partition), tier: tierOf(topic) }, records),
  joined: () => {
    metrics.kafkaRebalances.inc({});
    metrics.kafkaLag.reset();
  },
  connected: (is) => metrics.kafkaConnected.set({}, is ? 1 : 0),
  changed: () => undefined,
  held: (is) => metrics.kafkaPaused.set({}, is ? 1 : 0),
  gap: ({ topic }) => metrics.kafkaOffsetGaps.inc({ topic }),
  shared: () => undefined,
});
