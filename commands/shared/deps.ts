import type { AccessPort } from '../../src/access/access.ts';
import type { RightsPort } from '../../src/access/rights.ts';
import type { SightPort } from '../../src/access/tiers.ts';
import type { Alert } from '../../src/alerts/model/alert.ts';
import type { AlertService } from '../../src/alerts/model/command.ts';
import type { RouteExplanation } from '../../src/alerts/model/routing.ts';
import type { AlertQueries } from '../../src/alerts/ports/queries.ts';
import { DeadlinePassed, withDeadline } from '../../src/core/deadline.ts';
import { StoreUnavailable } from '../../src/core/errors.ts';
import type { BlockForms } from '../../src/delivery/block-forms.ts';
import type { Log } from '../../src/observability/log.ts';
import type { FreezeService } from '../../src/rebuild/freezing/freeze-service.ts';
import type { RebuildService } from '../../src/rebuild/model/command.ts';
import type { LostName } from '../../src/rebuild/model/lost.ts';
import type { RebuildAudit } from '../../src/rebuild/ports/audit-read.ts';
import type { InstancesPort } from '../../src/rebuild/ports/ports.ts';
import type { RebuildQueries } from '../../src/rebuild/ports/store.ts';
import type { ViewContext } from '../../views/context.ts';
import type { MemberRules } from './outside.ts';
import type { People } from './people.ts';

/** What the listeners need: nothing of Slack but Bolt, nothing of Redis. */
export interface CommandDeps {
  readonly alerts: AlertService;
  /** Of all tiers: what somebody is shown is read through `readsFor`. */
  readonly queries: AlertQueries;
  /** Of which tiers somebody sees what is on record; absent: everybody sees everything. */
  readonly sight?: SightPort;
  readonly people: People;
  /** Whom farmhand listens to besides members; the rules in force now. */
  members(): MemberRules;
  /** Absent where `rebuilds` is not configured: what is asked of rebuilds is then answered with how to do so. */
  readonly rebuilds?: RebuildDeps;
  /** With the routes in force now. */
  explain(alert: Alert): RouteExplanation;
  /** A new one for every answer: it carries the time. */
  view(): ViewContext;
  /** Which form of an answer the workspace takes; absent: the classic one. */
  readonly forms?: BlockForms;
  /** Whether no process has met this within `ms`; absent: only this one remembers. */
  firstTime?(key: string, ms: number): Promise<boolean>;
  /** A click that a doctor waits for has come: false where nobody does. Absent: nobody ever does. */
  clickHeard?(nonce: string): Promise<boolean>;
  /** ms since the epoch. */
  now(): number;
  /** A short word that finds a failure in the log, said to the person it happened to. */
  newReference(): string;
  readonly log: Log;
  /** The records must answer within this, or the person is told that nothing was changed; 2,000. */
  readonly deadlineMs: number;
}

export interface RebuildDeps {
  readonly service: RebuildService;
  readonly freezes: FreezeService;
  readonly queries: RebuildQueries;
  /** Rebuilds that were in flight when records were lost, and on which nobody has decided. */
  readonly lost: () => readonly LostName[];
  readonly instances: InstancesPort;
  readonly audit: RebuildAudit;
  /** For what is only read: the commands check for themselves. */
  readonly access: AccessPort;
  /** What somebody may do, for whoever asks. */
  readonly rights: RightsPort;
  /** The instance that an alert's labels name (`rebuilds.instance_labels`); undefined when they name none. */
  instanceOf(alert: Alert): string | undefined;
  /** A look at a cluster or the deployment repository must end within this; 25,000. */
  readonly slowMs: number;
}

/** What the listeners of rebuilds need. */
export type RebuildSurface = CommandDeps & { readonly rebuilds: RebuildDeps };

/** undefined where rebuilds are not configured. */
export const rebuildSurface = (deps: CommandDeps): RebuildSurface | undefined =>
  deps.rebuilds && { ...deps, rebuilds: deps.rebuilds };

/**
 * What the records answer within `deps.deadlineMs`, or `times` that: a person is never left without an answer.
 * @throws StoreUnavailable
 */
export const fromRecords = async <T>(
  { deadlineMs }: Pick<CommandDeps, 'deadlineMs'>,
  answer: Promise<T>,
  times: number = 1,
): Promise<T> => {
  const ms = deadlineMs * times;
  try {
    return await withDeadline(ms, () => answer);
  } catch (error) {
    if (!(error instanceof DeadlinePassed)) throw error;
    throw new StoreUnavailable(`The records did not answer within ${ms} ms.`);
  }
};
