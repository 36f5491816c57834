import { randomUUID } from 'node:crypto';
import { type AppContext, plays, type Role } from './app/context.ts';
import { startGauges } from './app/gauges.ts';
import { openIntake } from './app/intake.ts';
import { listenToPeople } from './app/people.ts';
import { openRecords } from './app/records.ts';
import { startWorker } from './app/worker.ts';
import { openWorkspace } from './app/workspace.ts';
import type { Config } from './config/schema.ts';
import { createHttpServer } from './integrations/http/server.ts';
import { createHealth } from './observability/health.ts';
import type { Log } from './observability/log.ts';
import { createMetrics } from './observability/metrics.ts';
import type { Redactor } from './observability/redact.ts';
import { createRouteTable } from './routes/table.ts';

export interface AppOptions {
  readonly config: Config;
  readonly role: Role;
  readonly version: string;
  readonly log: Log;
  readonly redactor: Redactor;
  /** The process is beyond repair: it should end with an error. Called at most once. */
  readonly onFatal: (error: Error) => void;
}

/** A running farmhand. */
export interface App extends AsyncDisposable {
  /** Port of events, API, metrics and probes. */
  readonly port: number;
  /** Puts the reloadable parts of a new config in force. */
  apply(config: Config): void;
  /** The file on disk was refused, and the old config stays: for the metric. */
  refused(): void;
  /** Takes nothing new, lets what is under way end, and closes. Idempotent. */
  stop(): Promise<void>;
}

/** Starts the parts that the role asks for. Rejects when the config or Redis makes that impossible. */
export const startApp = async (options: AppOptions): Promise<App> => {
  const { log, redactor, role } = options;
  let config = options.config;
  let routes = createRouteTable(config);
  let failed = false;
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
    role,
    config: () => config,
    routes: () => routes,
    log,
    metrics,
    health,
    now: Date.now,
    owner: `${role}-${randomUUID().slice(0, 8)}`,
    onFatal: (error) => {
      if (failed) return;
      failed = true;
      options.onFatal(error);
    },
    stack,
  };

  const records = await openRecords(context);
  const intake = plays(context, 'intake') ? openIntake(context, records) : undefined;
  const server = createHttpServer({
    config: config.http,
    ...(intake && { ingest: intake.ingest }),
    ...(plays(context, 'api') && { queries: records.queries }),
    metrics,
    health,
    log,
    now: Date.now,
    newRequestId: randomUUID,
  });
  stack.defer(() => server.stop(3_000));
  const { port } = await server.start();
  const workspace = openWorkspace(context);
  if (plays(context, 'worker')) {
    startWorker(context, records, workspace);
    startGauges(context, records);
  }
  if (plays(context, 'slack')) listenToPeople(context, records, workspace);
  // Last in, first out: reading from Kafka is the first thing to stop.
  await intake?.consume();
  log.info({ role, port, version: options.version }, 'farmhand is running');

  const running = cleanup.move();
  const stop = async (): Promise<void> => {
    health.drain();
    await running.disposeAsync();
  };
  return {
    port,
    apply: (next) => {
      config = next;
      routes = createRouteTable(next);
      metrics.metrics.configReload.inc({ outcome: 'applied' });
      metrics.metrics.configReloadFailed.set({}, 0);
    },
    refused: () => {
      metrics.metrics.configReload.inc({ outcome: 'refused' });
      metrics.metrics.configReloadFailed.set({}, 1);
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
};
