import { createRequire } from 'node:module';
import type { Kafka } from 'kafkajs';
import {
  type GroupReader,
  groupBody,
  groupRequest,
  groupRequestLatest,
  parseGroup,
} from './group-request.ts';
import { metadataBody, metadataRequest, parseMetadata, type TopicMetadata } from './metadata-request.ts';

/** A topic as the brokers see it now. */
export interface TopicView {
  readonly topic: string;
  /** Of this life of the topic; undefined where the brokers know no ids (before Kafka 2.8). */
  readonly id?: string;
  /** Why nothing of it can be read; undefined when all is well. */
  readonly wrong?: 'missing' | 'refused' | 'unknown';
  readonly partitions: readonly PartitionView[];
}

export interface PartitionView {
  readonly partition: number;
  /** Offsets: the earliest record, the one after the last, and the one after the last that may be read (transactions). */
  readonly low?: string;
  readonly high?: string;
  readonly stable?: string;
  readonly hasLeader: boolean;
}

export interface BrokerView extends AsyncDisposable {
  /** Asks the brokers; connects with the first call. Throws what kafkajs throws. */
  look(topics: readonly string[]): Promise<readonly TopicView[]>;
  /**
   * The members of a group in which somebody uses the protocol of Kafka 4, farmhand's own among them; none of any other group. For
   * kafkajs's `describeGroups` such a group is `Dead` and has none (2.2.4 with Kafka 4.3). Undefined: the brokers do not know
   * that protocol, or do not let farmhand see the group.
   */
  readers(group: string): Promise<readonly GroupReader[] | undefined>;
}

type Offsets = readonly {
  readonly topic: string;
  readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
}[];

/** What is used of kafkajs' own cluster object: its public part has neither topic ids nor the end of transactions. */
interface Cluster {
  isolationLevel: number;
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  refreshMetadata(): Promise<void>;
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
  readonly targetTopics: Set<string>;
  readonly brokerPool: { findConnectedBroker(): Promise<Broker> };
  findGroupCoordinator(of: { readonly groupId: string }): Promise<Broker>;
  findTopicPartitionMetadata(topic: string): readonly { partitionId: number; leader: number }[];
  fetchTopicsOffset(
    topics: readonly {
      readonly topic: string;
      readonly partitions: readonly { readonly partition: number }[];
      readonly fromTimestamp: number;
    }[],
  ): Promise<Offsets>;
}

interface Broker {
  readonly versions: Readonly<Record<number, { readonly maxVersion: number }>>;
  readonly connectionPool: {
    send<T>(call: {
      readonly request: Call & { encode(): Promise<unknown> };
      readonly response: {
        decode(answer: Buffer): Promise<{ readonly told: T }>;
        parse(decoded: { readonly told: T }): Promise<T>;
      };
    }): Promise<T>;
  };
}

interface Call {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly apiName: string;
}

const require = createRequire(import.meta.url);
const Encoder: new () => {
  writeBufferInternal(bytes: Buffer): void;
} = require('kafkajs/src/protocol/encoder');
const createCluster = 'private:Kafka:createCluster';
const [uncommitted, committed] = [0, 1];
const [latest, earliest] = [-1, -2];
const notAllowed = 30;

/** kafkajs 2.2.4 keeps the maker of its connections under a symbol; a test holds this against the library. */
const clusterOf = (kafka: Kafka): Cluster => {
  const key = Object.getOwnPropertySymbols(kafka).find(({ description }) => description === createCluster);
  const make: unknown = key && Reflect.get(kafka, key);
  if (typeof make !== 'function') throw new Error('this kafkajs makes its connections in another way');
  return make({ metadataMaxAge: 300_000, allowAutoTopicCreation: false });
};

/** Asks what kafkajs has no words for; undefined where the broker does not know that version of it. */
const ask = async <T>(
  broker: Broker,
  call: Call,
  body: Buffer,
  parse: (answer: Buffer) => T,
): Promise<T | undefined> => {
  const known = broker.versions[call.apiKey]?.maxVersion ?? -1;
  if (known < call.apiVersion) return undefined;
  return broker.connectionPool.send({
    request: {
      ...call,
      encode: async () => {
        const encoder = new Encoder();
        encoder.writeBufferInternal(body);
        return encoder;
      },
    },
    response: {
      decode: async (answer) => ({ told: parse(answer) }),
      parse: async ({ told }) => told,
    },
  });
};

/** Topics, leaders and ends of partitions, on a connection of its own: it answers also where the consumer hangs. */
export const createBrokerView = (kafka: Kafka): BrokerView => {
  const cluster = clusterOf(kafka);
  let connected = false;

  const connect = async (): Promise<void> => {
    if (!connected) await cluster.connect();
    connected = true;
  };

  const metadata = async (topics: readonly string[]): Promise<readonly TopicMetadata[] | undefined> =>
    ask(await cluster.brokerPool.findConnectedBroker(), metadataRequest, metadataBody(topics), parseMetadata);

  /** Before Kafka 2.8: without ids, and the first topic that is missing is thrown. */
  const plain = (topics: readonly string[]): readonly Omit<TopicMetadata, 'id'>[] =>
    topics.map((topic) => ({
      topic,
      error: 0,
      partitions: cluster
        .findTopicPartitionMetadata(topic)
        .map(({ partitionId, leader }) => ({ partition: partitionId, leader })),
    }));

  return {
    look: async (topics) => {
      await connect();
      const told = await metadata(topics);
      // One topic or partition that kafkajs cannot use would fail its whole request.
      const usable = told?.filter(
        ({ error, partitions }) => error === 0 && partitions.every(({ leader }) => leader >= 0),
      );
      const names = usable?.map(({ topic }) => topic) ?? topics;
      cluster.targetTopics.clear();
      if (names.length > 0) await cluster.addMultipleTargetTopics(names);
      // It refreshes by itself only when there are more topics than before.
      if (names.length > 0) await cluster.refreshMetadata();
      const views: readonly (Omit<TopicMetadata, 'id'> & { readonly id?: string })[] = told ?? plain(topics);
      const asked = views
        .filter(({ topic }) => names.includes(topic))
        .map(({ topic, partitions }) => ({
          topic,
          partitions: partitions.map(({ partition }) => ({ partition })),
        }));
      const offsets = async (isolation: number, fromTimestamp: number): Promise<Offsets> => {
        if (asked.length === 0) return [];
        cluster.isolationLevel = isolation;
        return cluster.fetchTopicsOffset(asked.map((each) => ({ ...each, fromTimestamp })));
      };
      // One after another: kafkajs reads the isolation level while it builds the request.
      const low = await offsets(uncommitted, earliest);
      const high = await offsets(uncommitted, latest);
      const stable = await offsets(committed, latest);
      return views.map(({ topic, id, error, partitions }) => ({
        topic,
        ...(id !== undefined && { id }),
        ...(error !== 0 && { wrong: error === 3 ? 'missing' : error === 29 ? 'refused' : 'unknown' }),
        partitions: partitions.map(({ partition, leader }) => ({
          partition,
          hasLeader: leader >= 0,
          ...at('low', low, topic, partition),
          ...at('high', high, topic, partition),
          ...at('stable', stable, topic, partition),
        })),
      }));
    },
    readers: async (group) => {
      await connect();
      const broker = await cluster.findGroupCoordinator({ groupId: group });
      const apiVersion = Math.min(groupRequestLatest, broker.versions[groupRequest.apiKey]?.maxVersion ?? -1);
      if (apiVersion < 0) return undefined;
      const call = { ...groupRequest, apiVersion };
      const told = await ask(broker, call, groupBody(group), (answer) => parseGroup(answer, apiVersion));
      return told === undefined || told.error === notAllowed ? undefined : told.readers;
    },
    [Symbol.asyncDispose]: async () => {
      await cluster.disconnect();
    },
  };
};

const at = (
  key: 'low' | 'high' | 'stable',
  offsets: Offsets,
  topic: string,
  partition: number,
): { readonly [name in typeof key]?: string } => {
  const found = offsets.find((each) => each.topic === topic);
  const offset = found?.partitions.find((each) => each.partition === partition)?.offset;
  return offset === undefined ? {} : { [key]: offset };
};
