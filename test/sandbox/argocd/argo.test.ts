import { expect, test } from 'vitest';
import { type ArgoOptions, startArgo } from '../../../sandbox/argocd/start.ts';
import type { SimApplication } from '../../../sandbox/cluster/contract.ts';
import { setsOf } from '../../../sandbox/repository/instances.ts';
import { valuesOf } from '../../builders/values.ts';
import { createFakeRepository } from '../../fakes/repository.ts';
import { createFakeSimCluster } from '../../fakes/sim-cluster.ts';

const file = 'instances/system7.yaml';
const sets = setsOf('system7');
const withFarmers = (n: number): string => valuesOf(['replicas: 0 # farmhand', `replicas: ${n} # farmhand`]);

const start = (options: Partial<ArgoOptions> = {}) => {
  const repository = createFakeRepository({ [file]: valuesOf() });
  const cluster = createFakeSimCluster([sets.farmers, sets.synchronizer]);
  let clock = 0;
  let reachable = true;
  const argo = startArgo({
    cluster,
    every: 3_600_000,
    instances: ['system7'],
    now: () => clock,
    repository: {
      head: async () => {
        if (!reachable) throw new Error('GitHub is away');
        return repository.log()[0]?.sha ?? '';
      },
      read: async (path) => repository.read(path),
    },
    ...options,
  });
  const seen = async (): Promise<readonly (string | boolean | undefined)[]> => {
    await argo.look();
    const { sync, health, revision, message } = cluster.applications.get('system7') as SimApplication;
    return [sync, health, revision, ...(message === undefined ? [] : [message])];
  };
  return {
    ...{ argo, cluster, seen },
    commit: (n: number) => repository.write(file, withFarmers(n)),
    pass: (ms: number) => (clock += ms),
    away: (on: boolean) => (reachable = !on),
    [Symbol.asyncDispose]: () => argo[Symbol.asyncDispose](),
  };
};

test('a commit is seen, applied and healthy once its pods are ready', async () => {
  await using world = start();
  const { seen, commit, cluster } = world;
  expect(await seen()).toEqual(['Synced', 'Healthy', expect.any(String)]);
  const sha = commit(8);
  expect(await seen()).toEqual(['OutOfSync', 'Healthy', sha]);
  expect(await seen()).toEqual(['Synced', 'Progressing', sha]);
  expect(await seen()).toEqual(['Synced', 'Progressing', sha]);
  cluster.settle();
  expect(await seen()).toEqual(['Synced', 'Healthy', sha]);
  expect(cluster.scales).toEqual([{ set: sets.farmers, to: 8, manager: 'argocd-controller' }]);
  expect(cluster.applications.get('system7')).toEqual({
    namespace: 'argocd',
    name: 'system7',
    sync: 'Synced',
    health: 'Healthy',
    revision: sha,
    selfHeal: false,
  });
});

test('a direct scale is told without self-heal, and silently undone with it', async () => {
  await using world = start();
  const { argo, seen, cluster } = world;
  await seen();
  cluster.setReplicas('tenant-105861-prod', sets.farmers, 5, 'kubectl');
  for (let i = 0; i < 3; i++) expect((await seen())[0]).toBe('OutOfSync');
  expect(cluster.replicas('', sets.farmers)).toBe(5);
  argo.selfHeal(true);
  expect((await seen())[0]).toBe('Synced');
  expect(cluster.scales.at(-1)).toEqual({ set: sets.farmers, to: 0, manager: 'argocd-controller' });
});

test('it waits, fails, calls an Application degraded and loses sight of GitHub when told', async () => {
  await using world = start();
  const { argo, seen, commit, pass, away, cluster } = world;
  await seen();
  argo.delay(60_000);
  const sha = commit(8);
  expect((await seen())[0]).toBe('OutOfSync');
  expect((await seen())[0]).toBe('OutOfSync');
  argo.fail('one or more objects failed to apply');
  pass(60_000);
  expect(await seen()).toEqual(['OutOfSync', 'Healthy', sha, 'one or more objects failed to apply']);
  argo.fail(undefined);
  expect((await seen())[0]).toBe('Synced');
  cluster.settle();
  argo.degrade('system7', 'CrashLoopBackOff');
  expect(await seen()).toEqual(['Synced', 'Degraded', sha, 'CrashLoopBackOff']);
  argo.degrade('system7', undefined);
  away(true);
  expect(await seen()).toEqual(['Unknown', 'Healthy', sha, 'ComparisonError: GitHub is away']);
  away(false);
  expect(await seen()).toEqual(['Synced', 'Healthy', sha]);
});

test('it looks by itself, and goes on where it was when started again', async () => {
  await using world = start({ every: 1 });
  const { argo, commit, cluster } = world;
  await expect.poll(() => cluster.applications.get('system7')?.sync).toBe('Synced');
  argo.stop();
  const sha = commit(3);
  argo.start();
  await expect
    .poll(() => cluster.applications.get('system7'))
    .toMatchObject({ sync: 'Synced', revision: sha });
  expect(cluster.replicas('', sets.farmers)).toBe(3);
});
