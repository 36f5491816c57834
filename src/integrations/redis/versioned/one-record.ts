import type { Redis, Result } from 'ioredis';
import { type AuditStamp, entryTexts } from '../../../audit/chain/entry-text.ts';
import type { AuditEntry } from '../../../audit/record.ts';
import { StoreUnavailable } from '../../../core/errors.ts';
import { guardedClient } from '../shared/client.ts';
import { commitDeadline, confirmReplicas, type DurableDeps, lostStore, tooLate } from '../shared/durable.ts';
import type { Keys } from '../shared/keys.ts';
import type { Reader, RecordKind } from '../shared/reader.ts';

/**
 * KEYS: record. ARGV: prefix, deadline (ms of Redis' clock), fence (JSON, '' for none), version that is there, record, entries
 * of the audit. Answers as writeRebuildScript.
 */
const writeScript = `
local call = redis.call
local p, deadline = ARGV[1], tonumber(ARGV[2])
local t = call('TIME')
if tonumber(t[1]) * 1000 + tonumber(t[2]) / 1000 > deadline then return {'LATE'} end
local fence = ARGV[3] ~= '' and cjson.decode(ARGV[3])
if fence then
  local mark = call('HMGET', p .. 'mark', 'epoch', 'count')
  if mark[1] ~= fence.epoch or tonumber(mark[2] or 0) < fence.count then return {'LOST'} end
end
if (string.match(call('GETRANGE', KEYS[1], 0, 19), '^(%d+)|') or '0') ~= ARGV[4] then
  return {'CONFLICT', call('GET', KEYS[1])}
end
-- First: where the audit takes nothing, nothing is written.
for i = 6, #ARGV do call('XADD', p .. 'audit:in', '*', 'e', ARGV[i]) end
call('SET', KEYS[1], ARGV[5])
return {'OK', fence and call('HINCRBY', p .. 'mark', 'count', 1) or 0}
`;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    farmhandOneRecord(
      key: string,
      prefix: string,
      deadline: number,
      fence: string,
      expect: string,
      text: string,
      ...audit: string[]
    ): Result<['LATE'] | ['LOST'] | ['OK', number] | ['CONFLICT', string | null], Context>;
  }
}

export interface OneRecordDeps extends DurableDeps {
  readonly reads: Redis;
  readonly keys: Keys;
  readonly reader: Reader;
  /** What entries of the audit carry; absent: nobody asks for an audit. */
  readonly stamp?: (() => AuditStamp) | undefined;
}

/** What `<version>|<record>` holds. @throws where it is no JSON */
export const storedIn = (text: string): unknown => JSON.parse(text.slice(text.indexOf('|') + 1));

/** Of which there is one. */
export interface OneKind<R> {
  readonly key: string;
  readonly kind: RecordKind;
  /** Before it was ever written. */
  readonly none: R;
  /** Throws where it is none. */
  readonly decode: (stored: unknown) => R;
  /** What kept changing while it was written. */
  readonly what: string;
}

interface Change<R> {
  readonly write?: R;
  readonly audited?: readonly AuditEntry[];
}

/** One record that people's orders change, by compare-and-set together with the audit. What was read last is remembered. */
export interface OneRecord<R> {
  /** As this process last read it; undefined: it has not yet. */
  known(): R | undefined;
  /** How long ago that was; ms. */
  age(): number;
  fresh(): Promise<R>;
  read(): Promise<R>;
  change<T extends Change<R>>(change: (record: R) => T): Promise<T>;
}

/** What was read longer ago is read again before anything is shown of it or decided on it; ms. */
const freshFor = 1_000;
const maxTries = 20;

export const createOneRecord = <R extends { readonly version: number }>(
  deps: OneRecordDeps,
  { key, kind, none, decode, what }: OneKind<R>,
): OneRecord<R> => {
  const { redis, reads, keys, reader, now } = deps;
  redis.defineCommand('farmhandOneRecord', { numberOfKeys: 1, lua: writeScript });
  let known: { readonly record: R; readonly at: number } | undefined;
  let reading: Promise<R> | undefined;

  const decodeText = (text: string): R => decode(storedIn(text));
  const decoded = (value: string | null): R =>
    value === null ? none : reader.mustRead(kind, key, value, decodeText);
  /** An answer that overtook another one is older than what is known. */
  const learn = (record: R, at: number): R => {
    if (!known || record.version >= known.record.version || at > known.at) known = { record, at };
    return record;
  };
  const read = async (): Promise<R> => {
    const at = now();
    return learn(decoded(await guardedClient('read', () => reads.get(key))), at);
  };
  return {
    known: () => known?.record,
    age: () => (known ? now() - known.at : Number.POSITIVE_INFINITY),
    read,
    fresh: async () => {
      if (known && now() - known.at < freshFor) return known.record;
      // Whoever asks while it is read shares the answer.
      reading ??= read().finally(() => {
        reading = undefined;
      });
      return reading;
    },
    change: async <T extends Change<R>>(change: (record: R) => T): Promise<T> => {
      let before = await read();
      for (let tries = 0; tries < maxTries; tries++) {
        const result = change(before);
        if (!result.write) return result;
        const version = before.version + 1;
        const after = { ...result.write, version };
        const fence = deps.watch?.fence();
        const audit = deps.stamp ? entryTexts(result.audited ?? [], deps.stamp()) : [];
        const answer = await guardedClient('write', () =>
          redis.farmhandOneRecord(
            key,
            keys.prefix,
            commitDeadline(deps),
            fence ? JSON.stringify(fence) : '',
            String(before.version),
            `${version}|${JSON.stringify(after)}`,
            ...audit,
          ),
        );
        switch (answer[0]) {
          case 'LATE':
            throw tooLate();
          case 'LOST':
            throw lostStore(deps);
          case 'OK':
            if (fence) deps.watch?.wrote(fence.epoch, answer[1]);
            learn(after, now());
            await confirmReplicas(deps);
            return result;
          case 'CONFLICT':
            before = learn(decoded(answer[1]), now());
            break;
          default:
            answer satisfies never;
        }
      }
      throw new StoreUnavailable(
        `${what} kept changing while it was written; nothing was changed. Try again.`,
      );
    },
  };
};
