/** The record store of rebuilds as the core needs it. Every write is a compare-and-set. */

import type { JournalEntry } from '../../core/journal.ts';
import type { Taken } from '../../reconcile/due-rounds.ts';
import type { LeaseAnswer } from '../../reconcile/lease.ts';
import type { Part } from '../../reconcile/work.ts';
import type { PlanDraft } from '../model/command.ts';
import type { Rebuild } from '../model/rebuild.ts';
import type { RebuildId } from '../model/rebuild-id.ts';
import type { Transition } from '../model/transition.ts';
import type { RebuildPage, RebuildPageFilter } from './page.ts';

/** How many rebuilds may be in flight in one environment. */
export interface EnvironmentLimit {
  readonly environment: string;
  readonly limit: number;
}

/** How many rebuilds of one tier may be in flight, and which instances are its own. */
export interface TierLimit {
  readonly tier: string;
  readonly limit: number;
  /** Names, or beginnings that end with `*`: of the tier, and of the other ones. The longest that matches counts. */
  readonly own: readonly string[];
  readonly others: readonly string[];
  /** What none of them names is its own. */
  readonly rest: boolean;
}

export interface RebuildChange {
  readonly write?: Transition;
  readonly last?: boolean;
}

export interface RebuildStore {
  /**
   * Takes the next number of the instance's day and stores what `build` makes of it: only when the instance has no
   * rebuild in flight, fewer than `limit` are, fewer than policy allows are in its environment (`within`) and fewer than it may of
   * its tier (`tier`), and the draft was not started before. All of it at once, or nothing.
   */
  create(
    ask: {
      readonly instance: string;
      readonly day: string;
      readonly draft: string;
      readonly limit: number;
      readonly within?: EnvironmentLimit;
      readonly tier?: TierLimit;
      /** The version of the freezes under which it was decided; absent: they do not bar it. */
      readonly freezes?: number;
    },
    build: (id: RebuildId) => Transition,
  ): Promise<
    | { readonly ok: true; readonly rebuild: Rebuild; readonly already: boolean }
    | { readonly ok: false; readonly code: 'busy'; readonly id: RebuildId }
    /** People have frozen or thawed something since: to be decided again. */
    | { readonly ok: false; readonly code: 'frozen_since' }
    /** `inFlight`: those that are, sorted; of the same environment or tier with the latter two. */
    | {
        readonly ok: false;
        readonly code: 'limit' | 'environment_limit' | 'tier_limit';
        readonly inFlight: readonly RebuildId[];
      }
  >;
  /**
   * Writes the record of a lost rebuild, over none or over an older one, and takes it off the list of lost ones: all of it at once, or nothing. Once, whoever asks: who comes second gets what the first has written.
   */
  adopt(
    ask: {
      readonly id: RebuildId;
      readonly instance: string;
      /** Of what its card remembers. */
      readonly version: number;
      /** What was confirmed, where that was asked. */
      readonly draft?: string;
    },
    build: () => Transition,
  ): Promise<
    | { readonly ok: true; readonly rebuild: Rebuild; readonly already: boolean }
    /** Another one of the instance is in flight. */
    | { readonly ok: false; readonly code: 'busy'; readonly id: RebuildId }
    /** It is lost no more, and not on record: somebody said that it is over. */
    | { readonly ok: false; readonly code: 'decided' }
  >;
  /** These were given, as somebody else still knows: none of them is given once more. */
  taken(ids: readonly RebuildId[]): Promise<void>;
  get(id: RebuildId): Promise<Rebuild | undefined>;
  /**
   * Loads, applies `change`, and writes with compare-and-set, again when somebody was faster. `change` must be pure.
   * `known`: what this store gave the caller before, to be tried first without loading; it is written over only as long as
   * that very write of it stands. `last`: nothing more is done under the lease of `drive`, which goes back with the write.
   * @returns what `change` returned the last time, its record as it is stored now; undefined when there is none.
   * @throws StoreUnavailable; then surely nothing was written once the deadline has passed.
   */
  update<T extends RebuildChange>(
    id: RebuildId,
    change: (rebuild: Rebuild) => T,
    known?: Rebuild,
  ): Promise<T | undefined>;
  /**
   * Takes the leases of at most `count` rebuilds whose part is due by `now` and that nobody is at, the most overdue first,
   * for `ms`. Their records as they are at that moment: undefined where one cannot be read.
   */
  take(
    part: Part,
    now: number,
    count: number,
    lease: { readonly owner: string; readonly ms: number },
  ): Promise<Taken<{ readonly id: RebuildId; readonly rebuild: Rebuild | undefined }>>;
  /**
   * As `Leases.take` of one part, due or not, with the record as it is at that moment: undefined where the lease is somebody
   * else's, and where the record is gone or cannot be read.
   */
  takeOne(
    part: Part,
    id: RebuildId,
    lease: { readonly owner: string; readonly ms: number },
  ): Promise<{ readonly lease: LeaseAnswer; readonly rebuild: Rebuild | undefined }>;
  saveDraft(draft: PlanDraft): Promise<void>;
  draft(id: string): Promise<PlanDraft | undefined>;
  /** Rebuilds whose part is due by `now` and that nobody is at, the most overdue first. */
  due(part: Part, now: number, count: number): Promise<readonly RebuildId[]>;
}

export interface RebuildFilter {
  /** `flight`: not ended; `failed` and `ended`: newest first. Default: all, in flight first. */
  readonly state?: 'flight' | 'failed' | 'ended';
  readonly instance?: string;
  /** 1 to 200. */
  readonly limit: number;
}

export interface RebuildQueries {
  get(id: RebuildId): Promise<Rebuild | undefined>;
  list(filter: RebuildFilter): Promise<readonly Rebuild[]>;
  /** In flight first, the latest asked for first; then ended ones, the latest end first. Of one instance: the latest asked for first. */
  page(filter: RebuildPageFilter): Promise<RebuildPage>;
  /** The one in flight. */
  ofInstance(instance: string): Promise<Rebuild | undefined>;
  journal(id: RebuildId): Promise<readonly JournalEntry[]>;
  /** The rebuild whose thread has this root message. */
  byThread(channel: string, ts: string): Promise<RebuildId | undefined>;
}

/** Where an instance's rebuild in flight is told. */
export interface FlightPlace {
  readonly id: RebuildId;
  readonly channel: string;
  /** Its thread, once there is one. */
  readonly ts?: string;
}

export interface RebuildsInFlight {
  /** By instance; cheap enough to be asked for every alert. */
  inFlight(): Promise<ReadonlyMap<string, FlightPlace>>;
}
