import { describe, expect, test } from 'vitest';
import type { ArgoApplication } from '../../../../src/integrations/kubernetes/applications.ts';
import { autoscaler } from '../../../../src/integrations/kubernetes/doctor/autoscaler.ts';
import { disruptionBudget } from '../../../../src/integrations/kubernetes/doctor/disruption-budget.ts';
import type { Check } from '../../../../src/integrations/kubernetes/doctor/facts.ts';
import { neededRights } from '../../../../src/integrations/kubernetes/doctor/needed-rights.ts';
import { podManagement } from '../../../../src/integrations/kubernetes/doctor/pod-management.ts';
import { probes } from '../../../../src/integrations/kubernetes/doctor/probes.ts';
import { quota } from '../../../../src/integrations/kubernetes/doctor/quota.ts';
import { readinessTrap } from '../../../../src/integrations/kubernetes/doctor/readiness-trap.ts';
import { rights } from '../../../../src/integrations/kubernetes/doctor/rights.ts';
import { selfHeal } from '../../../../src/integrations/kubernetes/doctor/self-heal.ts';
import { aGitopsInstance, anInstance } from '../../../builders/rebuild.ts';
import { aContainer, aSet, away, facts, notChecked, ok } from './facts.ts';

const { farmerSet, synchronizerSet } = anInstance();
const sets = (synchronizer = aSet(synchronizerSet), farmer = aSet(farmerSet)) => ({
  farmer: ok(farmer),
  synchronizer: ok(synchronizer),
});
const levels = (check: Check, change: Parameters<typeof facts>[0]) =>
  check(facts(change)).map(({ level }) => level);

test.each<[string, Check, Parameters<typeof facts>[0]]>([
  ['readiness_trap', readinessTrap, { service: away }],
  ['disruption_budget', disruptionBudget, { budgets: away }],
  ['disruption_budget', disruptionBudget, { sets: { ...sets(), synchronizer: away } }],
  ['argocd_self_heal', selfHeal, { application: away }],
  ['autoscaler', autoscaler, { autoscalers: away }],
  ['quota', quota, { quotas: away }],
])('%s: what cannot be read is unknown, with the reason', (name, check, change) => {
  expect(check(facts(change))).toEqual([notChecked(name)]);
});

test('one set that cannot be read leaves the other checked', () => {
  const half = { sets: { ...sets(), farmer: away } };
  expect(levels(podManagement, half)).toEqual(['unknown', 'ok']);
  expect(levels(probes, half)).toEqual(['unknown', 'ok']);
});

describe('readiness trap', () => {
  test('a Service that publishes only what is ready', () => {
    expect(readinessTrap(facts({ service: ok({ spec: { clusterIP: 'None' } }) }))).toEqual([
      {
        level: 'problem',
        check: 'readiness_trap',
        says: 'Service system6-dcr-sync publishes the synchronizer only once it is ready: the backend finds it in the topology before, cannot resolve its name, and marks it broken',
        fix: 'Service system6-dcr-sync: spec.publishNotReadyAddresses: true',
      },
    ]);
  });

  test('a Service with an address of its own, and one that is not the governing one', () => {
    const found = readinessTrap(
      facts({
        service: ok({ spec: { clusterIP: '10.0.0.7', publishNotReadyAddresses: true } }),
        sets: sets(aSet(synchronizerSet, { serviceName: 'other' })),
      }),
    );
    expect(found.map(({ level, says }) => `${level}: ${says}`)).toEqual([
      'ok: Service system6-dcr-sync publishes the synchronizer before it is ready',
      'warning: Service system6-dcr-sync is not headless: pods have no names of their own behind it',
      "warning: StatefulSet system6-dcr-sync gets the names of its pods from Service other, and the instance's values name system6-dcr-sync",
    ]);
  });
});

test('pod management: OrderedReady cannot be changed in place', () => {
  const ordered = aSet(farmerSet, { podManagementPolicy: 'OrderedReady' });
  const [finding] = podManagement(facts({ sets: sets(undefined, ordered) }));
  expect(finding?.level).toBe('problem');
  expect(finding?.fix).toBe(
    'StatefulSet system6-dcr-farmer: spec.podManagementPolicy: Parallel. The field cannot be changed in place: kubectl -n tenant-105858-prod delete statefulset system6-dcr-farmer --cascade=orphan, then apply it again; its pods stay up.',
  );
});

describe('probes', () => {
  const same = { httpGet: { path: '/healthz', port: 8080 } };
  const ofSync = (change: Parameters<typeof aContainer>[0]) =>
    probes(facts({ sets: sets(aSet(synchronizerSet, {}, [aContainer(change)])) })).slice(1);

  test('the same question twice, however often it is asked', () => {
    const found = ofSync({ livenessProbe: { ...same, periodSeconds: 60 }, readinessProbe: same });
    expect(found).toHaveLength(1);
    expect(found[0]?.level).toBe('problem');
    expect(found[0]?.says).toBe(
      'StatefulSet system6-dcr-sync, container express: liveness and readiness ask the same (GET /healthz on port 8080): a pod that is only not ready yet is restarted',
    );
  });

  test.each([
    [{ tcpSocket: { port: 1 } }, { tcpSocket: { port: 1 } }, 'problem'],
    [{ tcpSocket: { port: 1 } }, { tcpSocket: { port: 2 } }, 'ok'],
    [{ exec: { command: ['a', 'b'] } }, { exec: { command: ['a', 'b'] } }, 'problem'],
    [{ grpc: { port: 1, service: 'live' } }, { grpc: { port: 1, service: 'ready' } }, 'ok'],
  ])('%j and %j: %s', (livenessProbe, readinessProbe, level) => {
    expect(ofSync({ livenessProbe, readinessProbe }).map((each) => each.level)).toEqual([level]);
  });

  test('none at all', () => {
    const container = { name: 'express' };
    const found = probes(facts({ sets: sets(aSet(synchronizerSet, {}, [container])) })).slice(1);
    expect(found.map(({ level, fix }) => `${level}: ${fix}`)).toEqual([
      'warning: StatefulSet system6-dcr-sync: spec.template.spec.containers[name=express].livenessProbe.httpGet.path: /livez',
      'warning: StatefulSet system6-dcr-sync: spec.template.spec.containers[name=express].readinessProbe.httpGet.path: /readyz',
    ]);
  });
});

describe('disruption budget', () => {
  const selector = { matchLabels: { app: synchronizerSet } };
  const budget = (spec: object) => ok([{ metadata: { name: 'sync' }, spec: { selector, ...spec } }]);

  test.each([
    [{ maxUnavailable: 0 }, 'ok'],
    [{ maxUnavailable: '0%' }, 'ok'],
    [{ minAvailable: 1 }, 'ok'],
    [{ minAvailable: '50%' }, 'ok'],
    [{ maxUnavailable: 1 }, 'warning'],
    [{ minAvailable: 0 }, 'warning'],
    [{ maxUnavailable: 0, selector: { matchLabels: { app: 'other' } } }, 'warning'],
    [{ maxUnavailable: 0, selector: {} }, 'ok'],
    [
      { maxUnavailable: 0, selector: { matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] } },
      'warning',
    ],
  ])('%j: %s', (spec, level) => {
    expect(levels(disruptionBudget, { budgets: budget(spec) })).toEqual([level]);
  });

  test('none: the fix is one to be pasted', () => {
    expect(disruptionBudget(facts())[0]?.fix).toBe(
      'Add a PodDisruptionBudget with spec.maxUnavailable: 0 and spec.selector.matchLabels: { app: system6-dcr-sync }',
    );
  });
});

describe('Argo CD', () => {
  const application = (change: Partial<ArgoApplication>) =>
    ok({
      namespace: 'argocd',
      name: 'system6',
      application: {
        sync: 'Synced',
        health: 'Healthy',
        revision: '3f2a91c',
        message: '',
        automated: true,
        selfHeal: false,
        ignoresReplicas: false,
        respectsIgnored: false,
        ...change,
      },
    });
  const absent = ok({ namespace: 'argocd', name: 'system6', application: undefined });

  test.each<[string, Partial<ArgoApplication>, readonly string[]]>([
    ['heals itself', { selfHeal: true }, ['problem']],
    ['compares replicas', {}, ['warning']],
    ['ignores replicas, but not in a sync', { selfHeal: true, ignoresReplicas: true }, ['warning']],
    ['leaves replicas alone', { selfHeal: true, ignoresReplicas: true, respectsIgnored: true }, ['ok']],
  ])('direct scaling, and it %s', (_, change, expected) => {
    expect(levels(selfHeal, { application: application(change) })).toEqual(expected);
  });

  test.each<[string, Partial<ArgoApplication>, readonly string[]]>([
    ['syncs by itself', { selfHeal: true }, ['ok']],
    ['ignores replicas', { ignoresReplicas: true }, ['problem']],
    ['waits for a person', { automated: false }, ['warning']],
  ])('commits, and it %s', (_, change, expected) => {
    expect(levels(selfHeal, { instance: aGitopsInstance(), application: application(change) })).toEqual(
      expected,
    );
  });

  test('an Application that is named and not there', () => {
    expect(levels(selfHeal, { application: absent })).toEqual(['warning']);
    expect(levels(selfHeal, { instance: aGitopsInstance(), application: absent })).toEqual(['problem']);
  });

  test('the fix of a self-heal is both ways out', () => {
    expect(selfHeal(facts({ application: application({ selfHeal: true }) }))[0]?.fix).toBe(
      'Set way: gitops in the values of system6; or Application argocd/system6: spec.ignoreDifferences: [{ group: apps, kind: StatefulSet, jsonPointers: [/spec/replicas] }] and spec.syncPolicy.syncOptions: [RespectIgnoreDifferences=true]',
    );
  });
});

describe('autoscalers', () => {
  const scaler = (name: string, kind: string, labels: Record<string, string> = {}) => ({
    metadata: { name: 'hpa-1', labels },
    spec: { maxReplicas: 10, scaleTargetRef: { kind, name } },
  });

  test('only those on the sets count', () => {
    const others = [scaler('other', 'StatefulSet'), scaler(farmerSet, 'Deployment')];
    expect(levels(autoscaler, { autoscalers: ok(others) })).toEqual(['ok']);
    expect(levels(autoscaler, { autoscalers: ok([scaler(farmerSet, 'StatefulSet')]) })).toEqual(['problem']);
  });

  test('KEDA is named, and paused rather than deleted', () => {
    const keda = scaler(farmerSet, 'StatefulSet', { 'scaledobject.keda.sh/name': 'farmers' });
    expect(autoscaler(facts({ autoscalers: ok([keda]) }))).toEqual([
      {
        level: 'problem',
        check: 'autoscaler',
        says: "KEDA's ScaledObject farmers scales StatefulSet system6-dcr-farmer, too: it undoes what a rebuild asks for",
        fix: 'ScaledObject farmers: metadata.annotations: { autoscaling.keda.sh/paused: "true" }',
      },
    ]);
  });
});

describe('quotas', () => {
  const hard = (limits: Record<string, string>, used: Record<string, string> = {}, spec: object = {}) =>
    ok([{ metadata: { name: 'q' }, spec, status: { hard: limits, used } }]);
  const says = (quotas: ReturnType<typeof hard>, change: Parameters<typeof facts>[0] = {}) =>
    quota(facts({ quotas, ...change })).map((each) => `${each.level}: ${each.says}`);

  test.each([
    [{ pods: '200' }, {}, 'ok: the quotas have room for 100 farmers'],
    [
      { pods: '25' },
      { pods: '4' },
      'warning: ResourceQuota q (pods: 25) has room for 20 farmers; the maximum is 100',
    ],
    [
      { 'requests.memory': '2Ti' },
      {},
      'warning: ResourceQuota q (requests.memory: 2Ti) has room for 24 farmers; the maximum is 100',
    ],
    [
      { memory: '200Gi', 'limits.memory': '100Gi' },
      {},
      'problem: ResourceQuota q (limits.memory: 100Gi) has room for 0 farmers; a rebuild needs 2 at the least',
    ],
    [
      { 'limits.cpu': '1', 'count/services': '1', 'requests.storage': '1Gi' },
      {},
      'ok: the quotas have room for 100 farmers',
    ],
  ])('%j used %j: %s', (limits, used, expected) => {
    expect(says(hard(limits, used))).toEqual([expected]);
  });

  test('farmers and a synchronizer that are up are counted once', () => {
    const up = sets(
      { ...aSet(synchronizerSet), status: { replicas: 1 } },
      { ...aSet(farmerSet), status: { replicas: 9 } },
    );
    expect(says(hard({ pods: '11' }, { pods: '10' }), { sets: up })).toEqual([
      'warning: ResourceQuota q (pods: 11) has room for 10 farmers; the maximum is 100',
    ]);
  });

  test('a quota for other kinds of pods does not count', () => {
    expect(says(hard({ pods: '1' }, {}, { scopes: ['BestEffort'] }))).toEqual([
      'ok: the quotas have room for 100 farmers',
    ]);
  });
});

describe('rights', () => {
  const asked = (denied: (name: string) => boolean) =>
    neededRights(anInstance()).map((right) => ({ right, allowed: ok(!denied(right.resource)) }));

  test('what a finding needs is a warning, what a rebuild needs a problem', () => {
    expect(levels(rights, { rights: asked(() => false) })).toEqual(['ok']);
    expect(levels(rights, { rights: asked((name) => name === 'events') })).toEqual(['warning']);
    expect(levels(rights, { rights: asked((name) => name === 'pods') })).toEqual(['problem']);
  });

  test('one that could not be asked leaves the others told', () => {
    const [first, ...rest] = asked((name) => name === 'pods');
    const half = first ? [{ right: first.right, allowed: away }, ...rest] : rest;
    expect(levels(rights, { rights: half })).toEqual(['problem', 'unknown']);
  });

  test('by commits farmhand scales nothing itself, and has to see the Application', () => {
    const words = neededRights(aGitopsInstance()).map(({ verb, resource, subresource }) =>
      [verb, resource, subresource].filter(Boolean).join(' '),
    );
    expect(words).not.toContain('update statefulsets scale');
    expect(words).toContain('get applications');
  });
});
