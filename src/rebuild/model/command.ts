import type { AlertId } from '../../alerts/model/alert.ts';
import type { Person } from '../../core/person.ts';
import type { TraceContext } from '../../core/tracing/context.ts';
import type { MayApprove } from '../approvers/message.ts';
import type { Adoption } from './lost.ts';
import type { Verdict } from './parts/glass.ts';
import type { OverrideOrder, ScaleOrder } from './parts/orders.ts';
import type { Plan } from './parts/plan.ts';
import type { Rebuild } from './rebuild.ts';
import type { RebuildId } from './rebuild-id.ts';

/** What a person asks of a rebuild in flight. `reason` is plain text, trimmed, at most 500 characters. */
export type RebuildCommand =
  | ScaleOrder
  | { readonly verb: 'pause'; readonly reason: string }
  | { readonly verb: 'resume'; readonly reason?: string }
  | ({ readonly verb: 'cancel'; readonly reason: string } & Typed)
  /** The step that failed or waits, once more. */
  | { readonly verb: 'retry'; readonly reason?: string }
  /** `hash`: of what was shown (its beginning will do). Without it, of what is asked for at that moment. */
  | { readonly verb: 'approve'; readonly hash?: string }
  /** What they asked for themselves and nobody has approved yet. Needs no role. */
  | { readonly verb: 'withdraw'; readonly reason?: string }
  /** Their own approval, for as long as nothing was begun on it. Needs no role. */
  | { readonly verb: 'revoke'; readonly reason?: string }
  | (OverrideOrder & Typed)
  /** For a while approvals, freeze windows and limits do not bar this person. */
  | { readonly verb: 'break_glass'; readonly reason: string }
  /** Another person has looked at what was done under a broken glass, and says what they found. */
  | { readonly verb: 'review'; readonly says: string; readonly verdict?: Verdict };

/** Typed by whoever asked, where policy demands it of what destroys: the name of the instance. */
interface Typed {
  readonly typed?: string;
}

export type CommandVerb = RebuildCommand['verb'];

export const refusals = [
  'not_allowed',
  'not_found',
  'no_rebuild',
  'ambiguous',
  'busy',
  'limit',
  'stale_plan',
  /** What was shown is not what is asked for any more. */
  'stale_approval',
  'invalid',
  /** The state of the rebuild does not allow it; the sentence says what would work. */
  'not_now',
  'not_configured',
  'unavailable',
] as const;
export type CommandRefusal = (typeof refusals)[number];

export type Refused = {
  readonly ok: false;
  readonly code: CommandRefusal;
  /** Every reason, each a sentence that says what was not changed and what to do. Plain text. */
  readonly says: readonly string[];
  readonly rebuild?: Rebuild;
};

export type CommandResult =
  /**
   * `changed` is false when it was already so. `says`: what happens now. `held`: it was only written down, and waits
   * for the approval of another person.
   */
  | {
      readonly ok: true;
      readonly changed: boolean;
      readonly held?: true;
      readonly says: string;
      readonly rebuild: Rebuild;
      /** Who could approve what is held, whoever asked left out. */
      readonly approvers?: MayApprove;
    }
  | Refused;

export interface StartRequest {
  /** Under a broken glass: freeze windows, limits and approvals do not bar it, for a while. */
  readonly glass?: true;
  readonly instance: string;
  readonly forced: boolean;
  readonly farmers?: number;
  readonly reason?: string;
  /** Number of the change request that it is done under. */
  readonly change?: string;
  readonly alert?: AlertId;
  /** Where the person is, so that the answer can link the thread. */
  readonly channel?: string;
}

/** A plan that waits for its confirmation. */
export interface PlanDraft {
  /** What the confirm button carries. */
  readonly id: string;
  readonly plan: Plan;
  readonly request: StartRequest;
  readonly by: Person;
  readonly at: number;
  /** Confirmed after this it is made again and shown again; it is known for a day longer (`draftKeptMs`). */
  readonly validUntil: number;
  /** Who could approve it, where it needs that; whoever asked left out. */
  readonly approvers?: MayApprove;
  /** It starts nothing: it goes on with a rebuild that was in flight when records were lost. `plan` is that one's. */
  readonly adopts?: Adoption;
  /** What asked for it: the rebuild belongs to the same trace. */
  readonly trace?: TraceContext;
}

/** How long a draft that is no longer valid is still known, so that a late click gets a new plan; ms. */
export const draftKeptMs = 24 * 3_600_000;

export type PlanResult = { readonly ok: true; readonly draft: PlanDraft } | Refused;

export type StartResult =
  /** `already`: this very plan was confirmed before. */
  | { readonly ok: true; readonly rebuild: Rebuild; readonly already: boolean }
  /** The world has changed since the plan was made: nothing was started, and this is the plan of now. */
  | {
      readonly ok: false;
      readonly code: 'stale_plan';
      readonly says: readonly string[];
      readonly draft: PlanDraft;
    }
  | Refused;

export type GivenUp =
  /** `rebuild`: its record, where one could be written. */
  { readonly ok: true; readonly says: readonly string[]; readonly rebuild?: Rebuild } | Refused;

export interface RebuildService {
  /** Looks at the cluster and the values, touches nothing. A draft is kept for 15 minutes. */
  plan(request: StartRequest, by: Person): Promise<PlanResult>;
  /** Confirms a draft: makes the plan once more, and starts only if it is the same. */
  start(draftId: string, by: Person): Promise<StartResult>;
  /** Writes the intent; the controller does the rest. Refusals are on the rebuild's journal as well. */
  apply(id: RebuildId, command: RebuildCommand, by: Person): Promise<CommandResult>;
  /**
   * A person says that a rebuild whose record was lost is over: its case is closed, and nothing is changed in the
   * cluster. `target`: the instance, or the rebuild's id.
   */
  giveUp(target: string, by: Person, why: string): Promise<GivenUp>;
  /** Finds what is wrong with an instance's cluster settings; touches nothing. */
  doctor(instance: string, by: Person): Promise<DoctorResult>;
}

export interface DoctorFinding {
  readonly level: 'ok' | 'warning' | 'problem' | 'unknown';
  /** `readiness_trap`, `pod_management`, `probes`, `disruption_budget`, `argocd_self_heal`, `quota`, `rights` … */
  readonly check: string;
  readonly says: string;
  /** What to change, where there is something to change. */
  readonly fix?: string;
}

export type DoctorResult =
  | { readonly ok: true; readonly instance: string; readonly findings: readonly DoctorFinding[] }
  | Refused;
