import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { tempDir } from '../../../../sandbox/process/temp-dir.ts';
import { type RedisServer, startRedis } from '../../../../sandbox/redis/start.ts';
import { exportRecords, importRecords } from '../../../../src/app/records/transfer.ts';
import { isExported } from '../../../../src/integrations/redis/transfer/kept-keys.ts';
import { judge } from '../../../../src/recovery/mark.ts';
import { load, minimal } from '../../../config/minimal.ts';

let from: RedisServer;
let to: RedisServer;
let dir: Awaited<ReturnType<typeof tempDir>>;
const clients: Redis[] = [];
const client = (server: RedisServer): Redis => {
  const redis = new Redis(server.url);
  clients.push(redis);
  return redis;
};
beforeAll(async () => {
  [from, to, dir] = await Promise.all([startRedis(), startRedis(), tempDir('transfer')]);
});
afterAll(async () => {
  for (const redis of clients) redis.disconnect();
  await Promise.all([from.stop(), to.stop(), dir[Symbol.asyncDispose]()]);
});
beforeEach(() => client(to).flushall());

const at = { now: Date.now, version: '1.2.3' };
const config = (server: RedisServer, prefix = 'farmhand') =>
  load(minimal(`redis: { url: "${server.url}", prefix: ${prefix} }\n`));
let files = 0;
const newFile = (end = 'ndjson') => join(dir.path, `${++files}.${end}`);
const taken = async (server: RedisServer, more: { whileRunning?: boolean; end?: string } = {}) => {
  const file = newFile(more.end);
  await exportRecords({ ...at, config: config(server), file, whileRunning: more.whileRunning ?? false });
  return file;
};
const put = (file: string, replace = false, prefix?: string) =>
  importRecords({ ...at, config: config(to, prefix), file, replace });

/** All types, long and short, as a farmhand that stopped a minute ago left them. */
const fill = async (redis: Redis, signOfLife = Date.now() - 60_000): Promise<void> => {
  await redis.flushall();
  const p = '{farmhand}:';
  await redis.hset(`${p}mark`, {
    epoch: 'e',
    generation: '3',
    count: '9',
    at: String(signOfLife),
    places: '0',
  });
  await redis.set(`${p}s:f`, 'líne\u2028\u2029\r\n "x" \u0000 😀');
  await redis.set(`${p}e:1`, 'ends', 'PX', 3_600_000);
  await redis.rpush(`${p}j:a`, ...Array.from({ length: 1_203 }, (_, i) => `line ${i}`));
  await redis.hset(
    `${p}books`,
    Object.fromEntries(Array.from({ length: 1_501 }, (_, i) => [`f${i}`, String(i)])),
  );
  await redis.zadd(`${p}due`, ...Array.from({ length: 1_000 }, (_, i) => [i, `record ${i}`]).flat());
  await redis.zadd(`${p}open`, '1800000000000.5', 'id', '-inf', 'first');
  await redis.sadd(`${p}lanes`, 'C1', 'C2');
  for (let i = 0; i < 502; i++) await redis.xadd(`${p}dead`, `${i + 1}-1`, 'entry', `e ${i}`);
  // What is not taken along.
  await redis.set(`${p}l:C1:lease`, 'somebody');
  await redis.hset(`${p}lane:meta`, 'paused', '0');
  await redis.set('{other}:s:f', 'x');
};

const contents = async (redis: Redis, prefix = '{farmhand}:') => {
  const keys = (await redis.keys(`${prefix}*`)).filter((key) => isExported(key.slice(prefix.length)));
  // What the reading itself put there.
  const own = keys.filter((key) => !/:audit/.test(key)).toSorted();
  return Promise.all(
    own.map(async (key) => {
      const type = await redis.type(key);
      const value =
        type === 'hash'
          ? await redis.hgetall(key)
          : type === 'set'
            ? (await redis.smembers(key)).toSorted()
            : type === 'list'
              ? await redis.lrange(key, 0, -1)
              : type === 'zset'
                ? await redis.zrange(key, '0', '-1', 'WITHSCORES')
                : type === 'stream'
                  ? await redis.xrange(key, '-', '+')
                  : await redis.get(key);
      return [key.slice(prefix.length), type, value, (await redis.pttl(key)) > 0];
    }),
  );
};

test.each(['ndjson', 'ndjson.gz'])(
  'all of it is there again, under the prefix of the config: %s',
  async (end) => {
    const [source, target] = [client(from), client(to)];
    await fill(source);
    const before = Date.now();
    const file = await taken(from, { end });
    await put(file, false, 'other-1');
    expect(await contents(target, '{other-1}:')).toEqual(await contents(source));
    expect((await contents(source)).map(([key]) => key)).toEqual([
      'books',
      'dead',
      'due',
      'e:1',
      'j:a',
      'lanes',
      'open',
      's:f',
    ]);
    const mark = await target.hgetall('{other-1}:mark');
    expect(mark).toMatchObject({ epoch: 'e', generation: '3', count: '9', places: '0' });
    expect(mark['importing']).toBeUndefined();
    // Whoever starts looks for what is newer.
    const remembered = { epoch: 'e', generation: 3, count: 9, at: Number(mark['at']) };
    expect(judge(undefined, { mark: remembered, books: true }, before)).toMatchObject({ is: 'unsure' });
    expect(await target.exists('{other-1}:l:C1:lease', '{other-1}:lane:meta', '{farmhand}:s:f')).toBe(0);
  },
);

test('a store on which a farmhand works is refused, unless that is allowed', async () => {
  await fill(client(from), Date.now() - 2_000);
  await expect(taken(from)).rejects.toThrow(/a farmhand works on this Redis: stop all of them/);
  const file = await taken(from, { whileRunning: true });
  expect(await readFile(file, 'utf8')).toContain('"still":false');
  await expect(exportRecords({ ...at, config: config(from), file, whileRunning: true })).rejects.toThrow(
    /EEXIST/,
  );
  await fill(client(to), Date.now() - 2_000);
  await expect(put(file, true)).rejects.toThrow(/a farmhand works on this Redis/);
  expect(await client(to).get('{farmhand}:l:C1:lease')).toBe('somebody');
});

test('nothing to export is said', async () => {
  await client(from).flushall();
  await expect(taken(from)).rejects.toThrow(/there is nothing to export/);
});

test('a store that is not empty is refused, or replaced as a whole', async () => {
  await fill(client(from));
  const file = await taken(from);
  const target = client(to);
  await target.set('{farmhand}:s:old', 'x');
  await target.set('{farmhand}:lane:meta', 'x');
  await expect(put(file)).rejects.toThrow(/there are keys behind \{farmhand\}: already/);
  expect(await target.dbsize()).toBe(2);
  await put(file, true);
  expect(await target.exists('{farmhand}:s:old', '{farmhand}:lane:meta')).toBe(0);
  expect(await contents(target)).toEqual(await contents(client(from)));
});

test('a file that is not as it was written is refused before anything is', async () => {
  await fill(client(from));
  const file = await taken(from, { end: 'ndjson.gz' });
  const lines = gunzipSync(await readFile(file))
    .toString()
    .trimEnd()
    .split('\n');
  const broken = async (text: string): Promise<string> => {
    const path = newFile('ndjson.gz');
    await writeFile(path, gzipSync(text));
    return path;
  };
  const cases: readonly [string, RegExp][] = [
    [lines.slice(0, -1).join('\n'), /the file is cut off/],
    [lines.toSpliced(2, 1).join('\n'), /the file is not as it was written/],
    [lines.join('\n').replace('record 7', 'record 8'), /the file is not as it was written/],
    [lines.join('\n').replace('"version":1', '"version":2'), /line 1: it is an export of version 2/],
    [`${lines.join('\n')}\n${lines[1]}`, /it is not at its place/],
    ['', /the file is cut off/],
    ['hello\n', /line 1: it is not a line of an export/],
  ];
  for (const [text, why] of cases) await expect(put(await broken(text))).rejects.toThrow(why);
  const whole = await readFile(file);
  const cut = newFile('ndjson.gz');
  await writeFile(cut, whole.subarray(0, whole.length / 2));
  await expect(put(cut)).rejects.toThrow(/unexpected end of file/);
  await expect(put(join(dir.path, 'none'))).rejects.toThrow(/ENOENT/);
  expect(await client(to).dbsize()).toBe(0);
});

test('one that broke off in its middle says so, keeps farmhand away, and is begun again', async () => {
  const [source, target] = [client(from), client(to)];
  await fill(source);
  for (let i = 0; i < 300; i++) await source.set(`{farmhand}:s:long-${i}`, 'x'.repeat(100_000));
  const file = await taken(from);
  // Redis has room for some of the records, and not for all.
  const used = Number(/used_memory:(\d+)/.exec(await target.info('memory'))?.[1]);
  await target.config('SET', 'maxmemory-policy', 'noeviction');
  await target.config('SET', 'maxmemory', used + 15_000_000);
  try {
    await expect(put(file)).rejects.toThrow(/the import broke off \(OOM .*import again with --replace/);
  } finally {
    await target.config('SET', 'maxmemory', 0);
  }
  const there = await contents(target);
  expect(there.length).toBeGreaterThan(0);
  expect(there.length).toBeLessThan((await contents(source)).length);
  const importing = await target.hget('{farmhand}:mark', 'importing');
  expect(importing).toBeTruthy();
  expect(judge(undefined, { books: true, importing: importing !== null }, Date.now())).toEqual({
    is: 'importing',
  });
  await expect(
    exportRecords({ ...at, config: config(to), file: newFile(), whileRunning: true }),
  ).rejects.toThrow(/an import into this Redis is under way/);
  await expect(put(file)).rejects.toThrow(/there are keys behind/);
  await put(file, true);
  expect(await contents(target)).toEqual(await contents(source));
});
