import type { AlertId } from '../../alerts/model/alert.ts';
import type { Person } from '../../core/person.ts';
import type { MessageState } from '../../delivery/message.ts';
import type { ApproverMessage, Approvers } from '../approvers/message.ts';
import type { StepName } from './steps.ts';

/** `<instance>-<day, UTC>-<number>`: short enough to be said, `system6-20261120-1`; see `src/recovery/first-number.ts`. */
export type RebuildId = string;

/** `farm`: the number of farmers is fixed at the start. `balance`: farmers may come and go. */
export type Engine = 'farm' | 'balance';

/** How an instance's cluster is changed: the scale subresource, or a commit that Argo CD syncs. */
export type ScaleWay = 'kubernetes' | 'gitops';

/** `waiting`: for a person; the step says what for. */
export type StepState = 'pending' | 'running' | 'waiting' | 'failed' | 'done' | 'skipped';

export interface Step {
  readonly name: StepName;
  readonly state: StepState;
  readonly startedAt?: number;
  readonly endedAt?: number;
  /** After this it waits for a person, or fails; paused time moves it. ms */
  readonly deadline?: number;
  /** What it does or waits for now, in a few words that people read: `history update 40 %`. Plain text. */
  readonly says?: string;
  /** Why a person is needed, what they can do, and when the step fails by itself. */
  readonly ask?: Intervention;
  /** How often it was begun; the keys of its effects carry it. 0 while pending. */
  readonly attempt: number;
}

/** "Manual intervention required". Plain text. */
export interface Intervention {
  readonly code: InterventionCode;
  readonly what: string;
  readonly options: readonly string[];
  readonly since: number;
  /** Nobody answered by then: the rebuild fails. Absent: it waits for as long as it takes (approval). ms */
  readonly until?: number;
}

export type InterventionCode =
  | 'approval'
  | 'too_few_farmers'
  | 'synchronizer_not_ready'
  | 'readiness_trap'
  | 'history_stalled'
  | 'rebuild_stalled'
  | 'rebuild_failed'
  | 'synchronizer_lost'
  | 'write_failed'
  | 'teardown_stuck'
  | 'frontend_not_back'
  | 'guardian'
  | 'effect_failed';

/**
 * `running` also while paused or waiting. `cancelling` and `failing` tear down from anywhere; the three others are
 * the end: nothing is changed any more.
 */
export type Phase = 'running' | 'cancelling' | 'failing' | 'released' | 'cancelled' | 'failed';

/** The refusals of one person. */
export interface Refusals {
  /** The last one written: its word and its sentences. */
  readonly what: string;
  readonly why: string;
  readonly at: number;
  /** Lines of the journal so far. */
  readonly lines: number;
  /** How often since then, without a line. */
  readonly folded: number;
}

/** One rebuild: the truth about it. Cards, comments, the API and metrics are projections. Times in ms. */
export interface Rebuild {
  readonly id: RebuildId;
  /** Grows with every write; set by the store, compare-and-set is on this. */
  readonly version: number;
  readonly plan: Plan;
  readonly at: number;
  readonly by: Person;
  readonly reason: string;
  /** The alert that it was started from. */
  readonly alert?: AlertId;
  /** The draft that was confirmed: a second click on it starts nothing. */
  readonly draft?: string;
  readonly phase: Phase;
  /** All ten, in order. */
  readonly steps: readonly Step[];
  readonly farmers: Farmers;
  readonly synchronizer: Synchronizer;
  readonly progress?: Progress;
  readonly frontends: readonly Frontend[];
  readonly pause?: Pause;
  /** Time spent paused so far, the present pause left out; does not count towards any limit. ms */
  readonly pausedMs: number;
  readonly overrides: readonly Override[];
  readonly approval?: Approval;
  /** Whoever had the plan made, where somebody else confirmed it. */
  readonly plannedBy?: Person;
  /** When the plan was last found to be true; default: `at`. ms */
  readonly plannedAt?: number;
  /** The plan is to be made again before anybody approves it. */
  readonly planDue?: true;
  /** Stands in for the person who asked, where none did (a route): whom and for what (`Pending.hash`). */
  readonly confirmed?: { readonly by: Person; readonly at: number; readonly hash: string };
  /** Everybody who asked for more, and whose wish was approved: they approve nothing of this rebuild any more. */
  readonly raisedBy?: readonly Person[];
  /** Persons who went on with it after its record was lost, oldest first. */
  readonly adoptions?: readonly { readonly at: number; readonly by: Person }[];
  /** Its record may be an older copy of itself: what is there is looked at before anything is done. */
  readonly recheck?: true;
  /** Refusals on the journal, by Slack user id: folded, and counted. */
  readonly refusals?: Readonly<Record<string, Refusals>>;
  /** Asked for, beyond what is approved: taken only when another person approves it. Oldest first. */
  readonly asked?: readonly AskedChange[];
  /** Who last took back what they had asked for, and when. */
  readonly withdrawn?: { readonly by: Person; readonly at: number };
  /** Who could approve what waits, or waited last. */
  readonly approvers?: Approvers;
  /** What those people were told, oldest first; and how many messages there ever were. */
  readonly messages?: readonly ApproverMessage[];
  readonly messageCount?: number;
  /** Every change of the outside world that was ever begun, oldest first; at most one is not settled. */
  readonly effects: readonly EffectState[];
  /** Replicas that somebody else changed. */
  readonly drift?: Drift;
  /** The number of farmers that would meet the target. */
  readonly offer?: Offer;
  /** Why it failed or was cancelled, and what was known of it. */
  readonly end?: End;
  /** When it ended, and nothing was left to do; `end.at` is when that was asked for, or when it failed. */
  readonly endedAt?: number;
  /** When the engine last answered. */
  readonly seenAt?: number;
  /** Since when progress has stood still; absent while it moves. */
  readonly stalledSince?: number;
  readonly marks: readonly ChartMark[];
  readonly ticket: Ticket;
  readonly card: Card;
  readonly alerts: readonly LinkedAlert[];
  /** What was said once and need not be said again, and when: milestones, farmers in trouble. */
  readonly told?: Readonly<Record<string, number>>;
  /** When the controller wants to look at the cluster again; absent when there is nothing left to do. ms */
  readonly driveAt?: number;
}

/** All that a rebuild may do: what an approval is about, and what the record is measured by. */
export interface Authority {
  /** At the most. */
  readonly farmers: number;
  /** It goes on with these at the least. */
  readonly minimum: number;
  readonly forced: boolean;
  /** The fewest farmers that were accepted by an override. */
  readonly accepted?: number;
  readonly skipped: readonly StepName[];
  /** By how much the limit of a step was extended in all; ms. */
  readonly extended: Readonly<Partial<Record<StepName, number>>>;
  /** Steps that it was taken back to, one for each time. */
  readonly back: readonly StepName[];
  readonly keepFarmers: boolean;
  readonly keepGuardian: boolean;
}

export interface Approval {
  readonly by: Person;
  readonly at: number;
  readonly planHash: string;
  /** Of everything that was shown and approved (`Pending.hash`). Absent in records from before there was one. */
  readonly hash?: string;
  /** What was asked for (`Pending.wish`). */
  readonly wish?: string;
  readonly grants?: Authority;
}

export interface AskedChange {
  readonly wish: WiderOrder;
  readonly by: Person;
  readonly at: number;
}

/** The orders that can go beyond what was approved. */
export type WiderOrder = ScaleOrder | OverrideOrder;

export interface ScaleOrder {
  readonly verb: 'scale';
  readonly farmers: number;
  readonly reason?: string;
}

export interface OverrideOrder {
  readonly verb: 'override';
  readonly kind: OverrideKind;
  readonly reason: string;
  readonly step?: StepName;
  /** As in `Override`. */
  readonly amount?: number;
}

/** What a person confirmed. It changes only before anything is touched, when the world has; what people ask for since is in `farmers` and `overrides`. */
export interface Plan {
  readonly instance: Instance;
  readonly engine: Engine;
  readonly forced: boolean;
  readonly farmers: number;
  /** Where the number comes from, to be read by people: `asked for`, `as in the last rebuild (commit 3f2a91c)`. */
  readonly farmersFrom: string;
  /** Number of farmers the rebuild starts with at the least. */
  readonly minimum: number;
  /** What will be changed, in which cluster, from what to what. Plain text. */
  readonly changes: readonly PlannedChange[];
  /** How long it is expected to take, and what that is estimated from; ms. */
  readonly expected?: { readonly ms: number; readonly from: string };
  /** To be done by then, counted from the start; ms. */
  readonly targetMs?: number;
  /** How it differs from the last rebuild of the instance, and which one that was. Absent where there was none. */
  readonly since?: { readonly id: RebuildId; readonly says: readonly string[] };
  /** Worth knowing; does not keep anybody from starting. */
  readonly warnings: readonly string[];
  /** Of everything above that matters for the decision: equal hashes mean the same plan. */
  readonly hash: string;
}

export interface PlannedChange {
  readonly what: string;
  readonly where: string;
  readonly from: string;
  readonly to: string;
}

/** One express instance, as its values file in the deployment repository describes it. */
export interface Instance {
  readonly name: string;
  readonly tenant: string;
  readonly engine: Engine;
  readonly way: ScaleWay;
  /** kubeconfig context, as named under `rebuilds.clusters`. */
  readonly cluster: string;
  readonly namespace: string;
  /** StatefulSets. */
  readonly farmerSet: string;
  readonly synchronizerSet: string;
  /** Service in front of the synchronizer: the one that the readiness trap is about. */
  readonly synchronizerService: string;
  readonly minimum: number;
  readonly maximum: number;
  /** Usual number of farmers, where the values say one. */
  readonly farmers?: number;
  readonly heapGb?: number;
  readonly frontends: readonly string[];
  /** Base URL of an express node with the admin endpoint. */
  readonly adminUrl: string;
  readonly targetMs?: number;
  /** A second person must approve (GovCloud). */
  readonly approval: boolean;
  /** Where the number of farmers is committed to, when `way` is `gitops`; and what Argo CD makes of it. */
  readonly gitops?: GitopsPlace;
  /** The values file and the commit that changed it last. */
  readonly source: { readonly file: string; readonly revision: string };
}

export interface GitopsPlace {
  /** Values file in the deployment repository, and the paths of the two numbers in it. */
  readonly file: string;
  readonly farmersPath: readonly string[];
  readonly synchronizerPath: readonly string[];
  /** The Argo CD Application, and its namespace. */
  readonly application: string;
  readonly applicationNamespace: string;
  /** The cluster that Argo CD runs in, where that is not the instance's own. */
  readonly applicationCluster?: string;
}

export interface Farmers {
  /** What the rebuild wants now; 0 before the step `farmers` and after `teardown`. */
  readonly wanted: number;
  /** The number people asked for last: what `wanted` becomes in the step `farmers`. */
  readonly target: number;
  /** Accepted to start with, or to go on with, at the least. */
  readonly minimum: number;
  /** Who asked for the target, when it is not the plan's. */
  readonly asked?: { readonly by: Person; readonly reason?: string };
  readonly seen?: SeenPods;
}

export interface Synchronizer {
  readonly wanted: 0 | 1;
  readonly seen?: SeenPods;
  /** It was up and went away; what it ran may be lost. Gone when it is sure that nothing was, or the run began again. */
  readonly awaySince?: number;
  /** Stays up after the rebuild with fresh data, until released. */
  readonly guardian: boolean;
}

/** What was last seen of a StatefulSet. */
export interface SeenPods {
  readonly at: number;
  /** `spec.replicas`. */
  readonly wanted: number;
  readonly ready: number;
  /** Pods that still exist, those that are going included. */
  readonly pods: number;
  /** Not ready, each with its reason; at most ten. */
  readonly troubles: readonly PodTrouble[];
}

export interface PodTrouble {
  readonly pod: string;
  readonly kind:
    | 'pending'
    | 'unschedulable'
    | 'crash_loop'
    | 'not_ready'
    | 'terminating'
    | 'image'
    | 'failed';
  /** As Kubernetes says it, shortened; plain text. */
  readonly says: string;
  readonly since?: number;
}

/** Of the step it belongs to: history, rebuild, write. */
export interface Progress {
  readonly of: 'history' | 'rebuild' | 'write';
  /** 0 to 100. */
  readonly percent: number;
  readonly done?: number;
  readonly total?: number;
  /** Farmers that the engine counts in. */
  readonly farmers?: number;
  /** When the percentage last grew. */
  readonly movedAt: number;
  /** Percent an hour over the last while; absent until known. */
  readonly perHour?: number;
  /** When it will be done, at this rate. */
  readonly eta?: number;
  /** Of the rebuild: at most 240, evenly thinned out. */
  readonly samples: readonly Sample[];
}

export interface Sample {
  readonly at: number;
  readonly percent: number;
  /** Farmers ready then. */
  readonly ready: number;
}

export interface Frontend {
  readonly name: string;
  readonly state: 'waiting' | 'taking' | 'restarting' | 'ready' | 'failed' | 'skipped';
  readonly since?: number;
  readonly says?: string;
}

export interface Pause {
  /** `pausing`: what is in flight ends first. */
  readonly state: 'pausing' | 'paused';
  readonly by: Person;
  readonly reason: string;
  readonly at: number;
  readonly pausedAt?: number;
  /** Pausing after this. */
  readonly after?: StepName;
  /** What goes on all the same: `24 farmers go on computing`. Plain text. */
  readonly goesOn?: string;
  readonly remindAt: number;
}

export type OverrideKind =
  | 'skip_step'
  | 'accept_farmers'
  | 'extend_deadline'
  | 'force'
  | 'retry_from'
  | 'keep_farmers'
  | 'keep_guardian'
  | 'drop_guardian';

export interface Override {
  readonly n: number;
  readonly kind: OverrideKind;
  readonly by: Person;
  readonly at: number;
  readonly reason: string;
  readonly step?: StepName;
  /** accept_farmers: how many; extend_deadline: by how many ms. */
  readonly amount?: number;
}

/** One change of the outside world: claimed before it is made, looked up before it is made again. */
export interface EffectState {
  /** `<rebuild id>/<step or purpose>/<number>`: travels as trailer, run key or field manager's note. */
  readonly key: string;
  readonly effect: Effect;
  readonly state: 'claimed' | 'done' | 'failed';
  readonly step: StepName;
  /** The attempt of that step. By it, and not by clocks, a step knows what was done since it began. */
  readonly stepAttempt?: number;
  readonly at: number;
  readonly attempts: number;
  /** Unique for this claim: outcomes of an older one are told apart by it. */
  readonly claim: string;
  /** Not to be tried before; ms. */
  readonly retryAt?: number;
  readonly endedAt?: number;
  /** Of a scale: when it was first seen to have arrived in the cluster. */
  readonly arrivedAt?: number;
  /** What the world calls it: resourceVersion, commit. */
  readonly id?: string;
  readonly url?: string;
  readonly error?: string;
  /** A person's words for it, where a person asked: who and why. */
  readonly by?: Person;
  readonly reason?: string;
}

export type WorkloadRole = 'farmer' | 'synchronizer';

export type Effect =
  | { readonly kind: 'scale'; readonly role: WorkloadRole; readonly from: number; readonly to: number }
  /** `recover`: from the cache file of a run that broke off. */
  | { readonly kind: 'run'; readonly run: 'history' | 'rebuild' | 'write'; readonly recover?: true }
  | { readonly kind: 'propagate'; readonly frontend: string }
  | { readonly kind: 'stop_run' };

/** Somebody else changed replicas: told, and not fought. */
export interface Drift {
  readonly role: WorkloadRole;
  readonly at: number;
  readonly expected: number;
  readonly found: number;
  /** Field manager, or the author of the commit. */
  readonly who?: string;
  readonly what?: string;
  /** A person said what counts: the found number (then `wanted` was changed), or ours (scaled again). */
  readonly settled?: 'accepted' | 'restored';
}

export interface Offer {
  readonly farmers: number;
  readonly eta: number;
  /** The ETA with the present number. */
  readonly instead: number;
  readonly target: number;
  readonly at: number;
}

export interface End {
  readonly at: number;
  readonly by: Person;
  readonly reason: string;
  readonly step: StepName;
  /** Every error that was open at that moment. Plain text. */
  readonly errors: readonly string[];
}

/** A moment worth a line in the chart. */
export interface ChartMark {
  readonly at: number;
  readonly kind: 'step' | 'scale' | 'pause' | 'resume' | 'override' | 'error' | 'drift' | 'end';
  readonly says: string;
}

export interface LinkedAlert {
  readonly id: AlertId;
  readonly name: string;
  readonly at: number;
}

/** The Jira ticket and what is still to be written into it. */
export interface Ticket {
  readonly state: 'none' | 'wanted' | 'open' | 'failed';
  readonly key?: string;
  readonly url?: string;
  /** Oldest first; written one by one, each once. */
  readonly entries: readonly TicketEntry[];
  /** Number of the last entry handed out. */
  readonly count: number;
  readonly attempts: number;
  readonly retryAt?: number;
  readonly error?: string;
  /** An entry (or the ticket itself) that is perhaps written: look before writing it again. */
  readonly doubt?: { readonly n: number; readonly since: number; readonly claim: string };
}

export interface TicketEntry {
  readonly n: number;
  readonly at: number;
  readonly kind: 'change' | 'override' | 'error' | 'refusal' | 'closing';
  readonly by?: Person;
  /** Plain text, a paragraph each. */
  readonly lines: readonly string[];
}

/** The rebuild's thread: its root is the card. */
export interface Card extends MessageState {
  /** The root was deleted once and posted again; that is not done twice. */
  readonly anew?: true;
  readonly notes: readonly RebuildNote[];
  readonly noteCount: number;
  readonly error?: string;
}

export type RebuildNoteKind =
  | 'started'
  | 'step'
  | 'waiting'
  | 'error'
  | 'scaled'
  | 'offer'
  | 'drift'
  | 'pausing'
  | 'paused'
  | 'still_paused'
  | 'resumed'
  | 'override'
  | 'milestone'
  | 'stalled'
  | 'moving'
  | 'ticket'
  | 'alert'
  | 'approved'
  | 'cancelling'
  | 'ended';

/** One thing to be said in the thread. `text` is plain: views escape it. */
export interface RebuildNote {
  readonly n: number;
  readonly kind: RebuildNoteKind;
  readonly at: number;
  readonly by?: Person;
  readonly text: string;
  readonly url?: string;
  /** With a chart of progress, farmers and events. */
  readonly chart?: true;
}
