import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { startCluster } from '../../../sandbox/cluster/start.ts';
import { openClusters } from '../../../src/integrations/kubernetes/client/clusters.ts';
import { quiet } from '../../integrations/kubernetes/world.ts';
import { kubernetesConforms } from './kubernetes.ts';

kubernetesConforms(async () => {
  const cluster = await startCluster({ speed: 20 });
  const folder = await mkdtemp(join(tmpdir(), 'farmhand-kube-'));
  const kubeconfig = join(folder, 'config');
  await writeFile(kubeconfig, cluster.kubeconfig('den'));
  const clusters = openClusters([{ name: 'den', kubeconfig }], { timeout: 10_000, log: quiet });
  const namespace = 'farmhand-conformance';
  const pods = (set: string) => cluster.view.pods(namespace, set);
  return {
    clusters,
    namespace,
    async createSet(name) {
      cluster.control.createSet({ namespace, name, service: name, replicas: 0, disruptionBudget: true });
    },
    async settle(set) {
      await expect
        .poll(() => pods(set).filter(({ phase }) => phase === 'ready').length)
        .toBe(cluster.view.replicas(namespace, set));
    },
    async restart(set, ordinal, as) {
      cluster.control.crashLoop(namespace, set, true);
      cluster.control.killPod(namespace, `${set}-${ordinal}`);
      const phase = () => pods(set).find(({ name }) => name === `${set}-${ordinal}`)?.phase;
      await expect.poll(phase, { timeout: 20_000 }).toBe('crashing');
      cluster.control.crashLoop(namespace, set, false);
      if (as === 'unready') return;
      await expect
        .poll(() => pods(set).every(({ phase }) => phase === 'ready'), { timeout: 20_000 })
        .toBe(true);
    },
    counted: async (set) => pods(set).filter(({ phase }) => phase === 'ready').length,
    async quota(pods) {
      cluster.control.quota(namespace, pods);
      return { [Symbol.asyncDispose]: async () => cluster.control.quota(namespace, undefined) };
    },
    async atMost(replicas) {
      cluster.control.atMost(replicas);
      return {
        name: 'max',
        [Symbol.asyncDispose]: async () => cluster.control.atMost(undefined),
      };
    },
    async asNobody(run) {
      cluster.control.forbid(['update statefulsets/scale']);
      try {
        return await run(clusters, 'system:serviceaccount:farmhand:farmhand');
      } finally {
        cluster.control.forbid([]);
      }
    },
    async [Symbol.asyncDispose]() {
      await clusters[Symbol.asyncDispose]();
      await cluster[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
});
