import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Admin, type FetchOffsetsPartition } from 'kafkajs';
import { afterAll, beforeAll } from 'vitest';
import { type KafkaBroker, type KafkaOptions, startKafka } from '../../sandbox/kafka/start.ts';
import { FarmhandError } from '../../src/core/errors.ts';
import type { IngestPort, RawMessage, Rejection } from '../../src/intake/wire/raw.ts';
import type { KafkaSettings } from '../../src/integrations/kafka/client/security.ts';
import { fixTimers } from '../../src/integrations/kafka/client/timer-fix.ts';
import type { KafkaObserver } from '../../src/integrations/kafka/health/observer.ts';
import type { OffsetGap } from '../../src/integrations/kafka/health/positions.ts';
import type { Log, LogData } from '../../src/observability/log.ts';

/** How long a broker that is busy or comes back may say “not now” to a question, in ms. */
const ANSWERED_WITHIN_MS = 60_000;

/** Asks again what a broker cannot answer yet: its coordinator loads or moves, a partition has no leader. */
export const askKafka = async <T>(ask: () => Promise<T>): Promise<T> => {
  const deadline = performance.now() + ANSWERED_WITHIN_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const later = (error as { readonly retriable?: unknown }).retriable === true;
      if (!later || performance.now() > deadline) throw error;
      await sleep(25);
    }
  }
};

/** Where a group stands in a topic, by partition; the offset is -1 where nothing was committed. */
export const committedIn = async (
  admin: Admin,
  groupId: string,
  topic: string,
): Promise<readonly FetchOffsetsPartition[]> => {
  const [found] = await askKafka(() => admin.fetchOffsets({ groupId, topics: [topic] }));
  return found?.partitions ?? [];
};

export interface TestKafka {
  readonly broker: KafkaBroker;
  readonly admin: Admin;
  /** A new topic of its own for a test. */
  topic(partitions?: number, config?: Record<string, string>): Promise<string>;
  /** Next offset to read, by partition; undefined where nothing was committed. */
  committed(group: string, topic: string): Promise<Readonly<Record<number, string | undefined>>>;
}

/** One real broker for all tests of a file; each test takes topics and groups of its own. */
export const useKafka = (options: KafkaOptions = {}): (() => TestKafka) => {
  let kafka: TestKafka | undefined;
  beforeAll(async () => {
    fixTimers();
    const broker = await startKafka(options);
    const admin = new kafkajs.Kafka({
      brokers: [broker.address],
      logLevel: kafkajs.logLevel.NOTHING,
    }).admin();
    await admin.connect();
    kafka = {
      broker,
      admin,
      topic: async (partitions = 1, config = {}) => {
        const name = `t-${randomUUID()}`;
        await broker.createTopics([{ name, partitions, config }]);
        return name;
      },
      committed: async (group, topic) => {
        const pairs = (await committedIn(admin, group, topic)).map(
          (each) => [each.partition, each.offset] as const,
        );
        return Object.fromEntries(pairs.filter(([, offset]) => offset !== '-1'));
      },
    };
  });
  afterAll(async () => {
    await kafka?.admin.disconnect();
    await kafka?.broker[Symbol.asyncDispose]();
  });
  return () => {
    if (kafka === undefined) throw new FarmhandError('no_kafka', 'the broker is only there within tests');
    return kafka;
  };
};

export const kafkaSettings = (address: string, topics: readonly string[]): KafkaSettings => ({
  brokers: [address],
  client_id: 'farmhand-test',
  group_id: `g-${randomUUID()}`,
  topics: topics.map((name) => ({ name })),
  dead_letter_topic: 'dead-letters',
  tls: false,
  session_timeout: 10_000,
  max_message_bytes: 1_048_576,
  partitions_in_parallel: 3,
});

export interface LogLine {
  readonly level: keyof Log;
  readonly message: string;
  readonly data: LogData;
}

/** Keeps what is logged at `info` and above. */
export const memoryLog = (): Log & { readonly lines: readonly LogLine[] } => {
  const lines: LogLine[] = [];
  const at = (level: keyof Log) => (data: LogData, message: string) => {
    lines.push({ level, message, data });
  };
  return { lines, debug: () => undefined, info: at('info'), warn: at('warn'), error: at('error') };
};

/** For a process of its own: what it logs is what its parent sees. */
export const stdoutLog: Log = {
  debug: () => undefined,
  info: (data, message) => console.log(message, JSON.stringify(data)),
  warn: (data, message) => console.log('WARN', message, JSON.stringify(data)),
  error: (data, message) => console.log('ERROR', message, data),
};

export interface MemoryIngest extends IngestPort {
  readonly taken: readonly RawMessage[];
  readonly values: readonly string[];
  /** Called before each chunk is stored; what it throws is thrown. */
  before: (messages: readonly RawMessage[], signal?: AbortSignal) => void | Promise<void>;
}

/** An intake that keeps every message in memory, in the order it came. */
export const memoryIngest = (): MemoryIngest => {
  const taken: RawMessage[] = [];
  const ingest: MemoryIngest = {
    taken,
    get values() {
      return taken.map(({ value }) => value?.toString() ?? '(null)');
    },
    before: () => undefined,
    ingest: async (messages, signal) => {
      await ingest.before(messages, signal);
      taken.push(...messages);
      return { ids: messages.map((_, index) => String(index)), rejected: [] };
    },
  };
  return ingest;
};

export const memoryDeadLetters = (): {
  kept: Rejection[];
  keep(all: readonly Rejection[]): Promise<void>;
} => {
  const kept: Rejection[] = [];
  return { kept, keep: async (all) => void kept.push(...all) };
};

export interface Seen extends KafkaObserver {
  readonly lags: Readonly<Record<string, number>>;
  readonly gaps: readonly OffsetGap[];
  readonly helds: readonly boolean[];
  /** What each look saw of others in the group. */
  readonly others: readonly (readonly string[])[];
  readonly joins: number;
  readonly isConnected: boolean;
}

/** An observer that remembers. */
export const memoryObserver = (): Seen => {
  const lags: Record<string, number> = {};
  const gaps: OffsetGap[] = [];
  const helds: boolean[] = [];
  const others: (readonly string[])[] = [];
  let joins = 0;
  let isConnected = false;
  return {
    lags,
    gaps,
    helds,
    others,
    get joins() {
      return joins;
    },
    get isConnected() {
      return isConnected;
    },
    lag: (topic, partition, records) => {
      lags[`${topic}/${partition}`] = records;
    },
    joined: () => {
      joins++;
    },
    connected: (is) => {
      isConnected = is;
    },
    changed: () => undefined,
    held: (is) => void helds.push(is),
    gap: (gap) => void gaps.push(gap),
    shared: (readers) => void others.push(readers),
  };
};
