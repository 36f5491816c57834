import type { ChainableCommander, Redis } from 'ioredis';
import { keysBehind } from '../shared/scan.ts';
import type { ExportEntry } from './format.ts';

/**
 * KEYS: mark. ARGV: the token of the import, field, value … Puts the mark of the records in place of the one that says that
 * they are being imported. Answers 0 where somebody else has done something to it.
 */
const finishScript = `
if redis.call('HGET', KEYS[1], 'importing') ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
return 1
`;

/** Entries that go to Redis together. */
const atOnce = 200;
/** Keys looked at in one go. */
const pageSize = 1_000;

export interface Restoring {
  readonly redis: Redis;
  /** With its braces and colon. */
  readonly prefix: string;
  readonly now: number;
}

/** How many records are behind the prefix; counting stops at `enough`. */
export const recordsThere = async ({ redis, prefix }: Restoring, enough = 1): Promise<number> => {
  let count = 0;
  for await (const keys of keysBehind(redis, prefix, pageSize)) {
    count += keys.filter((key) => key !== `${prefix}probe`).length;
    if (count >= enough) break;
  }
  return count;
};

/** Removes all that is behind the prefix, nudges included; the mark that says so stays. */
export const removeRecords = async ({ redis, prefix }: Restoring): Promise<void> => {
  for await (const keys of keysBehind(redis, prefix, pageSize)) {
    const gone = keys.filter((key) => key !== `${prefix}mark`);
    if (gone.length > 0) await redis.unlink(...gone);
  }
};

/** From now on no farmhand does anything on this store, until `finishImport`. */
export const fenceOff = async ({ redis, prefix }: Restoring, token: string): Promise<void> => {
  await redis
    .multi()
    .del(`${prefix}mark`)
    .hset(`${prefix}mark`, {
      importing: token,
      epoch: `import-${token}`,
      count: '0',
      at: '0',
      generation: '0',
    })
    .exec();
};

/** Puts entries on record, many at once; answers how many keys it began. */
export const restoreEntries = async (
  restoring: Restoring,
  entries: AsyncIterable<ExportEntry>,
): Promise<number> => {
  let keys = 0;
  let batch: ExportEntry[] = [];
  const flush = async (): Promise<void> => {
    const pipeline = restoring.redis.pipeline();
    for (const entry of batch) restoreEntry(pipeline, restoring, entry);
    batch = [];
    for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
  };
  for await (const entry of entries) {
    if (entry[2] !== 0 && entry[2] <= restoring.now) continue;
    if (entry[3] === 0) keys += 1;
    batch.push(entry);
    if (batch.length >= atOnce) await flush();
  }
  await flush();
  return keys;
};

const restoreEntry = (
  pipeline: ChainableCommander,
  { prefix }: Restoring,
  [name, type, until, part, values]: ExportEntry,
): void => {
  const key = `${prefix}${name}`;
  // A key that was met twice is whole each time.
  if (part === 0 && (type === 'list' || type === 'stream')) pipeline.del(key);
  if (type === 'string') pipeline.set(key, values[0] ?? '');
  else if (type === 'list') pipeline.rpush(key, ...values);
  else if (type === 'hash') pipeline.hset(key, ...values);
  else if (type === 'set') pipeline.sadd(key, ...values);
  else if (type === 'stream') pipeline.xadd(key, ...values);
  else pipeline.zadd(key, ...swapped(values));
  if (until !== 0) pipeline.pexpireat(key, until);
};

/** Member, score, … as ZADD takes them: score, member, … */
const swapped = (values: readonly string[]): string[] =>
  values.flatMap((value, i) => (i % 2 === 0 ? [values[i + 1] ?? '0', value] : []));

/** @returns false when somebody else has changed the mark meanwhile: then the store is not whole */
export const finishImport = async (
  { redis, prefix }: Restoring,
  token: string,
  mark: Readonly<Record<string, string>>,
): Promise<boolean> =>
  (await redis.eval(finishScript, 1, `${prefix}mark`, token, ...Object.entries(mark).flat())) === 1;
