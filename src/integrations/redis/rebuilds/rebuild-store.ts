import type { Redis, Result } from 'ioredis';
import type { AuditStamp } from '../../../audit/chain/entry-text.ts';
import { StoreUnavailable } from '../../../core/errors.ts';
import { asStored, isObject } from '../../../core/json.ts';
import { draftKeptMs, type PlanDraft } from '../../../rebuild/model/command.ts';
import { claimsMore } from '../../../rebuild/model/effect.ts';
import type { Rebuild } from '../../../rebuild/model/rebuild.ts';
import { highestOf, type RebuildId } from '../../../rebuild/model/rebuild-id.ts';
import type { FreezeStore } from '../../../rebuild/ports/freeze-store.ts';
import type { RebuildChange, RebuildStore } from '../../../rebuild/ports/store.ts';
import { dueNews } from '../../../rebuild/reconcile/schedule.ts';
import type { Part } from '../../../reconcile/work.ts';
import { guardedClient } from '../shared/client.ts';
import { commitDeadline, confirmReplicas, type DurableDeps, lostStore, tooLate } from '../shared/durable.ts';
import type { Keys } from '../shared/keys.ts';
import { mustBe, type Reader } from '../shared/reader.ts';
import {
  dueScript,
  reserveScript,
  takenScript,
  takeOneScript,
  takeScript,
  writeRebuildScript,
} from './rebuild-script.ts';
import {
  decodeRebuild,
  longestOf,
  planTransition,
  type RebuildRetention,
  type RebuildWritten,
  type WriteContext,
  writeStamps,
} from './rebuild-write-plan.ts';

export interface RebuildStoreDeps extends DurableDeps {
  /** For all that need not wait for replicas. */
  readonly reads: Redis;
  readonly keys: Keys;
  readonly reader: Reader;
  /** What entries of the audit carry; absent: nobody asks for an audit. */
  readonly stamp?: (() => AuditStamp) | undefined;
  readonly retention: () => RebuildRetention;
  /** What people have frozen: proven by whatever begins something. Absent: nobody can freeze anything. */
  readonly freezes?: Pick<FreezeStore, 'known' | 'read'>;
  /** The least number that a rebuild may get now; default: 1. */
  readonly firstNumber?: () => number;
  /** Told after each write of every part that is due at another time than before, or has more to do; ms. */
  readonly onDue: (part: Part, id: RebuildId, at: number) => void;
  /** Whose leases go back with a write. Absent: they do not. */
  readonly owner?: string | undefined;
  /** Told when one did; `wanted`: somebody else had asked for it. */
  readonly onGaveBack?: ((part: Part, id: RebuildId, wanted: boolean) => void) | undefined;
}

type Refused = ['ALREADY', string | null] | ['BUSY', string] | ['LIMIT' | 'FULL' | 'TIER', string[]];

declare module 'ioredis' {
  interface RedisCommander<Context> {
    farmhandRebuild(
      prefix: string,
      deadline: number,
      now: number,
      plan: string,
      text: string,
    ): Result<
      | ['LATE']
      | ['LOST']
      | ['FROZE']
      | ['OK', number, number, string?]
      | ['CONFLICT', string | null]
      | Refused,
      Context
    >;
    farmhandReserve(
      flight: string,
      started: string,
      counter: string,
      prefix: string,
      instance: string,
      limit: number,
      ttl: number,
      least: number,
      environment: string,
      within: number,
      tier: string,
    ): Result<['NUMBER', number] | Refused, Context>;
    farmhandTaken(counter: string, number: number, ttl: number): Result<number, Context>;
    farmhandTakeBuffer(
      due: string,
      until: number,
      count: number,
      leases: string,
      records: string,
      owner: string,
      ms: number,
    ): Result<Buffer[], Context>;
    farmhandTakeOneBuffer(
      lease: string,
      record: string,
      owner: string,
      ms: number,
    ): Result<[number, Buffer?], Context>;
    farmhandPartsDue(due: string, until: number, count: number, leases: string): Result<string[], Context>;
  }
}

const maxTries = 20;
const dayMs = 86_400_000;
/** A day's counter, past its day. */
const counterKept = 3 * dayMs;
/** A second click on a confirmed draft is answered with its rebuild for this long; ms. */
const startedKept = 7 * dayMs;
/** A rebuild may have been in flight for this long before its retention began; ms. */
const flightAtMost = 90 * dayMs;

/** Rebuild records in Redis. */
export const createRebuildStore = (deps: RebuildStoreDeps): RebuildStore => {
  const { reads: redis, keys, now, reader } = deps;
  const decoded = (id: RebuildId, value: string): Rebuild =>
    reader.mustRead('rebuild', keys.rebuild(id), value, decodeRebuild);
  const decodedOr = (id: RebuildId, value: string | null): Rebuild | undefined =>
    value === null ? undefined : decoded(id, value);
  const load = async (id: RebuildId): Promise<Rebuild | undefined> =>
    decodedOr(id, await guardedClient('read', () => redis.get(keys.rebuild(id))));
  deps.redis.defineCommand('farmhandRebuild', { numberOfKeys: 0, lua: writeRebuildScript });
  redis.defineCommand('farmhandReserve', { numberOfKeys: 3, lua: reserveScript });
  redis.defineCommand('farmhandTaken', { numberOfKeys: 1, lua: takenScript });
  redis.defineCommand('farmhandTake', { numberOfKeys: 1, lua: takeScript });
  redis.defineCommand('farmhandTakeOne', { numberOfKeys: 2, lua: takeOneScript });
  redis.defineCommand('farmhandPartsDue', { numberOfKeys: 1, lua: dueScript });

  const write = async ({ plan, text }: RebuildWritten) => {
    const fence = deps.watch?.fence();
    const fenced = JSON.stringify(fence ? { ...plan, fence } : plan);
    const answer = await guardedClient('write', () =>
      deps.redis.farmhandRebuild(keys.prefix, commitDeadline(deps), now(), fenced, text),
    );
    if (answer[0] === 'LATE') throw tooLate();
    if (answer[0] === 'LOST') throw lostStore(deps);
    if (answer[0] === 'OK') {
      if (fence) deps.watch?.wrote(fence.epoch, answer[1]);
      const [, , gave, wrong] = answer;
      if (plan.letGo && gave > 0) deps.onGaveBack?.(plan.letGo.part, plan.id, gave > 1);
      if (wrong !== undefined) reader.tell('journal', wrong, new Error('it is of another type'));
      await confirmReplicas(deps);
    }
    return answer;
  };
  const readable = (id: RebuildId, text: string): Rebuild | undefined =>
    text === '' ? undefined : reader.read('rebuild', keys.rebuild(id), text, decodeRebuild);
  const context = (version = 0): WriteContext => ({
    ...{ retention: deps.retention(), version, now: now() },
    ...(deps.stamp && { stamp: deps.stamp() }),
  });
  const tell = (before: Rebuild | undefined, after: Rebuild): void => {
    for (const { part, at } of dueNews(before, after)) deps.onDue(part, after.id, at);
  };

  return {
    create: async (ask, build) => {
      for (let tries = 0; tries < maxTries; tries++) {
        const { instance, day, draft, limit, within, tier, freezes } = ask;
        const started = (value: string | null): Rebuild =>
          reader.mustRead('rebuild', keys.full(`rs:${draft}`), value ?? '', decodeRebuild);
        const reserved = await guardedClient('reserve', () =>
          redis.farmhandReserve(
            keys.rebuildsInFlight,
            keys.full(`rs:${draft}`),
            keys.rebuildNumber(instance, day),
            keys.prefix,
            instance,
            limit,
            counterKept,
            deps.firstNumber?.() ?? 1,
            within?.environment ?? '',
            within?.limit ?? 0,
            tier ? JSON.stringify(tier) : '',
          ),
        );
        if (reserved[0] !== 'NUMBER') return refusal(reserved, started);
        const made = build(`${instance}-${day}-${reserved[1]}`);
        const written = planTransition(undefined, made, context());
        const longest = longestOf(deps.retention());
        const forget = now() - longest - flightAtMost;
        // Never longer than the rebuild itself, which it leads to.
        const ttl = Math.min(startedKept, deps.retention().usual);
        const limits = { limit, ...(within && { within }), ...(tier && { tier }) };
        const create = { draft, ...limits, at: made.rebuild.at, ttl, forget };
        const proof = freezes !== undefined && { freezes: String(freezes) };
        const answer = await write({ ...written, plan: { ...written.plan, ...proof, create } });
        if (answer[0] === 'FROZE') {
          await deps.freezes?.read();
          return { ok: false, code: 'frozen_since' };
        }
        if (answer[0] === 'OK') {
          tell(undefined, made.rebuild);
          return { ok: true, rebuild: { ...made.rebuild, version: 1 }, already: false };
        }
        if (answer[0] !== 'CONFLICT') return refusal(answer, started);
      }
      throw new StoreUnavailable(
        `Numbers of ${ask.instance} were taken over and over; nothing was started. Try again.`,
      );
    },

    adopt: async ({ id, instance, version, draft }, build) => {
      for (let tries = 0; tries < maxTries; tries++) {
        const [value, lost] = await guardedClient('read', () =>
          Promise.all([redis.get(keys.rebuild(id)), redis.hexists(keys.lostRebuilds, id)]),
        );
        const before = value === null ? undefined : decoded(id, value);
        if (lost === 0) {
          return before ? { ok: true, rebuild: before, already: true } : { ok: false, code: 'decided' };
        }
        const made = build();
        const written = planTransition(before, made, context(version));
        const create = {
          ...(draft !== undefined && { draft }),
          adopts: true,
          limit: 0,
          at: made.rebuild.at,
          ttl: Math.min(startedKept, deps.retention().usual),
          forget: now() - longestOf(deps.retention()) - flightAtMost,
        } as const;
        const answer = await write({ ...written, plan: { ...written.plan, create } });
        if (answer[0] === 'OK') {
          const rebuild = { ...made.rebuild, version: Math.max(before?.version ?? 0, version) + 1 };
          tell(before, rebuild);
          return { ok: true, rebuild, already: false };
        }
        if (answer[0] === 'BUSY') return { ok: false, code: 'busy', id: answer[1] };
        if (answer[0] === 'ALREADY' && answer[1] !== null) {
          return { ok: true, rebuild: decoded(id, answer[1]), already: true };
        }
      }
      throw new StoreUnavailable(
        `The record of ${instance} kept changing while it was written; nothing was changed. Try again.`,
      );
    },

    taken: async (ids) => {
      for (const { instance, day, number } of highestOf(ids)) {
        await guardedClient('numbers', () =>
          redis.farmhandTaken(keys.rebuildNumber(instance, day), number, counterKept),
        );
      }
    },

    get: load,

    update: async <T extends RebuildChange>(
      id: RebuildId,
      change: (rebuild: Rebuild) => T,
      known?: Rebuild,
    ) => {
      const stamp = known && writeStamps.get(known);
      let before = known && stamp !== undefined ? known : await load(id);
      for (let tries = 0; tries < maxTries; tries++) {
        if (before === undefined) return undefined;
        // Before it is decided: what is frozen meanwhile is another version.
        const version = deps.freezes && String(deps.freezes.known()?.version ?? 'unread');
        const result = change(before);
        if (!result.write) {
          // Nobody was asked whether it is still so.
          if (before !== known || stamp === undefined) return result;
          before = await load(id);
          continue;
        }
        const written = planTransition(before, result.write, context());
        const is = writeStamps.get(before);
        const { owner } = deps;
        const plan = {
          ...written.plan,
          ...(is !== undefined && { stamp: is }),
          ...(version !== undefined && claimsMore(before, result.write.rebuild) && { freezes: version }),
          ...(result.last === true && owner !== undefined && { letGo: { part: 'drive', owner } as const }),
        };
        const answer = await write({ ...written, plan });
        if (answer[0] === 'OK') {
          const stored = { ...result.write.rebuild, version: before.version + 1 };
          writeStamps.set(stored, written.stamp);
          // As it was planned: what is known of that one need not be worked out again.
          tell(before, result.write.rebuild);
          return asStored(result, result.write.rebuild, stored);
        }
        if (answer[0] === 'FROZE') {
          await deps.freezes?.read();
          continue;
        }
        before = answer[0] === 'CONFLICT' ? decodedOr(id, answer[1]) : undefined;
      }
      throw new StoreUnavailable(
        `Rebuild ${id} kept changing while it was written; nothing was changed. Try again.`,
      );
    },

    take: async (part, until, count, { owner, ms }) => {
      // As bytes, here and below: see `textOf`.
      const answer = await guardedClient('take', () =>
        redis.farmhandTakeBuffer(
          keys.rebuildsDue(part),
          until,
          count,
          keys.lease(part, ''),
          keys.rebuild(''),
          owner,
          ms,
        ),
      );
      const [next, ...found] = answer.map(textOf);
      const ids = found.filter((_, i) => i % 2 === 0);
      return {
        next: next === undefined || next === '' ? undefined : Number(next),
        taken: ids.map((id, i) => ({ id, rebuild: readable(id, found[2 * i + 1] ?? '') })),
      };
    },

    takeOne: async (part, id, { owner, ms }) => {
      const [forMs, text] = await guardedClient('take', () =>
        redis.farmhandTakeOneBuffer(keys.lease(part, id), keys.rebuild(id), owner, ms),
      );
      if (forMs > 0) return { lease: { ok: false, forMs }, rebuild: undefined };
      return { lease: { ok: true }, rebuild: readable(id, textOf(text)) };
    },

    saveDraft: async (draft) => {
      const ms = Math.max(1, draft.validUntil + draftKeptMs - now());
      await guardedClient('draft', () =>
        redis.set(keys.rebuildDraft(draft.id), JSON.stringify(draft), 'PX', ms),
      );
    },

    draft: async (id) => {
      const value = await guardedClient('draft', () => redis.get(keys.rebuildDraft(id)));
      if (value === null) return undefined;
      const draft = reader.mustRead('draft', keys.rebuildDraft(id), value, decodeDraft);
      return draft.validUntil + draftKeptMs > now() ? draft : undefined;
    },

    due: (part, until, count) =>
      guardedClient('due', () =>
        redis.farmhandPartsDue(keys.rebuildsDue(part), until, count, keys.lease(part, '')),
      ),
  };
};

/**
 * Made of bytes only where it is decoded: as the answer of a command, which outlives two collections of the young
 * generation (`forgetArguments`), every text of a record would be promoted with it.
 */
const textOf = (bytes: Buffer | undefined): string => bytes?.toString('utf8') ?? '';

const decodeDraft = (value: string): PlanDraft => {
  const stored: unknown = JSON.parse(value);
  mustBe(
    isObject(stored) && typeof stored['id'] === 'string' && Number.isFinite(stored['validUntil']),
    'a draft',
  );
  return stored as unknown as PlanDraft;
};

const refusal = (answer: Refused, started: (value: string | null) => Rebuild) => {
  switch (answer[0]) {
    case 'ALREADY':
      return { ok: true, rebuild: started(answer[1]), already: true } as const;
    case 'BUSY':
      return { ok: false, code: 'busy', id: answer[1] } as const;
    case 'LIMIT':
      return { ok: false, code: 'limit', inFlight: answer[1] } as const;
    case 'FULL':
      return { ok: false, code: 'environment_limit', inFlight: answer[1] } as const;
    case 'TIER':
      return { ok: false, code: 'tier_limit', inFlight: answer[1] } as const;
    default:
      return answer satisfies never;
  }
};
