import { compactText, reader, varint } from './flexible.ts';

/** What one broker knows of one topic. */
export interface TopicMetadata {
  readonly topic: string;
  /** Of this life of the topic: one that was deleted and made again has another. Hexadecimal. */
  readonly id: string;
  /** Kafka's error code; 0 is none, 3 no such topic, 29 not allowed. */
  readonly error: number;
  readonly partitions: readonly PartitionMetadata[];
}

export interface PartitionMetadata {
  readonly partition: number;
  /** Node of the leader; -1 while there is none. */
  readonly leader: number;
}

/** Api key and version: the first that carries topic ids (Kafka 2.8). kafkajs 2.2.4 stops at 6. */
export const metadataRequest = { apiKey: 3, apiVersion: 10, apiName: 'Metadata' } as const;

/**
 * Body of the request, with the (empty) tagged fields that end its header. Creates no topic.
 * https://kafka.apache.org/protocol#The_Messages_Metadata
 */
export const metadataBody = (topics: readonly string[]): Buffer =>
  Buffer.concat([
    Buffer.from([0]),
    varint(topics.length + 1),
    ...topics.flatMap((topic) => [Buffer.alloc(16), compactText(topic), Buffer.from([0])]),
    // No auto-creation, no lists of authorized operations, no tagged fields.
    Buffer.from([0, 0, 0, 0]),
  ]);

/** Reads the answer, which begins with the tagged fields of its header. */
export const parseMetadata = (answer: Buffer): readonly TopicMetadata[] => {
  const read = reader(answer);
  read.tags();
  read.skip(4);
  read.list(() => {
    read.skip(4);
    read.text();
    read.skip(4);
    read.text();
    read.tags();
  });
  read.text();
  read.skip(4);
  return read.list(() => {
    const error = read.int16();
    const topic = read.text() ?? '';
    const id = read.bytes(16).toString('hex');
    read.skip(1);
    const partitions = read.list(() => {
      read.skip(2);
      const [partition, leader] = [read.int32(), read.int32()];
      read.skip(4);
      for (let lists = 0; lists < 3; lists++) read.list(() => read.skip(4));
      read.tags();
      return { partition, leader };
    });
    read.skip(4);
    read.tags();
    return { topic, id, error, partitions };
  });
};
