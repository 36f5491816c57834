import type { Redis, Result } from 'ioredis';
import { type AuditStamp, entryTexts } from '../../../audit/chain/entry-text.ts';
import { StoreUnavailable } from '../../../core/errors.ts';
import { isObject } from '../../../core/json.ts';
import { type Freezes, noFreezes } from '../../../rebuild/model/rules/freezes.ts';
import type { FreezeStore, FreezesChange } from '../../../rebuild/ports/freeze-store.ts';
import { guardedClient } from '../shared/client.ts';
import { commitDeadline, confirmReplicas, type DurableDeps, lostStore, tooLate } from '../shared/durable.ts';
import type { Keys } from '../shared/keys.ts';
import { mustBe, type Reader } from '../shared/reader.ts';

/**
 * ARGV: prefix, deadline (ms of Redis' clock), fence (JSON, '' for none), version that is there, record, entries of the
 * audit. Answers as writeRebuildScript.
 */
const writeFreezesScript = `
local call = redis.call
local p, deadline = ARGV[1], tonumber(ARGV[2])
local t = call('TIME')
if tonumber(t[1]) * 1000 + tonumber(t[2]) / 1000 > deadline then return {'LATE'} end
local fence = ARGV[3] ~= '' and cjson.decode(ARGV[3])
if fence then
  local mark = call('HMGET', p .. 'mark', 'epoch', 'count')
  if mark[1] ~= fence.epoch or tonumber(mark[2] or 0) < fence.count then return {'LOST'} end
end
local key = p .. 'freezes'
if (string.match(call('GETRANGE', key, 0, 19), '^(%d+)|') or '0') ~= ARGV[4] then
  return {'CONFLICT', call('GET', key)}
end
-- First: where the audit takes nothing, nothing is written.
for i = 6, #ARGV do call('XADD', p .. 'audit:in', '*', 'e', ARGV[i]) end
call('SET', key, ARGV[5])
return {'OK', fence and call('HINCRBY', p .. 'mark', 'count', 1) or 0}
`;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    farmhandFreezes(
      prefix: string,
      deadline: number,
      fence: string,
      expect: string,
      text: string,
      ...audit: string[]
    ): Result<['LATE'] | ['LOST'] | ['OK', number] | ['CONFLICT', string | null], Context>;
  }
}

export interface FreezeStoreDeps extends DurableDeps {
  readonly reads: Redis;
  readonly keys: Keys;
  readonly reader: Reader;
  /** What entries of the audit carry; absent: nobody asks for an audit. */
  readonly stamp?: (() => AuditStamp) | undefined;
}

/** What was read longer ago is read again before anything is shown of it or decided on it; ms. */
const freshFor = 1_000;
const maxTries = 20;

/** What people have frozen, in Redis; what was read last is remembered. */
export const createFreezeStore = (deps: FreezeStoreDeps): FreezeStore => {
  const { redis, reads, keys, reader, now } = deps;
  redis.defineCommand('farmhandFreezes', { numberOfKeys: 0, lua: writeFreezesScript });
  let known: { readonly freezes: Freezes; readonly at: number } | undefined;
  let reading: Promise<Freezes> | undefined;

  const decoded = (value: string | null): Freezes =>
    value === null ? noFreezes : reader.mustRead('freezes', keys.freezes, value, decodeFreezes);
  /** An answer that overtook another one is older than what is known. */
  const learn = (freezes: Freezes, at: number): Freezes => {
    if (!known || freezes.version >= known.freezes.version || at > known.at) known = { freezes, at };
    return freezes;
  };
  const read = async (): Promise<Freezes> => {
    const at = now();
    return learn(decoded(await guardedClient('read', () => reads.get(keys.freezes))), at);
  };
  return {
    known: () => known?.freezes,
    read,
    fresh: async () => {
      if (known && now() - known.at < freshFor) return known.freezes;
      // Whoever asks while it is read shares the answer.
      reading ??= read().finally(() => {
        reading = undefined;
      });
      return reading;
    },
    change: async <T extends FreezesChange>(change: (freezes: Freezes) => T): Promise<T> => {
      let before = await read();
      for (let tries = 0; tries < maxTries; tries++) {
        const result = change(before);
        if (!result.write) return result;
        const version = before.version + 1;
        const after = { ...result.write, version };
        const fence = deps.watch?.fence();
        const audit = deps.stamp ? entryTexts(result.audited ?? [], deps.stamp()) : [];
        const answer = await guardedClient('write', () =>
          redis.farmhandFreezes(
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
        'What is frozen kept changing while it was written; nothing was changed. Try again.',
      );
    },
  };
};

const decodeFreezes = (value: string): Freezes => {
  const stored: unknown = JSON.parse(value.slice(value.indexOf('|') + 1));
  mustBe(
    isObject(stored) &&
      [stored['version'], stored['last']].every(Number.isFinite) &&
      [stored['now'], stored['ended']].every(Array.isArray),
    'what people have frozen',
  );
  return stored as unknown as Freezes;
};
