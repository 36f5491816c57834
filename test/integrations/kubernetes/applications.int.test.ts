import { expect, test } from 'vitest';
import { openWorld } from './world.ts';

test('an Application as Argo CD left it', async () => {
  await using world = await openWorld();
  const application = { namespace: 'argocd', name: 'system6', revision: '3f2a91c', selfHeal: true } as const;
  world.cluster.control.application({ ...application, sync: 'Synced', health: 'Healthy' });
  expect(await world.applications.get('den', 'argocd', 'system6')).toMatchObject({
    ok: true,
    value: {
      ...{ sync: 'Synced', health: 'Healthy', compared: { one: '3f2a91c', many: [] } },
      ...{ automated: true, selfHeal: true, ignored: [], respectsIgnored: false, skipped: false },
      operation: { phase: 'Succeeded', revisions: { one: '3f2a91c', many: [] } },
    },
  });
  world.cluster.control.application({
    ...application,
    sync: 'Synced',
    health: 'Healthy',
    ignoresReplicas: true,
  });
  expect(await world.applications.get('den', 'argocd', 'system6')).toMatchObject({
    ok: true,
    value: { ignored: [{ kind: 'StatefulSet', jsonPointers: ['/spec/replicas'] }], respectsIgnored: true },
  });
});

test('none of this name, no Argo CD, and no answer are told apart', async () => {
  await using world = await openWorld({ timeout: 3_000 });
  expect(await world.applications.get('den', 'argocd', 'system7')).toEqual({ ok: true, value: undefined });
  world.cluster.control.fault({ effect: 'answer_before', status: 404, body: '404 page not found\n' });
  expect(await world.applications.get('den', 'argocd', 'system6')).toEqual({
    ok: false,
    error: 'cluster den does not know Argo CD Applications (argoproj.io/v1alpha1)',
  });
  world.cluster.control.fault({ effect: 'answer_before', status: 503, body: 'upstream connect error' });
  expect(await world.applications.get('den', 'argocd', 'system6')).toEqual({
    ok: false,
    error: 'cluster den answered 503: upstream connect error',
  });
});
