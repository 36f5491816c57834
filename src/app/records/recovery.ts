import { setTimeout as sleep } from 'node:timers/promises';
import { givenUpCard, recoveryNotice, unknownRoot } from '../../../views/messages/recovery.ts';
import type { LaneRecovery } from '../../alerts/channel/channel-controller.ts';
import { messageOf } from '../../core/errors.ts';
import { createRecoverySlack } from '../../integrations/slack/recovery.ts';
import { holds, type LostRebuilds } from '../../rebuild/model/lost.ts';
import type { RebuildId } from '../../rebuild/model/rebuild-id.ts';
import { underLease } from '../../reconcile/lease.ts';
import { startRounds } from '../../reconcile/resync.ts';
import { adoptRoots } from '../../recovery/adopt.ts';
import type { RecoverySlack } from '../../recovery/ports.ts';
import { isDone, mayReturn } from '../../recovery/recovery.ts';
import { type RecoveryDeps, runRecovery } from '../../recovery/run.ts';
import type { Watch } from '../../recovery/watch.ts';
import type { AppContext } from '../shared/context.ts';
import type { Workspace } from '../shared/open-workspace.ts';
import type { Records } from './open-records.ts';
import { windowOf } from './open-watch.ts';

/** How often the store is looked at; ms. */
const every = 1_000;

/** What the lanes ask of the recovery. */
export const laneRecovery = (context: AppContext, { watch, recovery, alerts }: Records): LaneRecovery => ({
  state: () => {
    if (!watch.trusted()) return 'held';
    const under = watch.recovery();
    if (!under) return 'none';
    if (isDone(under)) return mayReturn(under, context.now()) ? 'adopt' : 'none';
    return under.phase === 'reading' ? 'held' : 'adopt';
  },
  adopt: (ids) =>
    adoptRoots(
      {
        alerts,
        store: recovery,
        refireWindow: () => context.config().alerts.refire_window,
        now: context.now,
        onAdopted: () => context.metrics.metrics.rootsAdopted.inc({}),
      },
      ids,
    ),
});

/** Records may be missing, and nothing may be done on the strength of them. */
export const isHeld = (watch: Watch): boolean => !watch.trusted() || watch.recovery()?.phase === 'reading';

/** Why nothing may be changed in clusters, for people; undefined while it may. */
export const whyHeld = (watch: Watch): string | undefined => {
  const under = watch.recovery();
  const closed = watch.closed();
  if (closed !== undefined) return closed;
  if (!watch.trusted()) return 'farmhand is looking whether its records are whole.';
  if (!under || under.phase === 'over') return undefined;
  return under.sure
    ? 'farmhand has lost its records and recovers; until it is known which rebuilds are in flight, nothing is changed in clusters.'
    : 'farmhand has just started, and is looking whether its records are whole.';
};

/** The record of this rebuild is gone or behind, and nobody has decided on it. */
export const isLost = (watch: Watch, id: RebuildId): boolean =>
  watch.rebuilds().some((lost) => lost.id === id && holds(lost));

/** A loss is named as the likely cause of what is up for so long; ms. */
const namedFor = 30 * 86_400_000;

/** Rebuilds that were in flight when records were lost, for those who decide on them. */
export const openLostRebuilds = (
  context: AppContext,
  { watch, recovery }: Records,
  workspace: Workspace,
): LostRebuilds => {
  const { metrics, now } = context;
  const slack = recoverySlack(context, workspace);
  return {
    names: watch.rebuilds,
    get: recovery.lostRebuild,
    forget: recovery.forgetRebuild,
    giveUp: slack.giveUp,
    decided: async (outcome) => {
      metrics.metrics.lostRebuildsDecided.inc({ outcome });
      // It is decided all the same: the next look tells.
      await watch.lookAgain().catch(() => undefined);
    },
    since: () => {
      const under = watch.recovery();
      return under?.sure && now() - under.since < namedFor ? under.since : undefined;
    },
  };
};

const recoverySlack = (context: AppContext, workspace: Workspace): RecoverySlack =>
  createRecoverySlack({
    ...workspace.posts,
    views: {
      notice: (facts) =>
        recoveryNotice(facts, { ...workspace.view(), region: context.config().region?.name }),
      unknown: unknownRoot,
      givenUp: givenUpCard,
    },
  });

/** Works on a recovery while there is one: of all processes, the one with the lease. */
export const startRecovery = (context: AppContext, records: Records, workspace: Workspace): void => {
  const { stack, log, metrics, config, now } = context;
  const { watch, recovery: store } = records;
  let lastLost = 0;
  const deps: RecoveryDeps = {
    store,
    alerts: { ...records.alerts, byThread: records.queries.byThread },
    rebuilds: { ...records.rebuilds, ...records.rebuildQueries },
    slack: recoverySlack(context, workspace),
    noticeChannel: () => config().slack.default_channel,
    window: () => windowOf(config()),
    settleAfter: () => config().alerts.recovery.settle_after,
    now,
    sleep: (ms) => sleep(ms),
    stopping: context.stopping,
    refresh: watch.lookAgain,
    onStep: ({ do: step }, recovery) => {
      if (step === 'confirm') metrics.metrics.recoveries.inc({ reason: recovery.why });
      if (step === 'check')
        log.info({ cards: recovery.cards }, 'Records of rebuilds were held against their cards');
      else if (step === 'read')
        log.info({ channels: recovery.channels }, 'A channel was read for lost threads');
      else if (step === 'confirm')
        log.error({ recovery }, 'Records are gone; farmhand recovers what Slack still shows');
      else if (step === 'dismiss') log.info({}, 'Nothing is missing from the records');
      else log.warn({ step, recovery }, 'The recovery of lost records goes on');
    },
    onTrouble: (what, error) => log.warn({ what, error }, 'The recovery of lost records was held up'),
  };
  const lease = {
    ...{ leases: records.leases, owner: context.owner, running: records.running, now, after: context.after },
    // It reads whole channels, as fast as Slack lets it.
    atMost: Number.POSITIVE_INFINITY,
    onStuck: () => {},
  };
  const turn = async (): Promise<void> => {
    const [epoch, under] = [watch.epoch(), watch.recovery()];
    metrics.metrics.lostRoots.set({}, under && !isDone(under) ? await store.lostCount() : 0);
    const lost = watch.rebuilds().filter(holds).length;
    // Whatever is decided on a lost rebuild is told in the notice, however long ago that was.
    const told = !under || (isDone(under) && lost === lastLost);
    lastLost = lost;
    if (!watch.trusted() || epoch === undefined || told) return;
    await underLease(lease, 'recovery', '', async () => {
      await runRecovery(deps, epoch, under);
      await watch.look();
      return undefined;
    });
  };
  const stop = startRounds({
    after: context.after,
    every,
    first: 0,
    round: turn,
    onError: (error) => log.debug({ error: messageOf(error) }, 'No turn of the recovery'),
  });
  stack.defer(stop);
};
