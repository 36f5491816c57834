import type { Redis } from 'ioredis';
import { keysBehind, scanned } from '../shared/scan.ts';
import type { ExportEntry } from './format.ts';
import { isExported } from './kept-keys.ts';

/** Keys looked at in one go, and values in one line. */
const atOnce = 500;

/** Every record behind `prefix`, in parts that fit into memory. The keys come in no order, and one may come twice, whole. */
export async function* dumpRecords(redis: Redis, prefix: string): AsyncGenerator<ExportEntry> {
  for await (const found of keysBehind(redis, prefix, atOnce)) {
    const keys = found.filter((key) => isExported(key.slice(prefix.length)));
    const [types, ttls, now] = await Promise.all([
      Promise.all(keys.map((key) => redis.type(key))),
      Promise.all(keys.map((key) => redis.pttl(key))),
      redis.time(),
    ]);
    const at = Number(now[0]) * 1_000;
    for (const [i, key] of keys.entries()) {
      const ttl = ttls[i] ?? -1;
      // It ended meanwhile.
      if (ttl === -2) continue;
      const until = ttl < 0 ? 0 : at + ttl;
      let part = 0;
      for await (const values of partsOf(redis, key, types[i] ?? '')) {
        yield [key.slice(prefix.length), types[i] as ExportEntry[1], until, part, values];
        part += 1;
      }
    }
  }
}

async function* partsOf(redis: Redis, key: string, type: string): AsyncGenerator<string[]> {
  switch (type) {
    case 'string': {
      const value = await redis.get(key);
      if (value !== null) yield [value];
      return;
    }
    case 'list':
      yield* pages((from, to) => redis.lrange(key, from, to), atOnce);
      return;
    case 'zset':
      yield* pages((from, to) => redis.zrange(key, String(from), String(to), 'WITHSCORES'), atOnce * 2);
      return;
    case 'hash':
      yield* scanned((cursor) => redis.hscan(key, cursor, 'COUNT', atOnce));
      return;
    case 'set':
      yield* scanned((cursor) => redis.sscan(key, cursor, 'COUNT', atOnce));
      return;
    case 'stream':
      yield* entriesOf(redis, key);
      return;
    default:
      throw new Error(`${key} is of a type that farmhand does not write: ${type}`);
  }
}

async function* pages(
  ask: (from: number, to: number) => Promise<string[]>,
  full: number,
): AsyncGenerator<string[]> {
  for (let from = 0; ; from += atOnce) {
    const page = await ask(from, from + atOnce - 1);
    if (page.length > 0) yield page;
    if (page.length < full) return;
  }
}

/** One entry a part: its id, and its fields. */
async function* entriesOf(redis: Redis, key: string): AsyncGenerator<string[]> {
  let from = '-';
  for (;;) {
    const page = await redis.xrange(key, from, '+', 'COUNT', atOnce);
    for (const [id, fields] of page) yield [id, ...fields];
    if (page.length < atOnce) return;
    from = `(${page.at(-1)?.[0]}`;
  }
}
