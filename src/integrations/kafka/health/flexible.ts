/**
 * What kafkajs 2.2.4 cannot write and read: the compact fields of "flexible" versions.
 * https://kafka.apache.org/protocol#protocol_types, KIP-482
 */
export const varint = (value: number): Buffer => {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
  return Buffer.from([...bytes, rest]);
};

/** A text behind its length + 1. */
export const compactText = (text: string): Buffer => {
  const bytes = Buffer.from(text);
  return Buffer.concat([varint(bytes.length + 1), bytes]);
};

/** Reads on and on from the beginning. @throws RangeError where the answer ends too early */
export const reader = (from: Buffer) => {
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
    int8: () => from.readInt8(skip(1)),
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
