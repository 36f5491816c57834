import { expect, test } from 'vitest';
import type { DoctorFinding } from '../../../src/rebuild/model/command.ts';
import { openWorld } from './world.ts';

const levels = (findings: readonly DoctorFinding[]) =>
  findings.map(({ level, check }) => `${level} ${check}`);

test('a cluster that is set up well', async () => {
  await using world = await openWorld();
  expect(await world.port.doctor(world.instance)).toEqual(
    [
      ['reachability', 'cluster den answers, Kubernetes v1.37.2'],
      ['rights', 'farmhand has its 10 rights for system6'],
      ['readiness_trap', 'Service system6-dcr-sync publishes the synchronizer before it is ready'],
      ['pod_management', 'StatefulSet system6-dcr-farmer brings its pods up all at once'],
      ['pod_management', 'StatefulSet system6-dcr-sync brings its pods up all at once'],
      ['probes', 'StatefulSet system6-dcr-farmer has separate liveness and readiness probes'],
      ['probes', 'StatefulSet system6-dcr-sync has separate liveness and readiness probes'],
      ['disruption_budget', 'PodDisruptionBudget system6-dcr-sync protects the synchronizer'],
      ['argocd_self_heal', 'nothing says that Argo CD manages the sets'],
      ['autoscaler', 'no autoscaler is on the sets'],
      ['quota', 'namespace tenant-105858-prod has no quota'],
      ['admission_policy', 'no admission policy denies a scale to zero'],
    ].map(([check, says]) => ({ level: 'ok', check, says })),
  );
});

test('one that is set up badly: every finding, each with its fix', async () => {
  await using world = await openWorld();
  const { control } = world.cluster;
  const instance = {
    ...world.instance,
    farmerSet: 'bad-farmer',
    synchronizerSet: 'bad-sync',
    synchronizerService: 'bad-sync',
  };
  const bad = {
    namespace: instance.namespace,
    replicas: 0,
    podManagement: 'OrderedReady',
    publishNotReadyAddresses: false,
    probes: 'same',
  } as const;
  control.createSet({ ...bad, name: 'bad-farmer', service: 'bad-farmer' });
  control.createSet({ ...bad, name: 'bad-sync', service: 'bad-sync' });
  control.autoscaler(instance.namespace, 'bad-farmer', true);
  control.quota(instance.namespace, 11);
  control.atMost(5);
  control.application({
    namespace: 'argocd',
    name: 'bad',
    sync: 'Synced',
    health: 'Healthy',
    revision: '3f2a91c',
    selfHeal: true,
    tracks: [{ namespace: instance.namespace, set: 'bad-farmer' }],
  });
  const findings = await world.port.doctor(instance);
  expect(levels(findings)).toEqual([
    'ok reachability',
    'ok rights',
    'problem readiness_trap',
    'problem pod_management',
    'problem pod_management',
    'problem probes',
    'problem probes',
    'warning disruption_budget',
    'problem argocd_self_heal',
    'problem autoscaler',
    'warning quota',
    'problem admission_policy',
  ]);
  expect(findings.filter(({ level, fix }) => level !== 'ok' && fix === undefined)).toEqual([]);
  expect(findings.at(-1)).toEqual({
    level: 'problem',
    check: 'admission_policy',
    says: 'ValidatingAdmissionPolicy max reads object.spec.replicas of statefulsets/scale, which is left out at zero: it denies every teardown',
    fix: 'ValidatingAdmissionPolicy max: object.spec.?replicas.orValue(0) instead of object.spec.replicas',
  });
  expect(findings.at(-2)).toEqual({
    level: 'warning',
    check: 'quota',
    says: 'ResourceQuota pods (pods: 11) has room for 10 farmers; the maximum is 100',
    fix: 'ResourceQuota pods: raise spec.hard."pods"; or set the maximum in the values of system6 to 10',
  });
});

test('what may not be read is unknown, with its reason, and the rest is still told', async () => {
  await using world = await openWorld();
  world.cluster.control.forbid([
    'get services',
    'list poddisruptionbudgets',
    'list validatingadmissionpolicies',
    'update statefulsets/scale',
  ]);
  const findings = await world.port.doctor(world.instance);
  expect(levels(findings)).toEqual([
    'ok reachability',
    'problem rights',
    'problem rights',
    'warning rights',
    'warning rights',
    'unknown readiness_trap',
    'ok pod_management',
    'ok pod_management',
    'ok probes',
    'ok probes',
    'unknown disruption_budget',
    'ok argocd_self_heal',
    'ok autoscaler',
    'ok quota',
    'unknown admission_policy',
  ]);
  expect(findings[1]).toEqual({
    level: 'problem',
    check: 'rights',
    says: 'farmhand may not update statefulsets/scale system6-dcr-farmer in namespace tenant-105858-prod (to scale it)',
    fix: 'Role of farmhand in tenant-105858-prod: rules: - { apiGroups: ["apps"], resources: [statefulsets/scale], verbs: [update] }; the chart makes it for every namespace under rbac.namespaces',
  });
  expect(findings[5]?.says).toMatch(
    /^not checked: cluster den answered 403: services "system6-dcr-sync" is forbidden/,
  );
});

test('a cluster that is away is one finding', async () => {
  await using world = await openWorld();
  world.cluster.control.outage(true);
  expect(await world.port.doctor(world.instance)).toEqual([
    {
      level: 'problem',
      check: 'reachability',
      says: expect.stringMatching(/^cluster den: other side closed/),
      fix: 'Check rebuilds.clusters in farmhand.yml: the entry den, its kubeconfig and context, and the network to it.',
    },
  ]);
});
