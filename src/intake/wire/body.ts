import { isUtf8 } from 'node:buffer';
import { gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import { withoutNulls } from '../../core/json.ts';
import { foreignBytes } from './foreign.ts';
import { type IntakeRefusal, refuse } from './refusal.ts';

/** Fields that are null are absent in what was read. */
export type BodyRead = { readonly ok: true; readonly json: unknown } | IntakeRefusal;

/** Deeper than any shape farmhand reads, and shallow enough for every recursive reader after it. */
const maxDepth = 32;

/** What the bytes themselves show, or that leaves them as they are. */
const encodings = new Set(['', 'identity', 'gzip', 'x-gzip', 'deflate', 'zstd']);

/**
 * The JSON in `bytes`, which may be compressed. `maxBytes` holds before and after decompression. What the bytes are
 * counts, and `encoding` only tells why they cannot be read: proxies keep the header of what they decompressed.
 */
export const readBody = (bytes: Buffer, maxBytes: number, encoding = ''): BodyRead => {
  if (bytes.length > maxBytes) return tooLarge(bytes.length, maxBytes);
  const plain = inflate(bytes, maxBytes);
  if (!Buffer.isBuffer(plain)) return plain;
  if (plain.length === 0) return refuse('empty', '(body)', 'is empty');
  const foreign = foreignBytes(plain);
  if (foreign !== undefined) return foreign;
  const read = isUtf8(plain)
    ? readText(plain.toString('utf8'))
    : refuse('bad_encoding', '(body)', 'is not UTF-8');
  const unreadable = !read.ok && (read.reason === 'bad_encoding' || read.reason === 'bad_json');
  return unreadable && !encodings.has(encoding.trim().toLowerCase()) ? unknownEncoding : read;
};

const unknownEncoding = refuse(
  'bad_encoding',
  'content-encoding',
  'is not one farmhand reads; send gzip, deflate, zstd, or none',
);

/** The JSON in `text`. `path` is where the text was found, when it lay within another body. */
const readText = (text: string, path = '(body)'): BodyRead => {
  const json = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  if (isDeeperThan(json, maxDepth)) {
    return refuse('too_deep', path, `is nested more than ${maxDepth} levels deep`);
  }
  try {
    return { ok: true, json: withoutNulls(JSON.parse(json)) };
  } catch {
    // The parser's message quotes the body.
    return refuse('bad_json', path, json.trim() === '' ? 'is empty' : 'is not JSON');
  }
};

/**
 * A value that may be an object, or JSON as a string, or either as base64: Argo Events sends all three, depending
 * on how its trigger is written.
 */
export const readNested = (value: unknown, maxBytes: number, path: string): BodyRead => {
  if (typeof value !== 'string') return { ok: true, json: value };
  if (value.length > maxBytes * 2) return tooLarge(value.length, maxBytes);
  if (!isBase64(value)) return readText(value, path);
  const read = readBody(Buffer.from(value, 'base64'), maxBytes);
  return read.ok ? read : { ...read, problems: read.problems.map((p) => ({ ...p, path })) };
};

/** In one line, or in lines as MIME cuts them. */
const isBase64 = (text: string): boolean =>
  text.length >= 4 && /^[A-Za-z0-9+/_-]+(?:\r?\n[A-Za-z0-9+/_-]+)*={0,2}\s*$/.test(text);

const tooLarge = (size: number, maxBytes: number): IntakeRefusal =>
  refuse('too_large', '(body)', `has ${size} bytes, ${maxBytes} are allowed`);

const quote = 0x22;
const backslash = 0x5c;

/**
 * True when `json` opens more than `limit` brackets within each other. Looks at the text, before anything is
 * built from it, and without recursion; text that is not JSON gets some answer, never an error.
 */
const isDeeperThan = (json: string, limit: number): boolean => {
  if (!hasMoreThan(json, limit)) return false;
  let depth = 0;
  for (let i = 0; i < json.length; i++) {
    const code = json.charCodeAt(i);
    if (code === quote) {
      i = endOfString(json, i + 1);
    } else if (code === 0x7b || code === 0x5b) {
      if (++depth > limit) return true;
    } else if (code === 0x7d || code === 0x5d) {
      depth--;
    }
  }
  return false;
};

/** Whether there are more than `limit` opening brackets in all, also within strings: far quicker to find out. */
const hasMoreThan = (json: string, limit: number): boolean => {
  let left = limit;
  for (const bracket of ['{', '[']) {
    for (let at = json.indexOf(bracket); at !== -1; at = json.indexOf(bracket, at + 1)) {
      if (--left < 0) return true;
    }
  }
  return false;
};

/** Index of the quote that closes the string whose first character is at `from`. */
const endOfString = (json: string, from: number): number => {
  for (let end = json.indexOf('"', from); end !== -1; end = json.indexOf('"', end + 1)) {
    let before = end - 1;
    while (before >= from && json.charCodeAt(before) === backslash) before--;
    if ((end - before) % 2 === 1) return end;
  }
  return json.length;
};

/** `bytes` without their compression, of which `maxBytes` may come out; as they are where they have none. */
const inflate = (bytes: Buffer, maxBytes: number): Buffer | IntakeRefusal => {
  const unpack = unpacker(bytes);
  if (unpack === undefined) return bytes;
  try {
    return unpack(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
      ? refuse('too_large', '(body)', `is larger than ${maxBytes} bytes when decompressed`)
      : refuse('bad_encoding', '(body)', 'begins like compressed data but could not be decompressed');
  }
};

type Unpack = (bytes: Buffer, options: { readonly maxOutputLength: number }) => Buffer;

/** By the first bytes, not by the header: proxies drop or keep the header whether or not they decompress. */
const unpacker = (bytes: Buffer): Unpack | undefined => {
  const begins = (...magic: readonly number[]): boolean => magic.every((byte, at) => bytes[at] === byte);
  if (begins(0x1f, 0x8b)) return gunzipSync;
  if (begins(0x28, 0xb5, 0x2f, 0xfd)) return zstdDecompressSync;
  // zlib's two bytes are a multiple of 31; no JSON begins with an x.
  return begins(0x78) && bytes.length > 1 && bytes.readUInt16BE(0) % 31 === 0 ? inflateSync : undefined;
};
