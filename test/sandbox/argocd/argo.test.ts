import { expect, test } from 'vitest';
import { type ArgoOptions, startArgo } from '../../../sandbox/argocd/start.ts';
import type { SimApplication } from '../../../sandbox/cluster/contract.ts';
import { setsOf } from '../../../sandbox/repository/instances.ts';
import { valuesOf } from '../../builders/values.ts';
import { createFakeRepository } from '../../fakes/rebuilds/repository.ts';
import { createFakeSimCluster } from '../../fakes/rebuilds/sim-cluster.ts';

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
    const { sync, health, revision, conditions } = cluster.applications.get('system7') as SimApplication;
    return [sync, health, revision, ...(conditions ?? []).map(({ type }) => type)];
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
    reconciledAt: 0,
    operation: {
      ...{ phase: 'Succeeded', revision: sha, message: 'successfully synced (all tasks run)' },
      ...{ startedAt: 0, finishedAt: 0 },
    },
    resources: [sets.farmers, sets.synchronizer].map((set) => ({
      namespace: 'tenant-105861-prod',
      set,
      sync: 'Synced',
    })),
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

test('a refused sync is Running for five minutes and ten seconds, then Failed, and tried again by a newer commit', async () => {
  await using world = start();
  const { argo, seen, commit, pass, cluster } = world;
  const operation = () => {
    const { phase, revision, retries } = cluster.applications.get('system7')?.operation ?? {};
    return [phase, revision, retries];
  };
  await seen();
  argo.fail('no more than 5 farmers here');
  const sha = commit(8);
  await seen();
  await seen();
  expect(operation()).toEqual(['Running', sha, 1]);
  const newer = commit(6);
  for (const wait of [10, 20, 40, 80]) {
    pass(wait * 1_000);
    expect(await seen()).toEqual(['OutOfSync', 'Healthy', newer]);
    expect(operation().slice(0, 2)).toEqual(['Running', sha]);
  }
  expect(operation()).toEqual(['Running', sha, 5]);
  pass(160_000);
  expect(await seen()).toEqual(['OutOfSync', 'Healthy', newer, 'SyncError']);
  expect(operation()).toEqual(['Failed', sha, 5]);
  argo.fail(undefined);
  expect((await seen())[0]).toBe('Synced');
  expect(operation()).toEqual(['Succeeded', newer, undefined]);
  expect(cluster.replicas('', sets.farmers)).toBe(6);
});

test('a commit that failed is not tried again by itself', async () => {
  await using world = start();
  const { argo, seen, commit, pass, cluster } = world;
  await seen();
  argo.fail('no');
  commit(8);
  for (let i = 0; i < 8; i++) {
    await seen();
    pass(200_000);
  }
  argo.fail(undefined);
  expect((await seen())[0]).toBe('OutOfSync');
  expect(cluster.applications.get('system7')?.operation?.phase).toBe('Failed');
});

test('without self-heal any commit undoes a direct scale', async () => {
  await using world = start();
  const { seen, commit, cluster } = world;
  await seen();
  cluster.setReplicas('tenant-105861-prod', sets.farmers, 5, 'kubectl');
  expect((await seen())[0]).toBe('OutOfSync');
  commit(1);
  await seen();
  expect((await seen())[0]).toBe('Synced');
  expect(cluster.replicas('', sets.farmers)).toBe(1);
});

test('it waits, ignores, passes over and loses sight of the repository when told', async () => {
  await using world = start();
  const { argo, seen, commit, pass, away, cluster } = world;
  await seen();
  argo.delay(60_000);
  const first = commit(8);
  expect((await seen())[0]).toBe('OutOfSync');
  expect((await seen())[0]).toBe('OutOfSync');
  argo.ignore(true);
  expect(await seen()).toEqual(['Synced', 'Healthy', first]);
  expect(cluster.replicas('', sets.farmers)).toBe(0);
  argo.ignore(false);
  argo.delay(0);
  const sha = commit(7);
  await seen();
  expect((await seen())[0]).toBe('Synced');
  cluster.settle();
  argo.degrade('system7', true);
  expect(await seen()).toEqual(['Synced', 'Degraded', sha]);
  argo.degrade('system7', false);
  away(true);
  const before = await seen();
  pass(440_000);
  expect(await seen()).toEqual(before);
  pass(20_000);
  expect(await seen()).toEqual(['Unknown', 'Degraded', 'main', 'ComparisonError']);
  away(false);
  expect(await seen()).toEqual(['Synced', 'Healthy', sha]);
  argo.skip('system7', true);
  commit(9);
  expect(await seen()).toEqual(['Synced', 'Healthy', sha]);
  expect(cluster.applications.get('system7')?.skipped).toBe(true);
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
