import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { Redis } from 'ioredis';
import { recordReading } from '../../audit/chain/reader.ts';
import type { Config } from '../../config/schema/schema.ts';
import { FarmhandError, messageOf } from '../../core/errors.ts';
import { createKeys } from '../../integrations/redis/shared/keys.ts';
import { dumpRecords } from '../../integrations/redis/transfer/dump.ts';
import {
  type ExportEntry,
  type ExportHeader,
  exportVersion,
  readLine,
} from '../../integrations/redis/transfer/format.ts';
import {
  fenceOff,
  finishImport,
  recordsThere,
  removeRecords,
  restoreEntries,
} from '../../integrations/redis/transfer/restore.ts';
import { atCommandLine, openCliAudit } from './cli-audit.ts';
import { aliveWithin, connectOnce } from './connect-once.ts';

export interface TransferOptions {
  readonly config: Config;
  readonly file: string;
  readonly now: () => number;
  readonly version: string;
}

export interface Exported {
  readonly entries: number;
  /** False: farmhand worked meanwhile. */
  readonly still: boolean;
}

/** So long after its last sign nobody is left who remembers, and threads that came later are looked for in Slack; ms. */
const forgottenAfter = 31_000;

/**
 * Writes every record into a new file: a line a key, the last one with the hash of all before.
 * @throws FarmhandError when farmhand works on the store, unless that was allowed
 */
export const exportRecords = async (
  options: TransferOptions & { readonly whileRunning: boolean },
): Promise<Exported> => {
  const { config, file, now, version, whileRunning } = options;
  const redis = await connectOnce(config);
  try {
    const keys = createKeys(config.redis.prefix);
    const mark = await redis.hgetall(keys.mark);
    if (mark['epoch'] === undefined)
      throw refused('there is nothing to export: no farmhand has worked with this prefix');
    if (mark['importing'] !== undefined)
      throw refused('an import into this Redis is under way, or was broken off');
    const alive = now() - Number(mark['at'] ?? 0) < aliveWithin;
    if (alive && !whileRunning) {
      throw refused(
        'a farmhand works on this Redis: stop all of them first (and wait 15 s), or take --while-running, where changes of these moments may be missing',
      );
    }
    await onRecord(redis, options, 'export');
    const header: ExportHeader = {
      farmhand: 'export',
      version: exportVersion,
      ...{ software: version, prefix: config.redis.prefix, at: now(), still: !alive, mark },
    };
    let entries = 0;
    const hash = createHash('sha256');
    const lines = async function* () {
      const line = (value: unknown): string => {
        const text = `${lineJson(value)}\n`;
        hash.update(text);
        return text;
      };
      yield line(header);
      for await (const entry of dumpRecords(redis, keys.prefix)) {
        entries += 1;
        yield line(entry);
      }
      const after = await redis.hgetall(keys.mark);
      const changed = after['epoch'] !== mark['epoch'] || after['count'] !== mark['count'];
      if (changed && !whileRunning)
        throw refused('a farmhand began to work on this Redis meanwhile: stop it, and export again');
      yield `${JSON.stringify({ end: true, entries, sha256: hash.digest('hex') })}\n`;
    };
    await written(file, lines());
    return { entries, still: !alive };
  } finally {
    redis.disconnect();
  }
};

/** A file that is not whole is not left behind; one that is there already is not touched. */
const written = async (file: string, lines: AsyncIterable<string>): Promise<void> => {
  const out = createWriteStream(file, { flags: 'wx', mode: 0o600 });
  try {
    await (file.endsWith('.gz')
      ? pipeline(Readable.from(lines), createGzip(), out)
      : pipeline(Readable.from(lines), out));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST'))
      await unlink(file).catch(() => {});
    throw error;
  }
};

export interface Imported {
  readonly keys: number;
  readonly header: ExportHeader;
}

/**
 * Puts an export on record. All of the file is read and checked before anything is written; until the last record is there
 * no farmhand does anything on that store.
 * @throws FarmhandError in words; what was changed by then is said
 */
export const importRecords = async (
  options: TransferOptions & { readonly replace: boolean },
): Promise<Imported> => {
  const { config, file, now, replace } = options;
  const header = await checked(file);
  const redis = await connectOnce(config);
  try {
    const { prefix, mark } = createKeys(config.redis.prefix);
    const restoring = { redis, prefix, now: now() };
    const at = Number((await redis.hget(mark, 'at')) ?? 0);
    if (now() - at < aliveWithin) {
      throw refused(
        'a farmhand works on this Redis: stop all of them first, and wait 15 s. Nothing was changed',
      );
    }
    if (!replace && (await recordsThere(restoring)) > 0) {
      throw refused(
        `there are keys behind ${prefix} already: take a Redis or a redis.prefix without, or --replace, which removes them. Nothing was changed`,
      );
    }
    const token = randomUUID();
    await fenceOff(restoring, token);
    const restored = async (): Promise<number> => {
      if (replace) await removeRecords(restoring);
      const count = await restoreEntries(restoring, entriesOf(file));
      await onRecord(redis, options, 'import');
      return count;
    };
    const keys = await restored().catch((error: unknown) => {
      throw refused(
        `the import broke off (${messageOf(error)}). This store is not whole, and no farmhand works on it: import again with --replace`,
      );
    });
    // As after a time in which nobody was there: threads that are newer than the export are looked for in Slack.
    const seen = Math.min(Number(header.mark['at'] ?? 0), now() - forgottenAfter);
    if (!(await finishImport(restoring, token, { ...header.mark, at: String(seen) }))) {
      throw refused(
        'somebody else changed this store meanwhile, so it is not whole: import again with --replace',
      );
    }
    return { keys, header };
  } finally {
    redis.disconnect();
  }
};

/** Readers of lines take these two for the end of one; JSON does not escape them. */
const lineJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');

const refused = (why: string): FarmhandError => new FarmhandError('transfer_refused', `${why}.`);

/** That records were taken out, or put in, is a record of the audit itself. */
const onRecord = async (
  redis: Redis,
  { config, file, ...of }: TransferOptions,
  how: 'export' | 'import',
): Promise<void> => {
  const { log } = openCliAudit(redis, config, of, 0);
  await recordReading({ log, now: of.now }, { ...atCommandLine(), how }, ['records', file]);
};

async function* linesOf(file: string): AsyncGenerator<string> {
  const raw = createReadStream(file);
  const input = file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw;
  raw.on('error', (error) => input.destroy(error));
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) yield line;
}

/** The header of a whole export. @throws FarmhandError: what is wrong with the file */
const checked = async (file: string): Promise<ExportHeader> => {
  const hash = createHash('sha256');
  let [header, entries, number, ended]: [ExportHeader | undefined, number, number, boolean] = [
    undefined,
    0,
    0,
    false,
  ];
  const wrong = (why: string): FarmhandError =>
    refused(`${file}, line ${number}: ${why}. Nothing was changed`);
  for await (const text of linesOf(file)) {
    number += 1;
    const line = lineOf(text, wrong);
    if (ended || (number === 1) !== (line.is === 'header')) throw wrong('it is not at its place');
    if (line.is === 'header') header = line.header;
    if (line.is === 'end') {
      if (line.end.entries !== entries || line.end.sha256 !== hash.digest('hex')) {
        throw wrong('the file is not as it was written');
      }
      ended = true;
      continue;
    }
    hash.update(`${text}\n`);
    if (line.is === 'entry') entries += 1;
  }
  if (!header || !ended) throw wrong('the file is cut off');
  return header;
};

const lineOf = (text: string, wrong: (why: string) => FarmhandError) => {
  try {
    return readLine(text);
  } catch (error) {
    throw wrong(messageOf(error));
  }
};

async function* entriesOf(file: string): AsyncGenerator<ExportEntry> {
  for await (const text of linesOf(file)) {
    const line = readLine(text);
    if (line.is === 'entry') yield line.entry;
  }
}
