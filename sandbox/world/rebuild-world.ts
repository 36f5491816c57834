import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startArgo } from '../argocd/start.ts';
import { startCluster } from '../cluster/start.ts';
import type { SimTimings } from '../engine/contract.ts';
import { startEngine } from '../engine/start.ts';
import { argoNamespace, sandboxInstances, setsOf } from '../repository/instances.ts';
import { repositoryMissing, startRepository } from '../repository/start.ts';

export interface RebuildWorldOptions {
  readonly timings?: Partial<SimTimings>;
  /** 2: the engine and the pods take half as long. */
  readonly timeScale?: number;
  /** From scheduled to ready; ms. Default 2,000. */
  readonly bootMs?: number;
  /** More settings of the section `rebuilds`. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

const adminToken = 'sandbox-admin-token';

/** What rebuilds run on: a simulated cluster and engine, a GitHub of this machine, and a small Argo CD. */
export const startRebuildWorld = async (
  dir: string,
  options: RebuildWorldOptions,
  say: (line: string) => void,
) => {
  const missing = repositoryMissing();
  if (missing !== undefined) throw new Error(missing);
  await using starting = new AsyncDisposableStack();
  const scale = options.timeScale ?? 1;
  const cluster = starting.use(await startCluster());
  say(`Cluster (simulated)   ${cluster.url}`);
  const engine = starting.use(
    await startEngine({
      cluster: cluster.view,
      killPod: cluster.control.killPod,
      token: adminToken,
      timeScale: scale,
      ownHistory: true,
      ...(options.timings && { timings: options.timings }),
    }),
  );
  for (const instance of sandboxInstances) {
    const { name, namespace, frontends } = instance;
    const sets = setsOf(name);
    const boot = Math.round((options.bootMs ?? 2_000) / scale);
    const set = {
      namespace,
      replicas: 0,
      bootMs: boot,
      stopMs: Math.round(boot / 4),
      disruptionBudget: true,
    } as const;
    cluster.control.createSet({ ...set, name: sets.farmers, service: sets.farmers });
    cluster.control.createSet({
      ...set,
      name: sets.synchronizer,
      service: sets.service,
      publishNotReadyAddresses: true,
    });
    engine.addInstance({
      name,
      namespace,
      farmerSet: sets.farmers,
      synchronizerSet: sets.synchronizer,
      frontends,
      engine: instance.engine,
    });
  }
  say(`Engine (simulated)    ${engine.url}`);
  const repository = starting.use(await startRepository({ adminUrl: engine.adminUrl }));
  say(`Deployment repository ${repository.url}`);
  const argo = starting.use(
    startArgo({
      repository: repository.argo,
      cluster: { ...cluster.control, ...cluster.view },
      every: 1_000,
    }),
  );
  // Whoever comes now finds the Applications there, as in a cluster that has been up for a while.
  await argo.look();
  const kubeconfig = join(dir, 'kubeconfig');
  await writeFile(kubeconfig, cluster.kubeconfig('den'), { mode: 0o600 });
  return {
    cluster,
    engine,
    repository,
    argo,
    env: { GITHUB_TOKEN: repository.token, EXPRESS_ADMIN_TOKEN: adminToken },
    /** The sections `rebuilds`, `access` and `policy` of the sandbox's `farmhand.yml`. */
    config: {
      rebuilds: {
        channel: 'C0DCR',
        target: '100s',
        clusters: [{ name: 'den', kubeconfig }],
        repository: {
          api_url: repository.apiUrl,
          repo: repository.repo,
          branch: repository.branch,
          cache: '2s',
        },
        engine: { token: { env: 'EXPRESS_ADMIN_TOKEN' } },
        poll: '500ms',
        idle_poll: '1s',
        card_every: '3s',
        stall: '20s',
        remind: '2m',
        intervention: '5m',
        farmer_hour: { cost: 3.2 },
        deadlines: {
          synchronizer: '45s',
          history: '2m',
          farmers: '45s',
          write: '3m',
          teardown: '45s',
          frontend: '1m',
        },
        ...options.settings,
      },
      access: {
        roles: [
          { name: 'sre', verbs: ['*'], contact: 'S0SRE' },
          { name: 'release', verbs: ['start', 'pause', 'resume', 'status', 'plan'], contact: 'S0RMT' },
          { name: 'approver', verbs: ['approve', 'status'], contact: 'S0RMT' },
          { name: 'glass', verbs: ['break_glass', 'status'], contact: 'S0RMT' },
          { name: 'watcher', verbs: ['status', 'plan', 'doctor', 'silence', 'ticket'] },
        ],
        environments: { gov: { instances: ['systemgov*'] } },
        users: { U0PLAT1: ['sre', 'approver'] },
        groups: { S0SRE: ['sre', 'approver', 'glass'], S0RMT: ['release', 'approver'], S0L1: ['watcher'] },
      },
      policy: [
        {
          name: 'sandbox',
          approvers_channel: 'C0APPROVERS',
          break_glass: { lasts: '5m', review_within: '5m' },
        },
      ],
    },
    argoNamespace,
    [Symbol.asyncDispose]: (
      (all) => () =>
        all.disposeAsync()
    )(starting.move()),
  };
};

export type RebuildWorld = Awaited<ReturnType<typeof startRebuildWorld>>;
