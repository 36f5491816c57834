import { randomUUID } from 'node:crypto';
import { noInstanceLinks } from '../alerts/evolve/instance-link.ts';
import { everyMs, watchConfig } from '../config/watch.ts';
import { createHttpServer } from '../http-api/server.ts';
import { createHealth } from '../observability/health.ts';
import { createMetrics } from '../observability/metrics.ts';
import type { After } from '../reconcile/work.ts';
import { createRouteTable } from '../routes/table.ts';
import { openAccess } from './access.ts';
import type { AppContext } from './context.ts';
import { startGauges } from './gauges.ts';
import { openIntake } from './intake/intake.ts';
import { lookForAlerts } from './looks.ts';
import { listenToPeople } from './people.ts';
import { openRebuilds } from './rebuilds/rebuilds.ts';
import { openRecords } from './records/records.ts';
import { startRecovery } from './records/recovery.ts';
import type { StartApp } from './run-options.ts';
import { startWorker } from './worker.ts';
import { openWorkspace } from './workspace.ts';

const after: After = (ms, run) => {
  const timer = setTimeout(run, ms).unref();
  return () => clearTimeout(timer);
};

/** Starts the parts that the roles ask for. Rejects when the config or Redis makes that impossible. */
export const startApp: StartApp = async (options) => {
  const { log, redactor, roles } = options;
  let config = options.config;
  let routes = createRouteTable(config);
  const metrics = createMetrics({ processMetrics: true });
  const health = createHealth({
    now: () => performance.now(),
    conditions: ['config', 'listener'],
    safe: redactor.text,
    onReport: (name, state) => metrics.metrics.dependencyUp.set({ dependency: name }, state === 'up' ? 1 : 0),
  });
  health.met('config');
  metrics.metrics.buildInfo.set({ version: options.version, node: process.version }, 1);
  await using cleanup = new AsyncDisposableStack();
  const stack = cleanup.use(new AsyncDisposableStack());
  stack.defer(() => health[Symbol.dispose]());
  const context: AppContext = {
    roles,
    config: () => config,
    routes: () => routes,
    log,
    redactor,
    metrics,
    health,
    now: Date.now,
    after,
    owner: randomUUID().slice(0, 8),
    onFatal: options.fail,
    signal: options.signal,
    stack,
  };

  const watch = stack.use(
    watchConfig({
      ...options.configFile,
      config,
      every: everyMs(5_000),
      onReload: (reload) => {
        config = reload.config;
        routes = createRouteTable(config);
        metrics.metrics.configReload.inc({ outcome: 'applied' });
        metrics.metrics.configReloadFailed.set({}, 0);
        const { applied, needsRestart } = reload;
        log.info(
          { applied, needs_restart: needsRestart, routes: routes.revision },
          'The config was reloaded',
        );
      },
      onRefused: (problems) => {
        metrics.metrics.configReload.inc({ outcome: 'refused' });
        metrics.metrics.configReloadFailed.set({}, 1);
        log.error({ problems }, 'The new config is refused; the old one stays in force');
      },
    }),
  );

  const records = openRecords(context);
  const workspace = openWorkspace(context);
  const access = openAccess(context, workspace);
  const rebuilds = openRebuilds(context, records, workspace, access);
  const links = rebuilds?.links ?? (() => noInstanceLinks);
  const intake = roles.has('intake') ? openIntake(context, records, links) : undefined;
  const server = createHttpServer({
    config: config.http,
    clusterHeader: config.clusters.header,
    ...(intake && { ingest: intake.ingest, onAnswer: intake.onAnswer }),
    ...(roles.has('api') && { queries: records.queries }),
    metrics,
    health,
    log,
    now: Date.now,
    newRequestId: randomUUID,
  });
  stack.defer(() => server.stop(3_000));
  // Before anything is waited for: probes answer whatever Redis does.
  const { port } = await server.start();
  await records.ready();
  rebuilds?.follow();
  if (roles.has('worker')) {
    startRecovery(context, records, workspace);
    startWorker(context, records, workspace, rebuilds);
    lookForAlerts(context, records, links);
    startGauges(context, records);
  }
  if (roles.has('slack')) listenToPeople(context, { records, workspace, access, rebuilds });
  // Last in, first out: reading from Kafka is the first thing to stop.
  intake?.consume().catch(options.fail);
  log.info({ port }, 'farmhand is running');

  const running = cleanup.move();
  return {
    reload: () => watch.look(true),
    [Symbol.asyncDispose]: async () => {
      health.drain();
      await running.disposeAsync();
    },
  };
};
