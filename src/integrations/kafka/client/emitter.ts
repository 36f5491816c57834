import kafkajs from 'kafkajs';
import type { Log } from '../../../observability/log.ts';
import { createClient } from './client.ts';
import type { ConnectionSettings, SignToken } from './security.ts';

export interface EmittedMessage {
  readonly value: Buffer | string;
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Compression = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';

export interface Emitted {
  readonly topic: string;
  readonly partition: number;
  /** Offset of the first of the messages that went to this partition. */
  readonly offset: string;
}

export interface KafkaEmitter extends AsyncDisposable {
  /** Resolves when all in-sync replicas have the messages. */
  emit(topic: string, messages: readonly EmittedMessage[]): Promise<readonly Emitted[]>;
}

const compressionTypes = {
  none: kafkajs.CompressionTypes.None,
  gzip: kafkajs.CompressionTypes.GZIP,
  snappy: kafkajs.CompressionTypes.Snappy,
  lz4: kafkajs.CompressionTypes.LZ4,
  zstd: kafkajs.CompressionTypes.ZSTD,
} as const;

/** Writes events to Kafka: for the command line, the sandbox and tests. Topics are never created by it. */
export const createKafkaEmitter = async (
  settings: ConnectionSettings,
  deps: { readonly log: Log; readonly compression?: Compression; readonly signToken?: SignToken },
): Promise<KafkaEmitter> => {
  const kafka = await createClient(settings, deps);
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  const compression = compressionTypes[deps.compression ?? 'none'];
  return {
    emit: async (topic, messages) => {
      const sent = await producer.send({
        topic,
        acks: -1,
        compression,
        messages: messages.map(({ value, key, headers }) => ({
          value,
          ...(key === undefined ? {} : { key }),
          ...(headers === undefined ? {} : { headers: { ...headers } }),
        })),
      });
      return sent.map(({ topicName, partition, baseOffset }) => ({
        topic: topicName,
        partition,
        offset: baseOffset ?? '-1',
      }));
    },
    [Symbol.asyncDispose]: () => producer.disconnect(),
  };
};
