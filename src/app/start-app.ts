import { randomUUID } from 'node:crypto';
import { noInstanceLinks } from '../alerts/evolve/instance-link.ts';
import { createHttpServer } from '../http-api/server.ts';
import { openIntake } from './intake/open-intake.ts';
import { openAccess } from './open-access.ts';
import { openActions } from './open-actions.ts';
import { keepAudit, openAudit, recordRuns } from './open-audit.ts';
import { openChannels } from './open-channels.ts';
import { openContext } from './open-context.ts';
import { openSlackDoor } from './open-slack-door.ts';
import { openInstances } from './rebuilds/open-instances.ts';
import { openRebuilds } from './rebuilds/open-rebuilds.ts';
import { openRecords } from './records/open-records.ts';
import { startRecovery } from './records/recovery.ts';
import { giveHeapRoom } from './shared/heap-room.ts';
import { openWorkspace } from './shared/open-workspace.ts';
import type { StartApp } from './shared/run-options.ts';
import { startGauges } from './start-gauges.ts';
import { startHandovers } from './start-handovers.ts';
import { startJobs } from './start-jobs.ts';
import { lookForAlerts } from './start-looks.ts';
import { startNotices } from './start-notices.ts';
import { startWatchdog } from './watchdog/start-watchdog.ts';

/** Starts the parts that the roles ask for. Rejects when the config or Redis makes that impossible. */
export const startApp: StartApp = async (options) => {
  const { roles } = options;
  await using cleanup = new AsyncDisposableStack();
  const stack = cleanup.use(new AsyncDisposableStack());
  const { context, reload, stop } = await openContext(options, stack);
  const { config, metrics, health, log, now } = context;

  const records = openRecords(context);
  const audit = openAudit(context, records);
  const workspace = openWorkspace(context, records);
  // Who takes alerts in links them to instances; only who works or listens to people knows clusters.
  const acts = roles.has('worker') || roles.has('slack');
  const instances = acts || roles.has('intake') ? openInstances(context, records) : undefined;
  const access = openAccess(context, workspace, instances?.port);
  const rebuilds =
    acts && instances ? openRebuilds(context, { records, audit, workspace, access, instances }) : undefined;
  const links = instances?.links ?? (() => noInstanceLinks);
  const intake = roles.has('intake') ? openIntake(context, records, links) : undefined;
  if (intake) stack.use(giveHeapRoom());
  const door = roles.has('slack') ? openSlackDoor(context, records, audit) : undefined;
  const server = createHttpServer({
    config: config().http,
    clusterHeader: config().clusters.header,
    tiers: () => config().tiers,
    ...(intake && { ingest: intake.ingest, onAnswer: intake.onAnswer, waitMs: intake.waitMs }),
    ...(roles.has('api') && {
      queries: records.queries,
      rebuilds: records.rebuildQueries,
      audit: { chain: records.audit, log: audit, now },
    }),
    ...(door && { slack: door.inbox }),
    ...{ metrics, health, log, now, safe: context.redactor.known },
    newRequestId: randomUUID,
  });
  stack.defer(() => server.stop(3_000));

  // Before anything is waited for: probes answer whatever Redis does.
  const { port } = await server.start();
  await records.ready();
  instances?.follow();
  recordRuns(context, audit);
  if (roles.has('worker')) {
    startRecovery(context, records, workspace);
    await keepAudit(context, records, audit, links);
    startJobs(context, records, {
      channels: openChannels(context, records, workspace),
      actions: openActions(context, { records, audit, workspace }, rebuilds?.proposals),
      rebuilds: rebuilds?.passes(),
      freezes: rebuilds?.surface.freezes,
    });
    lookForAlerts(context, records, links);
    startGauges(context, records);
    startWatchdog(context, records, workspace);
    startHandovers(context, records, workspace, rebuilds?.surface.lost);
    startNotices(context, records, workspace);
  }
  if (roles.has('slack')) {
    // With it comes Bolt, which nobody else needs.
    const { listenToPeople } = await import('./start-listening.ts');
    listenToPeople(context, { records, audit, workspace, access, rebuilds, receiver: door?.receiver });
  }
  // Last in, first out: reading from Kafka is the first thing to stop.
  intake?.consume().catch(options.fail);
  intake?.archive();
  log.info({ port }, 'farmhand is running');

  const running = cleanup.move();
  return {
    reload,
    [Symbol.asyncDispose]: async () => {
      stop();
      await running.disposeAsync();
    },
  };
};
