import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startCluster } from '../../../../sandbox/cluster/start.ts';
import { openClusters } from '../../../../src/integrations/kubernetes/client/clusters.ts';
import { openWorld, quiet } from '../world.ts';

const options = { timeout: 10_000, log: quiet };

test('the version of a cluster that answers', async () => {
  await using world = await openWorld();
  expect(await world.clusters.reach('den')).toEqual({ ok: true, value: 'v1.37.2' });
  expect(world.clusters.names).toEqual(['den']);
});

test('a kubeconfig that has changed is read again within a second', async () => {
  await using world = await openWorld();
  await using other = await startCluster({ token: 'another-token' });
  other.control.createSet({
    namespace: world.instance.namespace,
    name: world.instance.farmerSet,
    service: 'farmers',
    replicas: 3,
  });
  expect(await world.port.look(world.instance, 'farmer')).toMatchObject({ ok: true, value: { wanted: 0 } });
  const next = join(world.folder, 'next');
  await writeFile(next, other.kubeconfig('den'));
  await rename(next, world.kubeconfig);
  await expect
    .poll(() => world.port.look(world.instance, 'farmer'), { timeout: 10_000 })
    .toMatchObject({ ok: true, value: { wanted: 3 } });
});

test('a token that was renewed is used at once: a read that was refused with what was kept is asked once more', async () => {
  await using world = await openWorld();
  const { token } = world.cluster;
  const [file, tokenFile] = [join(world.folder, 'renewed'), join(world.folder, 'token')];
  await writeFile(
    file,
    world.cluster.kubeconfig('den').replace(/user: \{ token: .*\}/, 'user: { tokenFile: token }'),
  );
  await writeFile(tokenFile, token);
  // The clock stands: what was made up for the first call is good for all of them.
  await using clusters = openClusters([{ name: 'den', kubeconfig: file }], { ...options, now: () => 0 });
  const path = `/api/v1/namespaces/${world.instance.namespace}/pods`;
  expect(await clusters.get('den', path)).toMatchObject({ ok: true, value: { kind: 'PodList' } });
  await writeFile(tokenFile, 'expired');
  expect(await clusters.get('den', path)).toMatchObject({ ok: true });
  // The next one is refused, and that is told; with the renewed one all is well again at once.
  await using gone = openClusters([{ name: 'den', kubeconfig: file }], { ...options, now: () => 0 });
  expect(await gone.get('den', path)).toEqual({
    ok: false,
    error:
      'cluster den answered 401: Unauthorized; its credentials are not accepted: renew the token in the kubeconfig',
  });
  await writeFile(tokenFile, token);
  expect(await gone.get('den', path)).toMatchObject({ ok: true });
});

test('several contexts of one file', async () => {
  await using world = await openWorld();
  await using oslo = await startCluster();
  const file = join(world.folder, 'both');
  await writeFile(
    file,
    JSON.stringify({
      clusters: [world.cluster.url, oslo.url].map((server, n) => ({
        name: `c${n}`,
        cluster: { server, 'insecure-skip-tls-verify': true },
      })),
      contexts: ['east', 'west'].map((name, n) => ({ name, context: { cluster: `c${n}`, user: 'u' } })),
      users: [{ name: 'u', user: { token: oslo.token } }],
    }),
  );
  await using clusters = openClusters(
    [
      { name: 'den', kubeconfig: file, context: 'east' },
      { name: 'west', kubeconfig: file },
      { name: 'north', kubeconfig: file },
    ],
    options,
  );
  oslo.control.clearRequests();
  expect(await clusters.reach('den')).toMatchObject({ ok: true });
  expect(oslo.control.requests()).toEqual([]);
  expect(await clusters.reach('west')).toMatchObject({ ok: true });
  expect(oslo.control.requests()).toHaveLength(1);
  expect(await clusters.reach('north')).toEqual({
    ok: false,
    error: `cluster north: the kubeconfig ${file} has no context north with a cluster; it has east, west`,
  });
});

test('a token file beside the kubeconfig is used, and a renewed one after a refusal', async () => {
  await using world = await openWorld();
  const file = join(world.folder, 'by-file');
  const token = join(world.folder, 'token');
  const text = world.cluster.kubeconfig('den').replace(/user: \{ token: .*\}/, 'user: { tokenFile: token }');
  await writeFile(file, text);
  await writeFile(token, 'expired');
  await using clusters = openClusters([{ name: 'den', kubeconfig: file }], options);
  const list = () =>
    clusters.read('den', (apis, each) => apis.core.listNamespacedPod({ namespace: 'a' }, each));
  expect(await list()).toEqual({
    ok: false,
    error:
      'cluster den answered 401: Unauthorized; its credentials are not accepted: renew the token in the kubeconfig',
  });
  await writeFile(token, `${world.cluster.token}\n`);
  expect(await list()).toMatchObject({ ok: true });
});

test('nothing is sent where there is no kubeconfig, a broken one, or no pod; and no token is told', async () => {
  await using world = await openWorld();
  const broken = join(world.folder, 'broken');
  await writeFile(broken, 'users: [{ name: a, user: { token: s3cret }\n  b: [');
  await using clusters = openClusters(
    [
      { name: 'none', kubeconfig: '/nowhere/config' },
      { name: 'broken', kubeconfig: broken },
      { name: 'pod' },
    ],
    { ...options, env: {} },
  );
  const errors = await Promise.all(
    ['none', 'broken', 'pod', 'other'].map(async (name) => {
      const seen = await clusters.reach(name);
      return seen.ok ? '' : seen.error;
    }),
  );
  expect(errors[0]).toMatch(/^cluster none: the kubeconfig \/nowhere\/config cannot be read: ENOENT/);
  expect(errors[1]).toMatch(/^cluster broken: the kubeconfig .*\/broken cannot be read: /);
  expect(errors[2]).toBe(
    'cluster pod: rebuilds.clusters names no kubeconfig for pod, and this is not a pod with an account of its own',
  );
  expect(errors[3]).toBe(
    'cluster other: it is not under rebuilds.clusters in farmhand.yml, which has none, broken, pod',
  );
  expect(errors.join()).not.toContain('s3cret');
});

test('calls share their connections', async () => {
  await using world = await openWorld();
  const ports = new Set<unknown>();
  const { channel } = await import('node:diagnostics_channel');
  const seen = (message: unknown): void => void ports.add(message);
  channel('undici:client:connected').subscribe(seen);
  for (let n = 0; n < 20; n++) await world.port.look(world.instance, 'farmer');
  channel('undici:client:connected').unsubscribe(seen);
  // A connection is free again a moment after its answer was read: the next call may have opened another one by then.
  expect(ports.size).toBeLessThanOrEqual(2);
});
