import type { AuditEntry } from '../../../src/audit/record.ts';
import { StoreUnavailable } from '../../../src/core/errors.ts';
import type { JournalEntry } from '../../../src/core/journal.ts';
import { asStored } from '../../../src/core/json.ts';
import { auditOfWrite } from '../../../src/rebuild/audit/audit-of-write.ts';
import { draftKeptMs, type PlanDraft } from '../../../src/rebuild/model/command.ts';
import { claimsMore } from '../../../src/rebuild/model/effect.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { highestOf, type RebuildId } from '../../../src/rebuild/model/rebuild-id.ts';
import { endedAt, hasEnded } from '../../../src/rebuild/model/record.ts';
import { environmentName } from '../../../src/rebuild/model/rules/controlled.ts';
import type { Transition } from '../../../src/rebuild/model/transition.ts';
import type { FreezeStore } from '../../../src/rebuild/ports/freeze-store.ts';
import type {
  FlightPlace,
  RebuildChange,
  RebuildFilter,
  RebuildQueries,
  RebuildStore,
  RebuildsInFlight,
  TierLimit,
} from '../../../src/rebuild/ports/store.ts';
import { dueAt, dueNews } from '../../../src/rebuild/reconcile/schedule.ts';
import type { Leases } from '../../../src/reconcile/lease.ts';
import { type Part, parts } from '../../../src/reconcile/work.ts';
import { cutJournal } from '../cut-journal.ts';
import { createMemoryLeases, type LeasesState } from '../leases.ts';
import type { FreezesState } from './freeze-store.ts';
import { rebuildPageOf } from './rebuild-page.ts';

/** What Redis would hold. Shared by all who have a store on it. */
export interface RebuildsState {
  readonly records: Map<RebuildId, Rebuild>;
  readonly journals: Map<RebuildId, JournalEntry[]>;
  /** What the audit was told by writes, in their order. */
  readonly audit: AuditEntry[];
  /** Instance to the id of its rebuild in flight. */
  readonly flight: Map<string, RebuildId>;
  readonly numbers: Map<string, number>;
  readonly drafts: Map<string, PlanDraft>;
  readonly started: Map<string, RebuildId>;
  readonly threads: Map<string, RebuildId>;
  /** Ids of rebuilds whose records are gone or behind. */
  readonly lost: Set<RebuildId>;
  readonly due: Readonly<Record<Part, Map<RebuildId, number>>>;
  readonly leases: LeasesState;
}

/** As the script has it: the longest pattern that matches says whose an instance is. */
const isOf = (instance: string, { own, others, rest }: TierLimit): boolean => {
  const weight = (pattern: string): number => {
    if (pattern === instance) return Number.POSITIVE_INFINITY;
    return pattern.endsWith('*') && instance.startsWith(pattern.slice(0, -1)) ? pattern.length - 1 : -1;
  };
  const longest = (patterns: readonly string[]): number => Math.max(-1, ...patterns.map(weight));
  const [mine, theirs] = [longest(own), longest(others)];
  return mine === theirs ? rest : mine > theirs;
};

const createRebuildsState = (): RebuildsState => ({
  records: new Map(),
  journals: new Map(),
  audit: [],
  flight: new Map(),
  numbers: new Map(),
  drafts: new Map(),
  started: new Map(),
  threads: new Map(),
  due: { drive: new Map(), card: new Map(), ticket: new Map(), approvers: new Map() },
  lost: new Set(),
  leases: new Map(),
});

export interface MemoryRebuildsOptions {
  readonly now: () => number;
  /** Lines of a journal; default 50,000. */
  readonly lines?: number;
  /** The least number that a rebuild may get now. */
  readonly firstNumber?: () => number;
  /** What this process knows to be frozen, and what is. */
  readonly freezes?: { readonly own: FreezeStore; readonly state: FreezesState };
  readonly onDue?: (part: Part, id: RebuildId, at: number) => void;
  readonly owner?: string;
  readonly onGaveBack?: (part: Part, id: RebuildId, wanted: boolean) => void;
  /** Stands around every call to the state: delays it, drops it, or kills the caller before or after. */
  readonly io?: <T>(what: string, effect: () => T) => Promise<T>;
}

export type MemoryRebuilds = RebuildStore &
  RebuildQueries &
  RebuildsInFlight & { readonly state: RebuildsState; readonly leases: Leases };

/** A record store in memory: each call takes effect at once and whole, as a script in Redis does. */
export const createMemoryRebuilds = (
  options: MemoryRebuildsOptions,
  state: RebuildsState = createRebuildsState(),
): MemoryRebuilds => {
  const { now } = options;
  const io = options.io ?? (async <T>(_: string, effect: () => T): Promise<T> => effect());

  const note = (id: RebuildId, lines: readonly JournalEntry[]): void => {
    const journal = [...(state.journals.get(id) ?? []), ...lines];
    state.journals.set(id, [...cutJournal(journal, options.lines ?? 50_000, now())]);
  };

  const put = (after: Rebuild, { journal, audited = [] }: Transition): void => {
    const { id, card, plan } = after;
    state.audit.push(...audited, ...auditOfWrite(state.records.get(id), after, now()));
    state.records.set(id, after);
    note(id, journal);
    if (card.ts !== undefined) state.threads.set(`${card.channel}:${card.ts}`, id);
    for (const part of parts) {
      const at = dueAt(after, part);
      const since = state.due[part].get(id);
      if (at === undefined) state.due[part].delete(id);
      else state.due[part].set(id, at > now() ? at : Math.min(since ?? now(), now()));
    }
    if (hasEnded(after) && state.flight.get(plan.instance.name) === id)
      state.flight.delete(plan.instance.name);
  };

  const tell = (before: Rebuild | undefined, after: Rebuild): void => {
    for (const { part, at } of dueNews(before, after)) options.onDue?.(part, after.id, at);
  };

  const refused = ({ draft, instance, limit, within, tier }: Parameters<RebuildStore['create']>[0]) => {
    const already = state.records.get(state.started.get(draft) ?? '');
    if (already) return { ok: true, rebuild: already, already: true } as const;
    const id = state.flight.get(instance);
    if (id !== undefined) return { ok: false, code: 'busy', id } as const;
    const inFlight = [...state.flight.values()].sort();
    if (inFlight.length >= limit) return { ok: false, code: 'limit', inFlight } as const;
    const same = inFlight.filter((each) => {
      const other = state.records.get(each);
      return !other || environmentName(other.plan.instance) === within?.environment;
    });
    if (within && same.length >= within.limit) {
      return { ok: false, code: 'environment_limit', inFlight: same } as const;
    }
    const ofTier = [...state.flight]
      .flatMap(([name, each]) => (tier && isOf(name, tier) ? [each] : []))
      .sort();
    return tier && ofTier.length >= tier.limit
      ? ({ ok: false, code: 'tier_limit', inFlight: ofTier } as const)
      : undefined;
  };

  const newestFirst = (ids: Iterable<RebuildId>): readonly Rebuild[] =>
    [...ids].flatMap((id) => state.records.get(id) ?? []).toSorted((a, b) => b.at - a.at);

  const leases = createMemoryLeases({ clock: now, io: (effect) => io('lease', effect) }, state.leases);
  return {
    state,
    leases,

    create: async (ask, build) => {
      const { instance, day, draft } = ask;
      const counter = `${instance}:${day}`;
      const number = await io('reserve', () => {
        const no = refused(ask);
        if (no) return no;
        const next = Math.max((state.numbers.get(counter) ?? 0) + 1, options.firstNumber?.() ?? 1);
        state.numbers.set(counter, next);
        return next;
      });
      if (typeof number !== 'number') return number;
      const made = build(`${instance}-${day}-${number}`);
      const rebuild = { ...made.rebuild, version: 1 };
      const no = await io('create', () => {
        const why = refused(ask);
        if (why) return why;
        if (ask.freezes !== undefined && ask.freezes !== options.freezes?.state.freezes.version) {
          return { ok: false, code: 'frozen_since' } as const;
        }
        state.started.set(draft, rebuild.id);
        state.flight.set(instance, rebuild.id);
        put(rebuild, made);
        return undefined;
      });
      if (no && !no.ok && no.code === 'frozen_since') await options.freezes?.own.read();
      if (no) return no;
      tell(undefined, rebuild);
      return { ok: true, rebuild, already: false };
    },

    adopt: async ({ id, instance, version, draft }, build) => {
      const result = await io('adopt', () => {
        const before = state.records.get(id);
        if (!state.lost.has(id)) {
          return before
            ? ({ ok: true, rebuild: before, already: true } as const)
            : ({ ok: false, code: 'decided' } as const);
        }
        const already = state.records.get((draft && state.started.get(draft)) ?? '');
        if (already) return { ok: true, rebuild: already, already: true } as const;
        const holder = state.flight.get(instance);
        if (holder !== undefined && holder !== id) return { ok: false, code: 'busy', id: holder } as const;
        const made = build();
        const rebuild = { ...made.rebuild, version: Math.max(before?.version ?? 0, version) + 1 };
        if (draft !== undefined) state.started.set(draft, id);
        if (!hasEnded(rebuild)) state.flight.set(instance, id);
        state.lost.delete(id);
        put(rebuild, made);
        return { ok: true, rebuild, already: false, before } as const;
      });
      if (!result.ok || result.already) return result;
      tell(result.before, result.rebuild);
      return { ok: true, rebuild: result.rebuild, already: false };
    },
    taken: (ids) =>
      io('taken', () => {
        for (const { instance, day, number } of highestOf(ids)) {
          const counter = `${instance}:${day}`;
          state.numbers.set(counter, Math.max(state.numbers.get(counter) ?? 0, number));
        }
      }),
    get: (id) => io('get', () => state.records.get(id)),

    update: async <T extends RebuildChange>(
      id: RebuildId,
      change: (rebuild: Rebuild) => T,
      known?: Rebuild,
    ) => {
      for (let tries = 0; tries < 20; tries++) {
        const first = tries === 0 ? known : undefined;
        const before = first ?? (await io('get', () => state.records.get(id)));
        if (!before) return undefined;
        const version = options.freezes?.own.known()?.version;
        const result = change(before);
        const { write } = result;
        if (!write && first) continue;
        if (!write) return result;
        const after = { ...write.rebuild, version: before.version + 1 };
        const done = await io('update', () => {
          const there = state.records.get(id);
          // Equal versions are not enough for one that was not just read.
          if (first ? there !== first : there?.version !== before.version) return false;
          if (
            options.freezes &&
            claimsMore(before, after) &&
            version !== options.freezes.state.freezes.version
          ) {
            return 'froze';
          }
          put(after, write);
          const { owner } = options;
          const key = `drive ${id}`;
          const lease = state.leases.get(key);
          if (result.last && owner !== undefined && lease?.owner === owner) {
            state.leases.delete(key);
            options.onGaveBack?.('drive', id, lease.wanted);
          }
          return true;
        });
        if (done === 'froze') await options.freezes?.own.read();
        else if (done) {
          tell(before, after);
          return asStored(result, write.rebuild, after);
        }
      }
      throw new StoreUnavailable(`Rebuild ${id} kept changing; nothing was changed.`);
    },

    saveDraft: (draft) => io('saveDraft', () => void state.drafts.set(draft.id, draft)),
    draft: (id) =>
      io('draft', () => {
        const draft = state.drafts.get(id);
        return draft && draft.validUntil + draftKeptMs > now() ? draft : undefined;
      }),

    due: (part, until, count) =>
      io('due', () =>
        [...state.due[part]]
          .filter(([id, at]) => at <= until && leases.owner(part, id) === undefined)
          .toSorted(([, a], [, b]) => a - b)
          .slice(0, count)
          .map(([id]) => id),
      ),

    take: (part, until, count, { owner, ms }) =>
      io('take', () => {
        const all = [...state.due[part]].toSorted(([, a], [, b]) => a - b);
        const free = all.filter(([id, at]) => at <= until && leases.owner(part, id) === undefined);
        const taken = free.slice(0, count).map(([id]) => ({ id, rebuild: state.records.get(id) }));
        for (const { id } of taken) {
          state.leases.set(`${part} ${id}`, { owner, until: now() + ms, wanted: false });
        }
        return { taken, next: all.find(([, at]) => at > until)?.[1] };
      }),

    takeOne: (part, id, { owner, ms }) =>
      io('take', () => {
        const lease = leases.takeNow(part, id, owner, ms);
        return { lease, rebuild: lease.ok ? state.records.get(id) : undefined };
      }),

    list: (filter) => io('list', () => listed(newestFirst(state.records.keys()), filter)),
    page: (filter) => io('page', () => rebuildPageOf(newestFirst(state.records.keys()), filter)),
    ofInstance: (instance) => io('get', () => state.records.get(state.flight.get(instance) ?? '')),
    journal: (id) => io('journal', () => [...(state.journals.get(id) ?? [])]),
    byThread: (channel, ts) => io('byThread', () => state.threads.get(`${channel}:${ts}`)),
    inFlight: () =>
      io('inFlight', () => new Map([...state.flight].map(([name, id]) => [name, placeOf(state, id)]))),
  };
};

const placeOf = (state: RebuildsState, id: RebuildId): FlightPlace => {
  const { channel = '', ts } = state.records.get(id)?.card ?? {};
  return { id, channel, ...(ts !== undefined && { ts }) };
};

const listed = (all: readonly Rebuild[], { state, instance, limit }: RebuildFilter): readonly Rebuild[] => {
  const of = all.filter((rebuild) => instance === undefined || rebuild.plan.instance.name === instance);
  const flight = of.filter((rebuild) => !hasEnded(rebuild));
  const ended = of.filter(hasEnded).toSorted((a, b) => endedAt(b) - endedAt(a));
  switch (state) {
    case undefined:
      return [...flight, ...ended].slice(0, limit);
    case 'flight':
      return flight.slice(0, limit);
    case 'failed':
      return ended.filter(({ phase }) => phase === 'failed').slice(0, limit);
    case 'ended':
      return ended.slice(0, limit);
    default:
      return state satisfies never;
  }
};
