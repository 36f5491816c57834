import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Redis } from 'ioredis';
import type { Alert } from '../../../src/alerts/model/alert.ts';
import { linesOf } from '../../../src/audit/chain/copy.ts';
import { verifyEach } from '../../../src/audit/chain/verify.mjs';
import type { JournalEntry } from '../../../src/core/journal.ts';
import { createRecordStore } from '../../../src/integrations/redis/record-store.ts';
import { queueNames } from '../../../src/jobs/nudges.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { works } from '../../../src/reconcile/work.ts';

/** A value of Redis as JSON has it, so that any server of any version can be given it. */
type Value =
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'list' | 'set'; readonly value: readonly string[] }
  | { readonly type: 'hash' | 'zset'; readonly value: Readonly<Record<string, string>> }
  | { readonly type: 'stream'; readonly value: readonly (readonly [string, readonly string[]])[] };

interface Entry {
  readonly key: string;
  /** ms that it had left; 0: it stays. */
  readonly ttl: number;
  readonly value: Value;
}

/** What a store says, as the code that wrote it reads it. */
export interface Told {
  readonly alerts: readonly Alert[];
  readonly rebuilds: readonly Rebuild[];
  readonly journals: Readonly<Record<string, readonly JournalEntry[]>>;
  /** Reasons of events by id. */
  readonly events: Readonly<Record<string, string>>;
  readonly books: Readonly<Record<string, unknown>>;
  readonly auditRecords: number;
  /** `<queue> <kind> <id>` of each job that waits. */
  readonly jobs: readonly string[];
}

/** All that one version left in Redis, and what it says. */
export interface Kept {
  /** ms */
  readonly at: number;
  readonly entries: readonly Entry[];
  readonly told: Told;
}

const prefix = 'farmhand';

export const entriesOf = async (redis: Redis): Promise<readonly Entry[]> => {
  const keys = (await redis.keys(`{${prefix}}*`)).sort();
  return Promise.all(
    keys.map(async (key) => ({
      key,
      ttl: Math.max(0, await redis.pttl(key)),
      value: await entryAt(redis, key),
    })),
  );
};

const entryAt = async (redis: Redis, key: string): Promise<Value> => {
  const type = await redis.type(key);
  switch (type) {
    case 'string':
      return { type, value: (await redis.get(key)) ?? '' };
    case 'list':
      return { type, value: await redis.lrange(key, 0, -1) };
    case 'set':
      return { type, value: (await redis.smembers(key)).sort() };
    case 'hash':
      return { type, value: await redis.hgetall(key) };
    case 'zset': {
      const flat = await redis.zrange(key, '0', '-1', 'WITHSCORES');
      return {
        type,
        value: Object.fromEntries(flat.flatMap((m, i) => (i % 2 ? [] : [[m, flat[i + 1] ?? '']]))),
      };
    }
    case 'stream':
      return { type, value: await redis.xrange(key, '-', '+') };
    default:
      throw new Error(`${key} is a ${type}`);
  }
};

export const putBack = async (redis: Redis, entries: readonly Entry[]): Promise<void> => {
  for (const { key, ttl, value } of entries) {
    await write(redis, key, value);
    if (ttl > 0) await redis.pexpire(key, ttl);
  }
};

const write = async (redis: Redis, key: string, entry: Value): Promise<void> => {
  switch (entry.type) {
    case 'string':
      await redis.set(key, entry.value);
      return;
    case 'list':
      await redis.rpush(key, ...entry.value);
      return;
    case 'set':
      await redis.sadd(key, ...entry.value);
      return;
    case 'hash':
      await redis.hset(key, entry.value);
      return;
    case 'zset':
      await redis.zadd(key, ...Object.entries(entry.value).flatMap(([member, score]) => [score, member]));
      return;
    case 'stream':
      for (const [id, fields] of entry.value) await redis.xadd(key, id, ...fields);
      return;
    default:
      entry satisfies never;
  }
};

/** What this code reads there. @throws where something cannot be read */
export const toldBy = async (redis: Redis): Promise<Told> => {
  const unreadable: string[] = [];
  const store = createRecordStore({
    ...{ redis, prefix, now: Date.now, commandTimeout: 10_000, waitReplicas: 0 },
    retention: { alert: 30 * 86_400_000, event: 7 * 86_400_000 },
    rates: () => ({ post: { perSecond: 1, burst: 1 }, update: { perSecond: 1, burst: 1 } }),
    onMarked: () => {},
    onDue: () => {},
    onUnreadable: (kind, key, error) => unreadable.push(`${kind} ${key}: ${String(error)}`),
  });
  const { keys, queries, rebuildQueries } = store;
  const names = (await redis.keys(keys.full('*'))).map((key) => key.slice(keys.prefix.length)).sort();
  const named = (kind: string) =>
    names.flatMap((name) => (name.startsWith(`${kind}:`) ? name.slice(kind.length + 1) : []));
  const live = await store.alerts.series(named('s'));
  const archived = await store.alerts.getMany(named('a'));
  const alerts = [...live.values(), ...archived.values()];
  const rebuilds = await Promise.all(named('r').map((id) => rebuildQueries.get(id)));
  const journals: [string, readonly JournalEntry[]][] = [];
  for (const { id } of alerts) journals.push([id, await queries.journal(id)]);
  for (const id of named('rj')) journals.push([id, await rebuildQueries.journal(id)]);
  const blocks = named('eb').map(async (block) => {
    const at = block.lastIndexOf('.');
    const first = Number(block.slice(at + 1)) * 256;
    const [, stream = '', life = ''] = /^(.+\.\d+)(-.+)?$/.exec(block.slice(0, at)) ?? [];
    return (await redis.hkeys(keys.eventBlock(block))).map((field) => {
      const [offset, index] = field.split('.');
      return `k.${stream}.${first + Number(offset)}${life}.${index}`;
    });
  });
  const ids = [...named('e'), ...(await Promise.all(blocks)).flat()];
  const events = await Promise.all(
    ids.map(async (id) => [id, (await queries.event(id))?.reason ?? '?'] as const),
  );
  const audit = await verifyEach(linesOf(store.audit), []);
  if (audit.problems.length > 0) throw new Error(`The audit chain: ${JSON.stringify(audit.problems)}`);
  if (unreadable.length > 0) throw new Error(`Cannot be read:\n${unreadable.join('\n')}`);
  return {
    alerts,
    rebuilds: rebuilds.flatMap((rebuild) => rebuild ?? []),
    journals: Object.fromEntries(journals),
    events: Object.fromEntries(events.sort(([a], [b]) => (a < b ? -1 : 1))),
    books: { ...(await queries.books()) },
    auditRecords: audit.records,
    jobs: await jobsIn(redis),
  };
};

const jobsIn = async (redis: Redis): Promise<readonly string[]> => {
  const found = await Promise.all(
    works.map(async (work) => {
      const of = `{${prefix}}:${queueNames[work]}:`;
      const [delayed, waiting] = [
        await redis.zrange(`${of}delayed`, '0', '-1'),
        await redis.lrange(`${of}wait`, 0, -1),
      ];
      const data = await Promise.all([...delayed, ...waiting].map((id) => redis.hget(`${of}${id}`, 'data')));
      return data.map((text) => {
        const { kind, id } = JSON.parse(text ?? '{}');
        return `${queueNames[work]} ${kind} ${id}`;
      });
    }),
  );
  return found.flat().sort();
};

export const keep = (file: string, kept: Kept): void =>
  writeFileSync(file, gzipSync(JSON.stringify(kept), { level: 9 }));

export const keptIn = (file: string): Kept => JSON.parse(gunzipSync(readFileSync(file)).toString('utf8'));
