import { type FileHandle, open } from 'node:fs/promises';
import type { AuditCopy } from '../../audit/chain/copy.ts';
import { type Checkpoint, linesOfFile } from '../../audit/chain/verify.mjs';

export interface AuditFile extends AuditCopy, AsyncDisposable {}

const lineFeed = 0x0a;
/** Read at a time when the end of the file is looked for; bytes. */
const window = 65_536;

/**
 * A copy of the audit chain in a file that only grows, a record a line. A line that was cut off by a crash or a full disk
 * is cut away: the chain still has that record. @throws when it cannot be opened or written, or is something else
 */
export const openAuditFile = async (path: string): Promise<AuditFile> => {
  const file = await open(path, 'a+');
  try {
    await lastRecord(file);
  } catch (error) {
    await file.close();
    throw error;
  }
  return {
    name: 'file',
    readEnd: () => lastRecord(file),
    append: async (lines) => {
      const { size } = await file.stat();
      const bytes = Buffer.from(`${lines.join('\n')}\n`);
      await file.appendFile(bytes);
      await file.datasync();
      // Some file systems take everything and keep nothing.
      const there = Buffer.alloc(bytes.length);
      await file.read(there, 0, there.length, size);
      if (!there.equals(bytes)) throw new Error('the file does not hold what was written to it');
    },
    linesFrom: (seq) => linesFrom(path, seq),
    [Symbol.asyncDispose]: () => file.close(),
  };
};

const lastRecord = async (file: FileHandle): Promise<Checkpoint | undefined> => {
  const { size } = await file.stat();
  const end = await lastLineFeed(file, size);
  if (end + 1 < size) await file.truncate(end + 1);
  if (end < 0) return undefined;
  const start = (await lastLineFeed(file, end)) + 1;
  const line = Buffer.alloc(end - start);
  await file.read(line, 0, line.length, start);
  const { seq, hash } = JSON.parse(line.toString('utf8'));
  if (!Number.isSafeInteger(seq) || typeof hash !== 'string')
    throw new Error('its last line is no audit record');
  return { seq, hash };
};

/** The place of the last line feed before `end`; -1 where there is none. */
const lastLineFeed = async (file: FileHandle, end: number): Promise<number> => {
  for (let to = end; to > 0; ) {
    const from = Math.max(0, to - window);
    const bytes = Buffer.alloc(to - from);
    await file.read(bytes, 0, bytes.length, from);
    const at = bytes.lastIndexOf(lineFeed);
    if (at >= 0) return from + at;
    to = from;
  }
  return -1;
};

async function* linesFrom(path: string, seq: number): AsyncIterable<string> {
  for await (const line of linesOfFile(path)) if (JSON.parse(line).seq >= seq) yield line;
}
