import type { QuietHours } from '../../core/time/quiet-hours.ts';
import { createEngine } from '../../integrations/engine/engine.ts';
import { createGitopsScales } from '../../integrations/gitops/scales.ts';
import { openHttp } from '../../integrations/http-client/call.ts';
import { createApplications } from '../../integrations/kubernetes/applications.ts';
import { openClusters } from '../../integrations/kubernetes/client/clusters.ts';
import { createClusterPort } from '../../integrations/kubernetes/doctor/examine.ts';
import { createLiveSets } from '../../integrations/kubernetes/live-sets.ts';
import { createKubernetesScales } from '../../integrations/kubernetes/scales.ts';
import type { Instance } from '../../rebuild/model/parts/instance.ts';
import { defaultPolicy, type RebuildPolicy } from '../../rebuild/model/policy.ts';
import type { ClusterPort, EnginePort, InstancesPort, ScalePort } from '../../rebuild/ports/ports.ts';
import type { AppContext } from '../shared/context.ts';
import { redacted } from '../shared/redacted.ts';
import type { Instances, RebuildsConfig } from './open-instances.ts';

/** Everything outside that a rebuild touches, Slack and Jira left out. */
export interface RebuildWorld {
  readonly cluster: ClusterPort;
  readonly engine: EnginePort;
  readonly instances: InstancesPort;
  readonly scales: (instance: Instance) => ScalePort;
}

/** Opened once a process: a change of `rebuilds:` needs a restart, its limits (`policyOf`) do not. */
export const openRebuildWorld = (
  context: AppContext,
  { config, repository, port }: Instances,
): RebuildWorld => {
  const { stack, now, log, redactor } = context;
  const safe = <T extends object>(port: T): T => redacted(port, redactor.text);
  const clusters = stack.use(openClusters(config.clusters, { timeout: config.timeout, log, now }));
  const applications = createApplications(clusters);
  const ways = {
    kubernetes: safe(createKubernetesScales(clusters)),
    gitops: safe(createGitopsScales(repository, applications, createLiveSets(clusters), { now })),
  };
  return {
    cluster: safe(createClusterPort(clusters, applications)),
    // Express nodes are many hosts, each asked little: one connection to each, for a look or an order and no longer.
    engine: safe(
      createEngine(config.engine, {
        http: stack.use(openHttp({ proxyFromEnv: true, connections: 1, idle: 500 })),
        now,
      }),
    ),
    instances: port,
    scales: ({ way }) => ways[way],
  };
};

/** The limits in force now. */
export const policyOf = (config: RebuildsConfig, hours: readonly QuietHours[]): RebuildPolicy => ({
  ...defaultPolicy,
  ...quietOf(config, hours),
  poll: config.poll,
  idlePoll: config.idle_poll,
  cardEvery: config.card_every,
  intervention: config.intervention,
  keepWork: {
    from: config.keep_work.from,
    after: config.keep_work.after,
    farmersFor: config.keep_work.farmers_for,
    ...(config.keep_work.cost !== undefined && { cost: config.keep_work.cost }),
  },
  ...(config.farmer_hour && { farmerHour: config.farmer_hour }),
  notify: config.notify,
  ...(config.runbook_url !== undefined && { runbook: config.runbook_url }),
  limit: config.limit,
  stall: config.stall,
  approvalValid: config.approval_valid,
  remind: config.remind,
  remindApproval: config.remind_approval,
  deadlines: config.deadlines,
});

const quietOf = (
  { quiet: named, critical }: RebuildsConfig,
  hours: readonly QuietHours[],
): Pick<RebuildPolicy, 'quiet' | 'critical'> => {
  const quiet = hours.find(({ name }) => name === named);
  return quiet ? { quiet, critical } : {};
};
