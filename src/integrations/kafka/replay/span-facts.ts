import kafkajs, { type Admin, type Kafka } from 'kafkajs';
import type { KeptPartition, WantedSpan } from '../../../intake/replay/span.ts';
import { createBrokerView } from '../health/broker-view.ts';

/** A broker removes by age when it comes to it, and its clock is not ours; ms. */
const removedLate = 60_000;

/**
 * What the brokers have of the topics of a span. @throws what kafkajs throws
 */
export const spanFacts = async (
  kafka: Kafka,
  wanted: WantedSpan,
  topics: readonly string[],
  now: number,
): Promise<readonly KeptPartition[]> => {
  const admin = kafka.admin();
  await using view = createBrokerView(kafka);
  await admin.connect();
  try {
    const views = (await view.look(topics)).filter(({ wrong }) => wrong === undefined);
    const found = await Promise.all(
      views.map(async ({ topic, id, partitions }) => {
        const at = async (time: number | undefined): Promise<ReadonlyMap<number, string>> =>
          time === undefined ? new Map() : offsetsAt(admin, topic, time);
        const [starts, ends, keptSince] = await Promise.all([
          at(wanted.by === 'time' ? wanted.from : undefined),
          at(wanted.by === 'time' ? wanted.to : undefined),
          keptSinceOf(admin, topic, now),
        ]);
        return partitions.flatMap(({ partition, low, high, stable }): readonly KeptPartition[] => {
          if (low === undefined || high === undefined) return [];
          const [fromTime, toTime] = [starts.get(partition), ends.get(partition)];
          return [
            {
              ...{ topic, partition, low, high: stable ?? high },
              ...(id !== undefined && { life: id }),
              ...(fromTime !== undefined && { fromTime }),
              ...(toTime !== undefined && { toTime }),
              ...(keptSince !== undefined && { keptSince }),
            },
          ];
        });
      }),
    );
    return found.flat();
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
};

/** The first offset at or after `time`; a partition without one is left out. */
const offsetsAt = async (admin: Admin, topic: string, time: number): Promise<ReadonlyMap<number, string>> => {
  const found = await admin.fetchTopicOffsetsByTimestamp(topic, time);
  return new Map(
    found.flatMap(({ partition, offset }) => (BigInt(offset) < 0n ? [] : [[partition, offset] as const])),
  );
};

/** Since when a topic has all that came; undefined where it is bound by size, compacted, or its settings may not be read. */
const keptSinceOf = async (admin: Admin, topic: string, now: number): Promise<number | undefined> => {
  try {
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic }],
    });
    const entries = resources[0]?.configEntries ?? [];
    const value = (name: string) => entries.find(({ configName }) => configName === name)?.configValue;
    if (value('cleanup.policy') !== 'delete' || value('retention.bytes') !== '-1') return undefined;
    const kept = Number(value('retention.ms'));
    if (!Number.isFinite(kept)) return undefined;
    return kept < 0 ? 0 : now - kept + removedLate;
  } catch {
    return undefined;
  }
};
