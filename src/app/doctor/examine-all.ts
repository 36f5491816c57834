import { accessWarnings } from '../../config/checks/access-warnings.ts';
import type { Environment } from '../../config/environment.ts';
import type { Config } from '../../config/schema/schema.ts';
import { openHttp } from '../../integrations/http-client/call.ts';
import { silentLog } from '../../observability/log.ts';
import type { ProcessRole } from '../shared/run-options.ts';
import { type ClickAsked, clickSkipped, lookAtClick } from './click.ts';
import { type Finding, finding } from './finding.ts';
import { type DoctorCheck, lookAtAll } from './look.ts';
import { lookAtRebuilds } from './rebuilds.ts';
import { lookAtRegion } from './region.ts';
import { lookAtAlertmanagers, lookAtClock, lookAtJira, lookAtSreApi } from './services.ts';
import { lookAtSlack } from './slack.ts';
import { lookAtKafka, lookAtRedis } from './stores.ts';
import { lookAtTracing } from './tracing.ts';

export interface DoctorOptions {
  /** For OpenTelemetry's own variables. */
  readonly env?: Environment;
  /** What is looked at is what these need. */
  readonly roles: ReadonlySet<ProcessRole>;
  /** Absent: no click is asked for. */
  readonly click?: ClickAsked;
  /** Of each part; ms. */
  readonly deadlineMs: number;
  readonly now: () => number;
  /** Takes secrets out of every text. */
  readonly safe: (text: string) => string;
}

export type ExamineAll = (config: Config, options: DoctorOptions) => Promise<readonly Finding[]>;

/**
 * Everything outside that a config needs, looked at all at once. Nothing is changed but one key in Redis that is gone
 * after ten seconds; no connection of Socket Mode is opened, no group joined, no message, ticket or task made: but for the one
 * message of `click`, which is taken away again.
 */
export const examineAll: ExamineAll = async (config, { deadlineMs, now, safe, env = {}, click, roles }) => {
  await using http = openHttp({ proxyFromEnv: true });
  const { kafka, jira, alertmanagers, sre_api, rebuilds, region } = config;
  const [intake, worker, slack] = (['intake', 'worker', 'slack'] as const).map((role) => roles.has(role));
  // A copy of the audit and the watchdog's canary are written by who works.
  const writes = worker && (config.audit.topic !== undefined || config.watchdog !== undefined);
  const deps = { http, now, log: silentLog };
  const checks: readonly DoctorCheck[] = [
    { name: 'slack', look: () => lookAtSlack(config, { listens: slack === true, log: silentLog }) },
    ...(region
      ? [{ name: 'region', look: () => lookAtRegion(config, region, { log: silentLog, safe }) }]
      : []),
    ...(kafka && (intake || writes) ? [{ name: 'kafka', look: () => lookAtKafka(kafka, silentLog) }] : []),
    { name: 'redis', look: () => lookAtRedis(config, now) },
    ...(jira && worker ? [{ name: 'jira', look: () => lookAtJira(config, deps) }] : []),
    ...(alertmanagers.length > 0 && (worker || slack)
      ? [{ name: 'alertmanager', look: () => lookAtAlertmanagers(config, http) }]
      : []),
    ...(sre_api && worker ? [{ name: 'sre api', look: () => lookAtSreApi(sre_api, http) }] : []),
    ...(rebuilds && (intake || worker || slack)
      ? [
          {
            name: 'rebuilds',
            look: () => lookAtRebuilds(config, rebuilds, { ...deps, acts: worker || slack || false }),
          },
        ]
      : []),
    ...lookAtTracing(env, http),
    { name: 'clock', look: () => lookAtClock(config, deps) },
  ];
  const found = await lookAtAll(checks, deadlineMs, safe);
  const clicked = click
    ? await lookAtClick(config, click, { found, now, safe, log: silentLog })
    : [clickSkipped];
  return [
    finding('config', 'ok', 'is valid'),
    ...accessWarnings(config).map((warning) => finding('config', 'warn', safe(warning))),
    ...found,
    ...clicked,
  ];
};
