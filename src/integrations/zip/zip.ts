import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipFile {
  /** ASCII, without folders. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * A zip archive that every system opens without being given anything. The same files and time make the same archive. Written
 * here because Node has all of it but the headers; for files below 4 GB, which is far above what is attached to a ticket.
 *
 * @param at of all files; ms
 */
export const zipOf = (files: readonly ZipFile[], at: number): Uint8Array => {
  const time = dosTime(at);
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes } of files) {
    const path = Buffer.from(name, 'latin1');
    const data = deflateRawSync(bytes);
    // Of both headers: version 2.0, no flags, deflate, time, checksum, sizes, length of the name, nothing more.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(time, 6);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(path.length, 22);
    parts.push(signature(0x04034b50), common, path, data);
    // Made by version 2.0; no comment, first disk, no attributes; where its data begins.
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(signature(0x02014b50), Buffer.from([20, 0]), common, place, path);
    offset += 4 + common.length + path.length + data.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(index.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, index, signature(0x06054b50), end]);
};

const signature = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value, 0);
  return bytes;
};

/** Date and time as MS-DOS kept them, in UTC; two seconds are its step. */
const dosTime = (ms: number): number => {
  const at = new Date(ms);
  const date = ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate();
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1);
  return ((date << 16) | time) >>> 0;
};
