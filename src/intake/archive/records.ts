import { isUtf8 } from 'node:buffer';
import { gunzip, gzip } from 'node:zlib';
import { FarmhandError, messageOf } from '../../core/errors.ts';
import { isObject } from '../../core/json.ts';
import { type ArchivedRange, keyOf } from './object-name.ts';

/** A record of Kafka as it came: nothing of it is looked into. */
export interface ArchivedRecord {
  readonly offset: string;
  /** As the broker gave it, ms. */
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** By name; a name may have several values, and a value may be absent. */
  readonly headers: readonly (readonly [name: string, value: Buffer | null])[];
}

/** Text where it is text, so that people can read and search it; else base64. */
const written = (bytes: Buffer | null): unknown =>
  bytes === null ? null : isUtf8(bytes) ? bytes.toString('utf8') : { base64: bytes.toString('base64') };

const lineOf = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value)}\n`, 'utf8');

/** One record as a line. */
export const recordLine = ({ offset, timestamp, key, value, headers }: ArchivedRecord): Buffer =>
  lineOf({
    offset,
    timestamp,
    key: written(key),
    value: written(value),
    headers: headers.map(([name, bytes]) => [name, written(bytes)]),
  });

/** What the first line of an object says: the same as its key, and how many follow. */
const headOf = (range: ArchivedRange, records: number): Buffer => {
  const { topic, partition, life, from, to, earliest, latest } = range;
  return lineOf({
    farmhand_archive: 1,
    ...{ topic, partition, life: life ?? null },
    ...{ from, to, earliest, latest, records },
  });
};

/** An object's bytes: newline-delimited JSON, the first line what it is, then its records; gzip. */
export const packObject = (range: ArchivedRange, lines: readonly Buffer[]): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    gzip(Buffer.concat([headOf(range, lines.length), ...lines]), (error, packed) =>
      error ? reject(error) : resolve(packed),
    );
  });

/** More than a writer puts into one; what unpacks to more was made by somebody else. */
const unpackedAtMost = 1024 * 1024 * 1024;

const unpack = (bytes: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    gunzip(bytes, { maxOutputLength: unpackedAtMost }, (error, text) =>
      error ? reject(error) : resolve(text),
    );
  });

/** @throws FarmhandError when it is damaged or is another than its key says: nothing of it is taken then. */
export const unpackObject = async (
  range: ArchivedRange,
  bytes: Buffer,
): Promise<readonly ArchivedRecord[]> => {
  const wrong = (why: string, cause?: unknown) =>
    new FarmhandError(
      'archive_unreadable',
      `The object ${keyOf(range)} of the archive ${why}. Nothing of it was taken in. If the bucket keeps versions, put the first one back.`,
      { cause },
    );
  const text = await unpack(bytes).catch((error: unknown) => {
    throw wrong(`cannot be unpacked (${messageOf(error)})`, error);
  });
  const [head, ...lines] = linesIn(text);
  if (head === undefined || !Buffer.concat([head, newline]).equals(headOf(range, lines.length))) {
    throw wrong('is not what its key says, or was cut');
  }
  const records = lines.map((line, i) => {
    const record = readRecord(line);
    if (record === undefined) throw wrong(`has no record in line ${i + 2}`);
    return record;
  });
  let next = BigInt(range.from);
  for (const { offset } of records) {
    if (BigInt(offset) < next || BigInt(offset) >= BigInt(range.to)) {
      throw wrong(`has offset ${offset} where it does not belong`);
    }
    next = BigInt(offset) + 1n;
  }
  return records;
};

const newline = Buffer.from('\n');

function* linesIn(text: Buffer): Generator<Buffer> {
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf(10, start);
    yield text.subarray(start, end < 0 ? text.length : end);
    start = end < 0 ? text.length : end + 1;
  }
}

const readRecord = (line: Buffer): ArchivedRecord | undefined => {
  let json: unknown;
  try {
    json = JSON.parse(line.toString('utf8'));
  } catch {
    return undefined;
  }
  if (!isObject(json) || !Array.isArray(json['headers'])) return undefined;
  const { offset, timestamp } = json;
  if (typeof offset !== 'string' || !/^\d{1,19}$/.test(offset) || typeof timestamp !== 'string')
    return undefined;
  const [key, value] = [read(json['key']), read(json['value'])];
  if (key === undefined || value === undefined) return undefined;
  const headers: (readonly [string, Buffer | null])[] = [];
  for (const pair of json['headers'] as readonly unknown[]) {
    const [name, of]: readonly unknown[] = Array.isArray(pair) ? pair : [];
    const bytes = read(of);
    if (typeof name !== 'string' || bytes === undefined) return undefined;
    headers.push([name, bytes]);
  }
  return { offset, timestamp, key, value, headers };
};

/** Undefined: it is nothing that was written. */
const read = (value: unknown): Buffer | null | undefined => {
  if (value === null) return null;
  if (typeof value === 'string') return Buffer.from(value, 'utf8');
  const base64 = isObject(value) ? value['base64'] : undefined;
  return typeof base64 === 'string' ? Buffer.from(base64, 'base64') : undefined;
};
