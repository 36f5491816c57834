import { gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import { type IntakeRefusal, refuse } from './refusal.ts';

/** `bytes` without their compression, of which `maxBytes` may come out; as they are where they have none. */
export const inflate = (bytes: Buffer, maxBytes: number): Buffer | IntakeRefusal => {
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
