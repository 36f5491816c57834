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
    ...topics.flatMap((topic) => {
      const name = Buffer.from(topic);
      return [Buffer.alloc(16), varint(name.length + 1), name, Buffer.from([0])];
    }),
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

const varint = (value: number): Buffer => {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
  return Buffer.from([...bytes, rest]);
};

const reader = (from: Buffer) => {
  let at = 0;
  const skip = (count: number): number => {
    at += count;
    return at - count;
  };
  const size = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = from.readUInt8(skip(1));
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const bytes = (count: number): Buffer => from.subarray(skip(count), at);
  return {
    skip,
    bytes,
    int16: () => from.readInt16BE(skip(2)),
    int32: () => from.readInt32BE(skip(4)),
    text: (): string | undefined => {
      const length = size();
      return length === 0 ? undefined : bytes(length - 1).toString();
    },
    list: <T>(each: () => T): readonly T[] => Array.from({ length: Math.max(0, size() - 1) }, each),
    tags: (): void => {
      for (let left = size(); left > 0; left--) {
        size();
        skip(size());
      }
    },
  };
};
