import { accessWarnings } from '../../config/checks/access-warnings.ts';
import type { Config } from '../../config/schema/schema.ts';
import { openHttp } from '../../integrations/http-client/call.ts';
import type { Log } from '../../observability/log.ts';
import { type Finding, finding } from './finding.ts';
import { type DoctorCheck, lookAtAll } from './look.ts';
import { lookAtRebuilds } from './rebuilds.ts';
import { lookAtAlertmanagers, lookAtClock, lookAtJira, lookAtSreApi } from './services.ts';
import { lookAtSlack } from './slack.ts';
import { lookAtKafka, lookAtRedis } from './stores.ts';

export interface DoctorOptions {
  /** Of each part; ms. */
  readonly deadlineMs: number;
  readonly now: () => number;
  /** Takes secrets out of every text. */
  readonly safe: (text: string) => string;
}

export type ExamineAll = (config: Config, options: DoctorOptions) => Promise<readonly Finding[]>;

/** What SDKs say besides is of no use to whoever reads the findings. */
const quiet: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/**
 * Everything outside that a config needs, looked at all at once. Nothing is changed but one key in Redis that is gone
 * after ten seconds; no connection of Socket Mode is opened, no group joined, no message, ticket or task made.
 */
export const examineAll: ExamineAll = async (config, { deadlineMs, now, safe }) => {
  await using http = openHttp({ proxyFromEnv: true });
  const { kafka, jira, alertmanagers, sre_api, rebuilds } = config;
  const deps = { http, now, log: quiet };
  const checks: readonly DoctorCheck[] = [
    { name: 'slack', look: () => lookAtSlack(config, quiet) },
    ...(kafka ? [{ name: 'kafka', look: () => lookAtKafka(kafka, quiet) }] : []),
    { name: 'redis', look: () => lookAtRedis(config, now) },
    ...(jira ? [{ name: 'jira', look: () => lookAtJira(config, deps) }] : []),
    ...(alertmanagers.length > 0
      ? [{ name: 'alertmanager', look: () => lookAtAlertmanagers(config, http) }]
      : []),
    ...(sre_api ? [{ name: 'sre api', look: () => lookAtSreApi(sre_api, http) }] : []),
    ...(rebuilds ? [{ name: 'rebuilds', look: () => lookAtRebuilds(config, rebuilds, deps) }] : []),
    { name: 'clock', look: () => lookAtClock(config, deps) },
  ];
  return [
    finding('config', 'ok', 'is valid'),
    ...accessWarnings(config).map((warning) => finding('config', 'warn', safe(warning))),
    ...(await lookAtAll(checks, deadlineMs, safe)),
  ];
};
