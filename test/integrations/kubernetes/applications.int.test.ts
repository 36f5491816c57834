import { expect, test } from 'vitest';
import { readApplication } from '../../../src/integrations/argocd/application.ts';
import { capture, captures } from '../argocd/captures.ts';
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

test('every Application that a real Argo CD left is read over the API as it is', async () => {
  await using world = await openWorld();
  for (const name of captures()) {
    const raw = capture(name);
    const named = { namespace: 'argocd', name: name.replace('.json', '') };
    world.cluster.control.application({ ...named, ...nothing, raw });
    const seen = await world.applications.get('den', named.namespace, named.name);
    expect(seen).toEqual({ ok: true, value: readApplication(raw) });
  }
});
const nothing = { sync: 'Unknown', health: 'Healthy', revision: '', selfHeal: false } as const;

test('a look is asked for by an annotation, which only the controller takes off', async () => {
  await using world = await openWorld();
  const { control } = world.cluster;
  control.application({ namespace: 'argocd', name: 'system6', ...nothing });
  expect(await world.applications.refresh('den', 'argocd', 'system6')).toEqual({
    ok: true,
    value: undefined,
  });
  const refreshing = async () => {
    const seen = await world.applications.get('den', 'argocd', 'system6');
    return seen.ok && seen.value?.refreshing;
  };
  expect(await refreshing()).toBe(true);
  expect(control.takeRefresh('argocd', 'system6')).toBe(true);
  expect(await refreshing()).toBe(false);
  control.forbid(['patch applications', 'get appprojects', 'get configmaps']);
  expect((await world.applications.refresh('den', 'argocd', 'system6')).ok).toBe(false);
  expect((await world.applications.windows('den', 'argocd', 'default')).ok).toBe(false);
  expect((await world.applications.globalRules('den', 'argocd')).ok).toBe(false);
});
