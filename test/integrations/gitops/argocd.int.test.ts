import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startArgo } from '../../../sandbox/argocd/start.ts';
import { startCluster } from '../../../sandbox/cluster/start.ts';
import { tempDir } from '../../../sandbox/process/temp-dir.ts';
import { sandboxInstances, setsOf } from '../../../sandbox/repository/instances.ts';
import { startRepository } from '../../../sandbox/repository/start.ts';
import { createInstances } from '../../../src/integrations/gitops/instances.ts';
import { openRepository } from '../../../src/integrations/gitops/repository.ts';
import { createGitopsScales } from '../../../src/integrations/gitops/scales.ts';
import { openHttp } from '../../../src/integrations/http/call.ts';
import { createApplications } from '../../../src/integrations/kubernetes/applications.ts';
import { openClusters } from '../../../src/integrations/kubernetes/clusters.ts';
import type { EffectState, Instance } from '../../../src/rebuild/rebuild.ts';

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const start = async () => {
  const stack = new AsyncDisposableStack();
  const dir = stack.use(await tempDir('argocd'));
  const github = stack.use(await startRepository());
  const cluster = await startCluster({ speed: 100 });
  stack.use(cluster);
  for (const { name, namespace } of sandboxInstances) {
    const { farmers, synchronizer, service } = setsOf(name);
    for (const set of [farmers, synchronizer]) {
      cluster.control.createSet({ namespace, name: set, service, replicas: 0 });
    }
  }
  const argo = stack.use(
    startArgo({
      repository: github.argo,
      cluster: { ...cluster.view, ...cluster.control },
      every: 50,
    }),
  );
  const kubeconfig = join(dir.path, 'kubeconfig');
  await writeFile(kubeconfig, cluster.kubeconfig('den'));
  const clusters = stack.use(openClusters([{ name: 'den', kubeconfig }], { timeout: 30_000, log: quiet }));
  const http = stack.use(openHttp());
  const { apiUrl, repo, branch, token } = github;
  const repository = openRepository(
    {
      ...{ apiUrl, repo, branch, token: { reveal: () => token }, timeoutMs: 30_000 },
      author: { name: 'farmhand', email: 'farmhand@example.com' },
    },
    { http, now: Date.now },
  );
  const got = await createInstances(repository, { path: 'instances', cacheMs: 0 }).get('system8');
  if (!got.ok) throw new Error(JSON.stringify(got));
  const scales = createGitopsScales(repository, createApplications(clusters));
  return {
    ...{ argo, cluster, scales, instance: got.instance },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};

const effectOf = (id: string | undefined): EffectState => ({
  key: 'system8-20261120-1/farmers/1',
  effect: { kind: 'scale', role: 'farmer', from: 0, to: 3 },
  state: 'done',
  step: 'farmers',
  at: Date.now(),
  attempts: 1,
  claim: 'c',
  ...(id !== undefined && { id }),
});
const requestOf = (instance: Instance) => ({
  ...{ key: 'system8-20261120-1/farmers/1', rebuild: 'system8-20261120-1', instance },
  ...({
    role: 'farmer',
    from: 0,
    to: 3,
    resourceVersion: '1',
    by: { id: 'U0ALICE' },
    reason: 'try',
  } as const),
});

test('a commit goes through Argo CD to the cluster, and a direct scale is undone where it heals itself', async () => {
  await using world = await start();
  const { argo, cluster, scales, instance } = world;
  const set = instance.farmerSet;
  argo.delay(3_600_000);
  const made = await scales.scale(requestOf(instance));
  const effect = effectOf(made.ok ? made.id : undefined);
  await expect
    .poll(() => scales.arrived(instance, effect), { timeout: 20_000 })
    .toEqual({
      ok: true,
      value: { state: 'waiting', says: `Argo CD has not applied ${effect.id?.slice(0, 7)} yet` },
    });
  expect(cluster.view.replicas(instance.namespace, set)).toBe(0);

  argo.delay(0);
  await expect
    .poll(() => scales.arrived(instance, effect), { timeout: 20_000 })
    .toEqual({ ok: true, value: { state: 'arrived' } });
  expect(cluster.view.replicas(instance.namespace, set)).toBe(3);

  argo.selfHeal(true);
  cluster.control.setReplicas(instance.namespace, set, 9, 'kubectl');
  await expect.poll(() => cluster.view.replicas(instance.namespace, set), { timeout: 20_000 }).toBe(3);
  const changes = cluster.control.scales().map(({ manager, from, to }) => [manager, from, to]);
  expect(changes).toEqual([
    ['argocd-controller', 0, 3],
    ['kubectl', 3, 9],
    ['argocd-controller', 9, 3],
  ]);
});
