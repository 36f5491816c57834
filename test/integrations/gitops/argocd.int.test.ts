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
import { openHttp } from '../../../src/integrations/http-client/call.ts';
import { createApplications } from '../../../src/integrations/kubernetes/applications.ts';
import { openClusters } from '../../../src/integrations/kubernetes/client/clusters.ts';
import { createLiveSets } from '../../../src/integrations/kubernetes/live-sets.ts';
import type { EffectState } from '../../../src/rebuild/model/parts/effect-state.ts';
import type { Instance } from '../../../src/rebuild/model/parts/instance.ts';

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
  const scales = createGitopsScales(repository, createApplications(clusters), createLiveSets(clusters));
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

test('Argo CD is asked to look, which is much sooner than it would', async () => {
  await using world = await start();
  const { argo, cluster, scales, instance } = world;
  await argo.look();
  argo.stop();
  const made = await scales.scale(requestOf(instance));
  const effect = effectOf(made.ok ? made.id : undefined);
  expect(await scales.arrived(instance, effect)).toEqual({
    ok: true,
    value: { state: 'waiting', says: `Argo CD has not seen ${effect.id?.slice(0, 7)} yet` },
  });
  expect(cluster.control.takeRefresh('argocd', instance.name)).toBe(true);
});

test('a sync that a policy refuses, and a rule that no Application shows: neither has arrived', async () => {
  await using world = await start();
  const { argo, cluster, scales, instance } = world;
  argo.fail('no more than 2 farmers here');
  const made = await scales.scale(requestOf(instance));
  const effect = effectOf(made.ok ? made.id : undefined);
  const codes = async () => {
    const seen = await scales.arrived(instance, effect);
    return seen.ok && seen.value.state === 'blocked' ? seen.value : undefined;
  };
  await expect.poll(codes, { timeout: 20_000 }).toEqual({
    state: 'blocked',
    code: 'sync_denied',
    says: `Argo CD's sync of ${effect.id?.slice(0, 7)} is refused (tried again once): one or more synchronization tasks completed unsuccessfully, reason: no more than 2 farmers here. Argo CD tries again by itself for some minutes. Put right what it names.`,
  });
  argo.fail(undefined);
  argo.ignore(true);
  const old = { ...effect, at: 0, endedAt: 0 };
  const status = {
    name: instance.name,
    namespace: 'argocd',
    sync: 'Synced',
    health: 'Healthy',
    revision: effect.id ?? '',
    selfHeal: true,
  } as const;
  argo.stop();
  await argo.look();
  cluster.control.application(status);
  expect(await scales.arrived(instance, old)).toMatchObject({ ok: true, value: { code: 'false_arrival' } });
  expect(cluster.view.replicas(instance.namespace, instance.farmerSet)).toBe(0);
});
