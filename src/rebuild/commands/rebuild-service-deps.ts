import {
  type AccessPlace,
  type AccessPort,
  type AccessVerdict,
  actingAs,
  placeName,
} from '../../access/access.ts';
import type { RebuildVerb } from '../../access/verbs.ts';
import type { AuditPort } from '../../audit/chain/ports.ts';
import type { Person } from '../../core/person.ts';
import type { TraceContext } from '../../core/tracing/context.ts';
import type { WhoMay } from '../approvers/message.ts';
import { auditOfDenial } from '../audit/audit-of-command.ts';
import { type ServiceDenial, serviceDenialWords } from '../messages/commands/service-denials.ts';
import { problemWords, type RebuildProblem } from '../messages/planning/problems.ts';
import type { CommandRefusal, Refused } from '../model/command.ts';
import type { LostRebuilds } from '../model/lost.ts';
import type { Instance } from '../model/parts/instance.ts';
import type { Controls } from '../model/rules/rules.ts';
import type { PlanSettings } from '../planning/plan.ts';
import type { FreezeStore } from '../ports/freeze-store.ts';
import type { ClusterPort, EnginePort, InstancesPort, ScalePort } from '../ports/ports.ts';
import type { RebuildQueries, RebuildStore, RebuildsInFlight, TierLimit } from '../ports/store.ts';

/** What the rebuild service is made of, and what its parts check in common. */
export interface RebuildServiceDeps {
  readonly store: RebuildStore;
  readonly queries: RebuildQueries & RebuildsInFlight;
  readonly instances: InstancesPort;
  readonly cluster: ClusterPort;
  readonly engine: EnginePort;
  readonly access: AccessPort;
  /** What no record's write carries: denials, and what is said of a rebuild that has no record. */
  readonly audit: Pick<AuditPort, 'record'>;
  /** Absent: it is not said. */
  readonly whoMay?: WhoMay;
  /** How clusters are changed: only what a branch says is read here. */
  readonly scales?: (instance: Instance) => ScalePort;
  /** What people have frozen. Absent: nobody can. */
  readonly freezes?: FreezeStore;
  /** Rebuilds that were in flight when records were lost. */
  readonly lost?: LostRebuilds;
  /** Why nothing may be started just now, though it could be when it was asked for; undefined while it may. */
  readonly held?: () => string | undefined;
  readonly settings: () => RebuildServiceSettings;
  readonly now: () => number;
  /** Unguessable: what a confirm button carries. */
  readonly newDraftId: () => string;
  /** SHA-256, hex. */
  readonly hash: (text: string) => string;
  /** What a draft or a rebuild that is made now belongs to. Absent: tracing is off. */
  readonly trace?: (() => TraceContext | undefined) | undefined;
}

/** The tier of an instance. */
export interface InstanceTier {
  readonly name: string;
  readonly has: (instance: string) => boolean;
  /** How many of its rebuilds may be in flight. Absent: as many as there may be at all. */
  readonly limit?: TierLimit;
}

export interface RebuildServiceSettings {
  readonly channel: string;
  readonly inFlight: number;
  readonly ticket: boolean;
  readonly targetMs?: number;
  /** What is demanded of a change-request number, where anything is. */
  readonly changeRule?: PlanSettings['changeRule'];
  /** ms. */
  readonly remind: number;
  /** How long an approval counts before anything is begun; default: 15 minutes. ms */
  readonly approvalValid?: number;
  /** Whose an instance is, where tiers share farmhand. Absent: there are none. */
  readonly tierOf?: (instance: string) => InstanceTier | undefined;
  /** What `policy:` asks of an instance by the config of now. Absent: nothing. */
  readonly controls?: (instance: Instance) => Controls;
  /** Who may break the glass for an instance, as people are told. */
  readonly breakers?: (instance: Instance) => readonly string[];
  /** farmhand’s own Slack user, where it is known: no person. */
  readonly bot?: string;
}

/** A plan is confirmed within this, or made again; ms. */
export const draftValidMs = 15 * 60_000;

/** What a person reads of a denial. */
export const deniedFor = (code: CommandRefusal, why: ServiceDenial): Refused => ({
  ok: false,
  code,
  says: serviceDenialWords(why),
});

/** Whether somebody may, and by which role; `by` as they go on record. */
export type Permit = { readonly ok: true; readonly verdict: AccessVerdict; readonly by: Person } | Refused;

/** Allowed when one of the verbs is. A denial is on record before it is answered. @throws StoreUnavailable */
export const permitted = async (
  { access, audit, now }: RebuildServiceDeps,
  by: Person,
  verbs: readonly [RebuildVerb, ...RebuildVerb[]],
  place: AccessPlace,
): Promise<Permit> => {
  let denied: AccessVerdict | undefined;
  for (const verb of verbs) {
    const verdict = await access.check(by, verb, place);
    if (verdict.allowed) return { ok: true, verdict, by: actingAs(by, verdict) };
    denied ??= verdict;
  }
  const why = denied && !denied.allowed ? denied.says : '';
  if (denied) await audit.record([auditOfDenial(placeName(place), verbs[0], by, denied, now())]);
  return deniedFor('not_allowed', { code: 'no_role', why });
};

export type FoundInstance = Extract<Awaited<ReturnType<InstancesPort['get']>>, { ok: true }>;

/** Why an instance cannot be worked with. */
export const noInstance = (
  instance: string,
  found: Extract<Awaited<ReturnType<InstancesPort['get']>>, { ok: false }>,
): readonly RebuildProblem[] => {
  switch (found.kind) {
    case 'unknown':
      return [{ code: 'unknown_instance', instance, near: found.near }, { code: 'not_changed' }];
    case 'invalid':
      return [
        { code: 'bad_values', instance },
        ...found.problems.map((problem) => ({ code: 'bad_value', ...problem }) as const),
      ];
    case 'unavailable':
      return [{ code: 'repository_away', error: found.error }, { code: 'try_again' }];
    default:
      return found satisfies never;
  }
};

const refusalOf = { unknown: 'not_found', invalid: 'invalid', unavailable: 'unavailable' } as const;

export const findInstance = async (
  { instances }: Pick<RebuildServiceDeps, 'instances'>,
  name: string,
): Promise<FoundInstance | Refused> => {
  const found = await instances.get(name);
  if (found.ok) return found;
  return { ok: false, code: refusalOf[found.kind], says: noInstance(name, found).map(problemWords) };
};
