import type { Config } from '../../config/schema/schema.ts';
import { FarmhandError } from '../../core/errors.ts';
import { archiveHoldings, portionsOf } from '../../intake/archive/holdings.ts';
import {
  type ArchivedRange,
  beforeDayOf,
  keyOf,
  rangeOfKey,
  topicPrefix,
} from '../../intake/archive/object-name.ts';
import { type ArchivedRecord, unpackObject } from '../../intake/archive/records.ts';
import { knownTopics, planSpan, type WantedSpan } from '../../intake/replay/span.ts';
import { toRawMessage } from '../../integrations/kafka/client/raw-message.ts';
import { chunks } from '../../integrations/kafka/consumer/chunks.ts';
import type { ObjectStore } from '../../integrations/s3/object-store.ts';
import { retried } from '../shared/retried.ts';
import { openBucket } from './archive.ts';
import type { ReplaySource } from './replay-source.ts';

/** How a bucket that does not answer is asked. */
const askedAgain = { tries: 6, wait: { first: 500, most: 8_000 } } as const;

/** What the archive has, as messages that are read again. Kafka is not asked for anything. */
export const archiveSource = async (
  config: Config,
  now: () => number,
  openStore: (
    archive: NonNullable<Config['archive']>,
    now: () => number,
  ) => ObjectStore & AsyncDisposable = openBucket,
): Promise<ReplaySource> => {
  const { kafka, archive } = config;
  if (kafka === undefined || archive === undefined) {
    throw new FarmhandError(
      'no_archive',
      'The config has no section archive, so there is nothing to read again there.',
    );
  }
  const bucket = openStore(archive, now);
  let listed: readonly ArchivedRange[] = [];

  const list = async (
    topics: readonly string[],
    from: number | undefined,
  ): Promise<readonly ArchivedRange[]> => {
    const found: ArchivedRange[] = [];
    for (const topic of topics) {
      const after = from === undefined ? undefined : beforeDayOf(topic, from);
      for await (const key of bucket.list(topicPrefix(topic), after)) {
        const range = rangeOfKey(key);
        if (range !== undefined) found.push(range);
      }
    }
    return found;
  };
  const load = async (object: ArchivedRange): Promise<readonly ArchivedRecord[]> =>
    unpackObject(object, await retried(() => bucket.get(keyOf(object)), askedAgain));
  const firstSince = async (object: ArchivedRange, time: number): Promise<string | undefined> =>
    (await load(object)).find(({ timestamp }) => Number(timestamp) >= time)?.offset;

  const planOf = async (wanted: WantedSpan, topics: readonly string[], from: number | undefined) => {
    listed = await list(topics, from);
    return planSpan(wanted, await archiveHoldings(listed, wanted, firstSince));
  };
  return {
    plan: async (wanted) => {
      const topics = knownTopics(wanted, kafka);
      if (wanted.by === 'offsets') return planOf(wanted, topics, undefined);
      const plan = await planOf(wanted, topics, wanted.from);
      // What seems to be missing may lie under an earlier day: a record is not always younger than the one before it.
      return plan.gaps.length === 0 ? plan : planOf(wanted, topics, undefined);
    },
    read: async (ranges, take, signal) => {
      let empty = 0;
      for (const { range, object, from, to } of portionsOf(ranges, listed)) {
        signal.throwIfAborted();
        const records = (await load(object)).filter(
          ({ offset }) => BigInt(offset) >= BigInt(from) && BigInt(offset) < BigInt(to),
        );
        empty += Number(BigInt(to) - BigInt(from)) - records.length;
        const { topic, partition, life } = range;
        const its = kafka.topics.find(({ name }) => name === topic);
        const origin = { topic, partition, life, tier: its?.tier, cluster: its?.cluster, receivedAt: now() };
        let next = from;
        for (const chunk of chunks(records)) {
          next = String(BigInt(chunk.at(-1)?.offset ?? next) + 1n);
          const messages = chunk.map(({ headers, ...record }) => {
            const raw = toRawMessage({ ...record, headers: headersOf(headers) }, origin);
            return { ...raw, receivedAt: raw.brokerTime ?? now() };
          });
          await take(range, messages, next);
        }
        if (next !== to) await take(range, [], to);
      }
      return { empty, removed: [] };
    },
    [Symbol.asyncDispose]: () => bucket[Symbol.asyncDispose](),
  };
};

/** Values of one name as kafkajs gives them. */
const headersOf = (headers: ArchivedRecord['headers']): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    [...Map.groupBy(headers, ([name]) => name)].map(([name, pairs]) => [
      name,
      pairs.map(([, value]) => value),
    ]),
  );
