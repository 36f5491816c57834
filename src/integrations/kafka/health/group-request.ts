import { compactText, reader, varint } from './flexible.ts';

/** A member of a group in which somebody uses the protocol of Kafka 4 (`group.protocol=consumer`, KIP-848). */
export interface GroupReader {
  /** Whether it is a member by the protocol of before, as kafkajs is; undefined before Kafka 4.1, which does not say. */
  readonly classic?: boolean;
  readonly clientId: string;
  /** As the broker writes it: `/10.0.0.7`. */
  readonly host: string;
}

export interface ReadersOfGroup {
  /** Kafka's error code; 0 is none, 30 not allowed, 69 no such group of that protocol. */
  readonly error: number;
  readonly readers: readonly GroupReader[];
}

/** Brokers know it since Kafka 4.0 (3.7 where it was switched on). kafkajs 2.2.4 does not. */
export const groupRequest = { apiKey: 69, apiName: 'ConsumerGroupDescribe' } as const;
/** The last version that is known here: that of Kafka 4.1, which says of each member by which protocol it is one. */
export const groupRequestLatest = 1;

/**
 * Body of the request for one group, with the (empty) tagged fields that end its header. Asks for no list of rights.
 * https://kafka.apache.org/protocol#The_Messages_ConsumerGroupDescribe
 */
export const groupBody = (group: string): Buffer =>
  Buffer.concat([Buffer.from([0]), varint(2), compactText(group), Buffer.from([0, 0])]);

/** Reads the answer, which begins with the tagged fields of its header. */
export const parseGroup = (answer: Buffer, version: number): ReadersOfGroup => {
  const read = reader(answer);
  const assignment = (): void => {
    read.list(() => {
      read.skip(16);
      read.text();
      read.list(() => read.skip(4));
      read.tags();
    });
    read.tags();
  };
  read.tags();
  read.skip(4);
  const [first] = read.list(() => {
    const error = read.int16();
    // Message, id and state; epochs; the name of the assignor.
    for (let texts = 0; texts < 3; texts++) read.text();
    read.skip(8);
    read.text();
    const readers = read.list(() => {
      // Ids of the member, of its instance and its rack; its epoch.
      for (let texts = 0; texts < 3; texts++) read.text();
      read.skip(4);
      const [clientId = '', host = ''] = [read.text(), read.text()];
      // The topics it asks for by name and by pattern; what it has, and is to have.
      read.list(() => read.text());
      read.text();
      assignment();
      assignment();
      const kind = version > 0 ? read.int8() : undefined;
      read.tags();
      return { ...(kind !== undefined && { classic: kind === 0 }), clientId, host };
    });
    read.skip(4);
    read.tags();
    return { error, readers };
  });
  return first ?? { error: 69, readers: [] };
};
