/** What the rebuild controllers need of the outside world. Adapters live in `src/integrations`. */
import type { AlertId } from '../../alerts/model/alert.ts';
import type { Person } from '../../core/person.ts';
import type { TicketMove } from '../../core/tickets/ticket-move.ts';
import type { PostedMessage, SlackResult } from '../../delivery/slack-result.ts';
import type { DoctorFinding } from '../model/command.ts';
import type { Effect, EffectState } from '../model/parts/effect-state.ts';
import type { Glass } from '../model/parts/glass.ts';
import type { Instance } from '../model/parts/instance.ts';
import type { TicketSeen } from '../model/parts/ticket-life.ts';
import type { RebuildNote, Ticket, TicketEntry } from '../model/parts/told.ts';
import type { PodTrouble, WorkloadRole } from '../model/parts/workloads.ts';
import type { Rebuild } from '../model/rebuild.ts';
import type { RebuildId } from '../model/rebuild-id.ts';
import type { Controls } from '../model/rules/rules.ts';
import type { Frozen } from '../model/rules/windows.ts';

/** What was asked of the world, or why it could not be told. `error` is for people: what failed, shortened, no secret. */
export type Observation<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: string };

/**
 * How a change ended. `already`: it had been made before, by its key or because the world is so.
 * `unknown`: it may have happened: look before repeating. `retry`: surely not done. `conflict`: the world is not what
 * the change was decided on: look, and decide again. `refused`: trying again will not help.
 */
export type EffectResult =
  | { readonly ok: true; readonly already: boolean; readonly id?: string; readonly url?: string }
  | {
      readonly ok: false;
      readonly kind: 'unknown' | 'retry' | 'conflict' | 'refused';
      readonly error: string;
      readonly retryAfterMs?: number;
    };

/** A StatefulSet and its pods. */
export interface SetView {
  /** `spec.replicas`. */
  readonly wanted: number;
  readonly ready: number;
  readonly pods: readonly PodView[];
  /** Version of what is wanted, for compare-and-set; opaque. Pods that come and go do not change it. */
  readonly resourceVersion: string;
  /** The controller has seen the present spec. */
  readonly observed: boolean;
  /** Who last wrote `spec.replicas`, from the managed fields, and when. */
  readonly changedBy?: { readonly manager: string; readonly at?: number };
  readonly podManagement: 'Parallel' | 'OrderedReady';
}

export interface PodView {
  readonly name: string;
  readonly ready: boolean;
  readonly terminating: boolean;
  readonly restarts: number;
  readonly trouble?: PodTrouble;
}

/** Reads of the cluster, whichever way it is changed. */
export interface ClusterPort {
  /**
   * `podsAtMost`: how old what is seen of its pods may be where the set has not changed since, and all of them were well
   * then; default: 0. ms
   */
  look(instance: Instance, role: WorkloadRole, podsAtMost?: number): Promise<Observation<SetView>>;
  doctor(instance: Instance): Promise<readonly DoctorFinding[]>;
}

export interface ScaleRequest {
  readonly key: string;
  readonly rebuild: string;
  readonly instance: Instance;
  readonly role: WorkloadRole;
  readonly from: number;
  readonly to: number;
  /** Of the view that the change was decided on. */
  readonly resourceVersion: string;
  readonly by: Person;
  readonly reason: string;
  /** Number of the change request that it is done under. */
  readonly change?: string;
}

/** The two ways of changing a cluster, behind one port: chosen by `instance.way`. */
export interface ScalePort {
  /** Only from `from` to `to`; a world that is neither is a `conflict`. */
  scale(request: ScaleRequest): Promise<EffectResult>;
  /** Whether a change that was made has arrived in the cluster: at once, or when Argo CD has synced its commit. */
  arrived(instance: Instance, effect: EffectState): Promise<Observation<Arrival>>;
  /** What the branch says, where a change is a commit; absent where there is none. */
  committed?(instance: Instance): Promise<Observation<Committed | undefined>>;
  /** Who changed the number outside of farmhand, as far as this way can tell (the commit and its author). */
  blame(
    instance: Instance,
    role: WorkloadRole,
  ): Promise<Observation<{ readonly who: string; readonly what: string } | undefined>>;
}

/**
 * Whether a change is in the cluster. `waiting`: it will come by itself, as far as can be seen. `blocked`: a person has to
 * do something, or should know; `code` is the kind of thing in the way, so that each is told once. `says` of it is whole
 * sentences: what is in the way, in the words of who says so, and what to do.
 */
export type Arrival =
  | { readonly state: 'arrived' }
  | { readonly state: 'waiting'; readonly says: string }
  | { readonly state: 'blocked'; readonly code: string; readonly says: string };

/** One node of the topology, as the A/A status lists it. */
export interface TopologyNode {
  readonly name: string;
  readonly kind: 'frontend' | 'synchronizer' | 'farmer';
  readonly state: 'SYNCHRONIZED' | 'BOOTING' | 'DOWN' | '?';
  readonly visibility: 'visible' | 'invisible' | 'hidden' | '?';
  readonly synced: boolean;
  readonly readiness: 'ready' | 'waiting' | 'unreachable' | 'hidden' | '?';
  readonly detail: string;
}

export interface RunView {
  /** `none`: the engine knows no run with this key. */
  readonly state: 'none' | 'waiting' | 'running' | 'done' | 'failed';
  /** 0 to 100. */
  readonly percent: number;
  readonly done?: number;
  readonly total?: number;
  readonly error?: string;
}

/** What the express side says of one rebuild. */
export interface EngineView {
  readonly history: RunView;
  readonly rebuild: RunView & {
    /** Farmers counted in. */
    readonly farmers: number;
    /** Never to be false while it runs: then it is not distributed. */
    readonly distributed: boolean;
  };
  readonly write: RunView;
  /** A cache file in S3 that a broken run can be recovered from. */
  readonly cacheFile: boolean;
  /** The synchronizer keeps its dataset fresh. */
  readonly guardian: boolean;
  readonly frontends: readonly {
    readonly name: string;
    readonly state: 'waiting' | 'taking' | 'restarting' | 'ready' | 'failed';
    /** The rebuild whose caches it has; undefined when it is an older one. */
    readonly caches?: string;
    readonly says?: string;
  }[];
  readonly topology: readonly TopologyNode[];
  /** Lines of the listing that could not be read, each with why; plain text. Absent: all were. */
  readonly unread?: readonly string[];
}

export interface EngineRequest {
  readonly key: string;
  readonly rebuild: string;
  readonly instance: Instance;
  readonly effect: Exclude<Effect, { kind: 'scale' }>;
  readonly forced: boolean;
  /** Start only when this many farmers are there: never without any. */
  readonly farmers: number;
}

/** The express engine. Every order carries its key: the same key is the same order. */
export interface EnginePort {
  look(instance: Instance, rebuild: string): Promise<Observation<EngineView>>;
  order(request: EngineRequest): Promise<EffectResult>;
}

/** An instance's values cannot be used. */
export interface ValuesProblem {
  readonly file: string;
  /** 1-based; absent when the whole file is meant. */
  readonly line?: number;
  readonly message: string;
}

export interface InstancesPort {
  /** Names, sorted; from a cache at most a minute old. */
  names(): Promise<Observation<readonly string[]>>;
  get(name: string): Promise<
    /** `stale`: the values could not be looked up again; how old they are and why. Plain text, for people. */
    | { readonly ok: true; readonly instance: Instance; readonly stale?: string }
    | { readonly ok: false; readonly kind: 'unknown'; readonly near: readonly string[] }
    | { readonly ok: false; readonly kind: 'invalid'; readonly problems: readonly ValuesProblem[] }
    | { readonly ok: false; readonly kind: 'unavailable'; readonly error: string }
  >;
  /** How many farmers the last rebuild used, by the commit history: a suggestion. */
  lastFarmers(
    instance: Instance,
  ): Promise<Observation<{ readonly farmers: number; readonly from: string } | undefined>>;
}

/** Posts, updates and finds the messages of a rebuild. Renders through `views/`; never repeats a post by itself. */
export interface CardPort {
  postCard(rebuild: Rebuild): Promise<SlackResult<PostedMessage>>;
  updateCard(rebuild: Rebuild, ts: string): Promise<SlackResult<PostedMessage>>;
  /** One reply for all of `notes`, keyed by rebuild id and the last note's number; with the chart when one asks for it. */
  postNotes(rebuild: Rebuild, ts: string, notes: readonly RebuildNote[]): Promise<SlackResult<PostedMessage>>;
  /** The root (`through` 0) or the reply that ends with this note, posted since `sinceMs`; oldest first. */
  find(rebuild: Rebuild, through: number, sinceMs: number): Promise<SlackResult<readonly PostedMessage[]>>;
  remove(message: PostedMessage): Promise<SlackResult<void>>;
}

/** How a write to the ticket ended. `unknown`: look before writing it again. */
export type TicketResult =
  /**
   * `absent`: of a description, in which farmhand's part was not found as it had been written. `seen`: of a look.
   * `gone`: of a look, that found no ticket although farmhand may see those of its project.
   */
  | {
      readonly ok: true;
      readonly id: string;
      readonly url?: string;
      readonly absent?: true;
      readonly seen?: TicketSeen;
      readonly gone?: true;
    }
  | {
      readonly ok: false;
      readonly kind: 'retry' | 'unknown' | 'refused';
      readonly error: string;
      readonly retryAfterMs?: number;
    };

/** One Jira ticket a rebuild. Each call looks for what it would write before it writes. */
export interface EvidencePort {
  /** Plan, requester, reason, thread link. `mayExist`: an earlier try was not answered. */
  raise(rebuild: Rebuild, thread: string | undefined, mayExist: boolean): Promise<TicketResult>;
  /** The task that asks for the review of a broken glass; one for each. `mayExist`: an earlier try was not answered. */
  raiseTask(
    rebuild: Rebuild,
    glass: Glass,
    thread: string | undefined,
    mayExist: boolean,
  ): Promise<TicketResult>;
  /** One comment, keyed by rebuild id and the entry's number. A `closing` entry brings the chart along. */
  comment(rebuild: Rebuild, ticket: Ticket, entry: TicketEntry, mayExist: boolean): Promise<TicketResult>;
  /**
   * Makes farmhand's part of the description say what the record says; what is around it stays. The same once more does
   * no harm. `ifAbsent`: where that part is not there as farmhand wrote it, it is appended, or nothing is written.
   */
  describe(
    rebuild: Rebuild,
    ticket: Ticket,
    thread: string | undefined,
    ifAbsent: 'append' | 'leave',
  ): Promise<TicketResult>;
  /** The ticket as it is, and what others changed since `ticket.seen`. Changes nothing. */
  look(rebuild: Rebuild, ticket: Ticket): Promise<TicketResult>;
  /** Moves it by a transition that its workflow has now; where it is there already nothing is done. */
  move(rebuild: Rebuild, ticket: Ticket, move: TicketMove): Promise<TicketResult>;
}

/** Alerts of an instance, for linking; a port so that rebuilds need not know how alerts are kept. */
export interface AlertLinks {
  /** Open alerts whose labels name the instance, and which are not linked yet. */
  unlinked(instance: string): Promise<readonly { readonly id: AlertId; readonly name: string }[]>;
  link(
    alert: AlertId,
    rebuild: { readonly id: string; readonly channel: string; readonly ts?: string },
  ): Promise<void>;
}

/** What a plan is made of; the shell gathers it. */
export interface PlanFacts {
  readonly instance: Instance;
  /** Its values could not be looked up again: how old they are and why. */
  readonly stale?: string;
  readonly farmers: Observation<SetView>;
  readonly synchronizer: Observation<SetView>;
  readonly engine: Observation<EngineView>;
  readonly lastFarmers: Observation<{ readonly farmers: number; readonly from: string } | undefined>;
  /** Of this instance, newest first. */
  readonly earlier: readonly { readonly farmers: number; readonly ms: number; readonly id: string }[];
  /** The last one that has ended, however: what the plan is compared with. */
  readonly last?: Rebuild;
  /** The rebuild of this instance that is in flight. */
  readonly inFlight: Rebuild | undefined;
  /** All that are in flight, whatever their instance; sorted. */
  readonly allInFlight: readonly RebuildId[];
  readonly limit: number;
  /** Where tiers share farmhand: the instance's, those of it that are in flight, and how many may be. */
  readonly tier?: {
    readonly name: string;
    readonly inFlight: readonly RebuildId[];
    readonly limit?: number;
  };
  /** What `policy:` asks of it by the config of now, and where that is stricter of its plan before. */
  readonly controls?: Controls;
  /** Those in its environment, where a rule limits them. */
  readonly inEnvironment?: readonly RebuildId[];
  /** A freeze window holds: it can be planned, and not started. */
  readonly frozen?: Frozen;
  /** `approval` of its values in the plan before this one, where that was different. */
  readonly approvalWas?: boolean;
  /** Records were lost lately, and no card remembers a rebuild of this instance: what is up may be one; ms. */
  readonly lostAt?: number;
  /** A card of this instance that does not say whether its rebuild had ended. */
  readonly unclear?: RebuildId;
}

/** The numbers in the values file as they are on the branch, and the last commit of that file. */
export interface Committed {
  readonly farmers?: number;
  readonly synchronizer?: number;
  /** `3f2a91c “system6: farmers 0 → 8”`. Plain text. */
  readonly commit: string;
}

/** What is seen of the instance of a lost rebuild. */
export interface AdoptionFacts {
  readonly farmers: Observation<SetView>;
  readonly synchronizer: Observation<SetView>;
  readonly engine: Observation<EngineView>;
  /** What the branch says, where the cluster is changed by commits. */
  readonly branch?: Observation<Committed | undefined>;
}
