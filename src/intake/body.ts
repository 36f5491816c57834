import { isUtf8 } from 'node:buffer';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { isDeeperThan } from './depth.ts';
import { type Refusal, refuse } from './refusal.ts';

export type Read = { readonly ok: true; readonly json: unknown } | Refusal;

/** Deeper than any shape farmhand reads, and shallow enough for every recursive reader after it. */
const maxDepth = 32;

const encodings = new Set(['', 'identity', 'gzip', 'x-gzip', 'zstd']);

/** The JSON in `bytes`, which may be compressed. `maxBytes` holds before and after decompression. */
export const readBody = (bytes: Buffer, maxBytes: number, encoding = ''): Read => {
  if (bytes.length > maxBytes) return tooLarge(bytes.length, maxBytes);
  if (!encodings.has(encoding.trim().toLowerCase())) {
    return refuse('bad_encoding', 'content-encoding', 'is not one farmhand reads; send gzip, zstd, or none');
  }
  const plain = inflate(bytes, maxBytes);
  if (!Buffer.isBuffer(plain)) return plain;
  if (plain.length === 0) return refuse('empty', '(body)', 'is empty');
  if (!isUtf8(plain)) return refuse('bad_encoding', '(body)', 'is not UTF-8');
  return readText(plain.toString('utf8'));
};

/** The JSON in `text`. `path` is where the text was found, when it lay within another body. */
const readText = (text: string, path = '(body)'): Read => {
  const json = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  if (isDeeperThan(json, maxDepth)) {
    return refuse('too_deep', path, `is nested more than ${maxDepth} levels deep`);
  }
  try {
    return { ok: true, json: JSON.parse(json) };
  } catch {
    // The parser's message quotes the body.
    return refuse('bad_json', path, 'is not JSON');
  }
};

/**
 * A value that may be an object, or JSON as a string, or either as base64: Argo Events sends all three, depending
 * on how its trigger is written.
 */
export const readNested = (value: unknown, maxBytes: number, path: string): Read => {
  if (typeof value !== 'string') return { ok: true, json: value };
  if (value.length > maxBytes * 2) return tooLarge(value.length, maxBytes);
  if (!isBase64(value)) return readText(value, path);
  const read = readBody(Buffer.from(value, 'base64'), maxBytes);
  return read.ok ? read : { ...read, problems: read.problems.map((p) => ({ ...p, path })) };
};

const isBase64 = (text: string): boolean => text.length >= 4 && /^[A-Za-z0-9+/_-]+={0,2}$/.test(text);

const inflate = (bytes: Buffer, maxBytes: number): Buffer | Refusal => {
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

/** By the first bytes, not by the header: proxies drop or keep the header whether or not they decompress. */
const unpacker = (bytes: Buffer): typeof gunzipSync | typeof zstdDecompressSync | undefined => {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return gunzipSync;
  return bytes[0] === 0x28 && bytes[1] === 0xb5 && bytes[2] === 0x2f && bytes[3] === 0xfd
    ? zstdDecompressSync
    : undefined;
};

const tooLarge = (size: number, maxBytes: number): Refusal =>
  refuse('too_large', '(body)', `has ${size} bytes, ${maxBytes} are allowed`);
