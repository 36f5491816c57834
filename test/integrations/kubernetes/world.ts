import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCluster } from '../../../sandbox/cluster/start.ts';
import { createApplications } from '../../../src/integrations/kubernetes/applications.ts';
import { openClusters } from '../../../src/integrations/kubernetes/client/clusters.ts';
import { createClusterPort } from '../../../src/integrations/kubernetes/doctor/examine.ts';
import { createKubernetesScales } from '../../../src/integrations/kubernetes/scales.ts';
import type { Log } from '../../../src/observability/log.ts';
import type { Instance } from '../../../src/rebuild/model/parts/instance.ts';
import type { ScaleRequest } from '../../../src/rebuild/ports/ports.ts';
import { anInstance } from '../../builders/rebuild.ts';

export const quiet: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export const aScale = (instance: Instance, change: Partial<ScaleRequest> = {}): ScaleRequest => ({
  key: 'system6-20261120-1/farmers/1',
  rebuild: 'system6-20261120-1',
  instance,
  role: 'farmer',
  from: 0,
  to: 4,
  resourceVersion: '',
  by: { id: 'U012AB3CD', name: 'ada' },
  reason: 'the rebuild needs them',
  ...change,
});

/** A simulated cluster with the sets of `anInstance`, and everything that talks to it. */
export const openWorld = async (options: { readonly timeout?: number; readonly speed?: number } = {}) => {
  const cluster = await startCluster({ speed: options.speed ?? 20 });
  const folder = await mkdtemp(join(tmpdir(), 'farmhand-kube-'));
  const kubeconfig = join(folder, 'config');
  await writeFile(kubeconfig, cluster.kubeconfig('den'));
  const clusters = openClusters([{ name: 'den', kubeconfig }], {
    timeout: options.timeout ?? 10_000,
    log: quiet,
  });
  const instance = anInstance();
  const { namespace } = instance;
  const set = { namespace, podManagement: 'Parallel', replicas: 0 } as const;
  cluster.control.createSet({ ...set, name: instance.farmerSet, service: instance.farmerSet });
  cluster.control.createSet({
    ...set,
    name: instance.synchronizerSet,
    service: instance.synchronizerService,
    disruptionBudget: true,
  });
  const applications = createApplications(clusters);
  return {
    cluster,
    clusters,
    folder,
    kubeconfig,
    instance,
    applications,
    port: createClusterPort(clusters, applications),
    scales: createKubernetesScales(clusters),
    async [Symbol.asyncDispose]() {
      await clusters[Symbol.asyncDispose]();
      await cluster[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
};
