import { randomUUID } from 'node:crypto';
import type { AuditStamp } from '../audit/chain/entry-text.ts';
import type { Config } from '../config/schema/schema.ts';
import { everyMs, watchConfig } from '../config/watch.ts';
import { openHttp } from '../integrations/http-client/call.ts';
import { createHealth } from '../observability/health.ts';
import { createMetrics } from '../observability/metrics.ts';
import type { After } from '../reconcile/work.ts';
import { createRouteTable } from '../routes/table.ts';
import type { AppContext } from './shared/context.ts';
import type { StartOptions } from './shared/run-options.ts';
import { softwareOf } from './shared/software.ts';
import { logWithTrace, openTracing } from './tracing/open-tracing.ts';

export interface OpenContext {
  readonly context: AppContext;
  /** Looks at the config file now. */
  reload(): void;
  /** Says to all parts that no round of work begins any more. */
  stop(): void;
}

/** What all parts share, released with `stack`: the config in force, metrics, health, the clock. */
export const openContext = async (
  options: StartOptions,
  stack: AsyncDisposableStack,
): Promise<OpenContext> => {
  const { redactor, version, env = {} } = options;
  let config = options.config;
  let routes = createRouteTable(config);
  let stopping = false;
  let claims = 0;
  const told: Parameters<AppContext['onConfig']>[0][] = [];
  const stampOf = (present: Config): AuditStamp => ({
    software: softwareOf(options.version, present),
    safe: redactor.text,
  });
  let stamp = stampOf(config);
  const owner = randomUUID().slice(0, 8);
  const metrics = createMetrics({ processMetrics: true });
  // First, so that what is told while all else stops is sent, too.
  const tracer = await openTracing({
    ...{ env, version, instance: owner, log: options.log, redactor, stack },
    metrics: metrics.metrics,
  });
  const log = logWithTrace(options.log, tracer);
  const health = createHealth({
    now: () => performance.now(),
    conditions: ['config', 'listener'],
    safe: redactor.text,
    onReport: (name, state) => metrics.metrics.dependencyUp.set({ dependency: name }, state === 'up' ? 1 : 0),
  });
  health.met('config');
  metrics.metrics.configReloadFailed.set({}, 0);
  metrics.metrics.buildInfo.set({ version: options.version, node: process.version }, 1);
  stack.defer(() => health[Symbol.dispose]());
  const watch = stack.use(
    watchConfig({
      ...options.configFile,
      config,
      every: everyMs(5_000),
      onReload: (reload) => {
        const from = stamp.software.config;
        config = reload.config;
        stamp = stampOf(config);
        routes = createRouteTable(config);
        metrics.metrics.configReload.inc({ outcome: 'applied' });
        metrics.metrics.configReloadFailed.set({}, 0);
        const { applied, needsRestart } = reload;
        log.info(
          { applied, needs_restart: needsRestart, routes: routes.revision },
          'The config was reloaded',
        );
        for (const tell of told) tell({ from, to: stamp.software.config, applied, needsRestart });
      },
      onRefused: (problems) => {
        metrics.metrics.configReload.inc({ outcome: 'refused' });
        metrics.metrics.configReloadFailed.set({}, 1);
        log.error({ problems }, 'The new config is refused; the old one stays in force');
      },
    }),
  );
  return {
    context: {
      ...{ log, redactor, metrics, tracer, health, owner, stack, after },
      config: () => config,
      routes: () => routes,
      stamp: () => stamp,
      onConfig: (tell) => {
        told.push(tell);
      },
      roles: options.roles,
      now: Date.now,
      stopping: () => stopping,
      newClaim: () => `${owner}.${++claims}`,
      http: stack.use(openHttp({ proxyFromEnv: true })),
      onFatal: options.fail,
      signal: options.signal,
    },
    reload: () => watch.look(true),
    stop: () => {
      stopping = true;
      health.drain();
    },
  };
};

const after: After = (ms, run) => {
  const timer = setTimeout(run, ms).unref();
  return () => clearTimeout(timer);
};
