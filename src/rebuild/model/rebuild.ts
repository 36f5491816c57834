import type { AlertId } from '../../alerts/model/alert.ts';
import type { Person } from '../../core/person.ts';
import type { TraceContext } from '../../core/tracing/context.ts';
import type { ApproverMessage, Approvers } from '../approvers/message.ts';
import type { EffectState } from './parts/effect-state.ts';
import type { FrozenSince } from './parts/frozen.ts';
import type { Glass, ReviewAwaited } from './parts/glass.ts';
import type { Approval, AskedChange } from './parts/grant.ts';
import type { NearEnd, Rest } from './parts/kept.ts';
import type { Asking, Awaited, Override, Pause, Refusals } from './parts/orders.ts';
import type { Plan } from './parts/plan.ts';
import type { Frontend, Offer, Progress } from './parts/progress.ts';
import type { Step } from './parts/step.ts';
import type { Card, ChartMark, LinkedAlert, Ticket } from './parts/told.ts';
import type { Drift, Farmers, Synchronizer } from './parts/workloads.ts';
import type { RebuildId } from './rebuild-id.ts';
import type { Controls } from './rules/rules.ts';
import type { StepName } from './steps.ts';

/**
 * `running` also while paused or waiting. `cancelling` and `failing` tear down from anywhere; the three others are
 * the end: nothing is changed any more.
 */
export type Phase = 'running' | 'cancelling' | 'failing' | 'released' | 'cancelled' | 'failed';

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
  /** Of what asked for it, an alert or a person: what is made of it belongs to this trace. */
  readonly trace?: TraceContext;
  /** The draft that was confirmed: a second click on it starts nothing. */
  readonly draft?: string;
  readonly phase: Phase;
  /** All ten, in order. */
  readonly steps: readonly Step[];
  readonly farmers: Farmers;
  readonly synchronizer: Synchronizer;
  readonly progress?: Progress;
  /** How far the rebuild came before it was begun again, in percent: what there is to lose. */
  readonly reached?: number;
  readonly frontends: readonly Frontend[];
  readonly pause?: Pause;
  /** Time spent paused so far, the present pause left out; does not count towards any limit. ms */
  readonly pausedMs: number;
  /** Its farmers were taken down because nobody answered; the question stays. */
  readonly rest?: Rest;
  /** Time spent so in all, the present rest left out; does not count towards any limit. ms */
  readonly restedMs?: number;
  /** People have frozen it: nothing is begun for it. */
  readonly frozen?: FrozenSince;
  /** Time spent so in all, the present freeze left out; does not count towards any limit. ms */
  readonly frozenMs?: number;
  /** Who was told of the open question. */
  readonly asking?: Asking;
  /** The last share of its limit that was told, and when the limit ends it as things were then. */
  readonly nearEnd?: NearEnd;
  readonly overrides: readonly Override[];
  readonly approval?: Approval;
  /** What `policy:` asks of it, where that has become stricter since its plan was made. */
  readonly controls?: Controls;
  /** Every time that the glass was broken for it, oldest first. */
  readonly glass?: readonly Glass[];
  /** Who was asked to review what was done under one, and reminded; absent once all are reviewed. */
  readonly unreviewed?: ReviewAwaited;
  /** Whoever had the plan made, where somebody else confirmed it. */
  readonly plannedBy?: Person;
  /** When the plan was last found to be true; default: `at`. ms */
  readonly plannedAt?: number;
  /** The plan is to be made again before anybody approves it. */
  readonly planDue?: true;
  /** Stands in for the person who asked, where none did (a route): whom and for what (`Pending.hash`). */
  readonly confirmed?: { readonly by: Person; readonly at: number; readonly hash: string };
  /** Everybody who scaled it, had it go on after a loss, or asked for more and got it: they approve nothing of it. */
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
  /** Since when that waits, and when people are reminded of it. */
  readonly awaited?: Awaited;
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

export interface End {
  readonly at: number;
  readonly by: Person;
  readonly reason: string;
  readonly step: StepName;
  /** Every error that was open at that moment. Plain text. */
  readonly errors: readonly string[];
}
