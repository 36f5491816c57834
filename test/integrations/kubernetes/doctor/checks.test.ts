import { describe, expect, test } from 'vitest';
import { readApplication } from '../../../../src/integrations/argocd/application.ts';
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
import { zeroPolicy } from '../../../../src/integrations/kubernetes/doctor/zero-policy.ts';
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
  const rule = { group: 'apps', kind: 'StatefulSet', jsonPointers: ['/spec/replicas'] };
  const respects = { syncOptions: ['RespectIgnoreDifferences=true'] };
  const healing = { automated: { selfHeal: true } };
  const application = (spec: object, metadata: object = {}) =>
    ok({
      namespace: 'argocd',
      name: 'system6',
      application: readApplication({ metadata, spec: { syncPolicy: { automated: {} }, ...spec } }),
    });
  const absent = ok({ namespace: 'argocd', name: 'system6', application: undefined });
  const said = (change: Parameters<typeof facts>[0]) =>
    selfHeal(facts(change)).map(({ level, says }) => `${level}: ${says}`);
  const full = 'Application argocd/system6';

  test.each<[object, readonly string[]]>([
    [{ syncPolicy: healing }, [`problem: ${full} heals itself: it undoes a direct scale at once`]],
    [
      {},
      [
        `warning: ${full} compares replicas: any commit to its repository, to whatever path, sets them back to what is there`,
      ],
    ],
    [
      { syncPolicy: {} },
      [
        `warning: ${full} compares replicas: the next sync by a person sets them back to what is in the repository`,
      ],
    ],
    [
      { syncPolicy: healing, ignoreDifferences: [rule] },
      [
        `warning: ${full} leaves replicas out of its comparison, but not out of a sync: as soon as something else of the set changes in the repository, they are set back`,
      ],
    ],
    [
      { syncPolicy: { ...healing, ...respects }, ignoreDifferences: [rule] },
      [`ok: ${full} leaves farmhand's numbers as they are`],
    ],
    [
      { syncPolicy: healing, ignoreDifferences: [{ ...rule, name: 'redis' }] },
      [`problem: ${full} heals itself: it undoes a direct scale at once`],
    ],
  ])('direct scaling under %j', (spec, expected) => {
    expect(said({ application: application(spec) })).toEqual(expected);
  });

  test.each<[object, object, readonly string[]]>([
    [{ syncPolicy: healing }, {}, [`ok: ${full} leaves farmhand's numbers as they are`]],
    [{}, {}, [`ok: ${full} leaves farmhand's numbers as they are`]],
    [
      { ignoreDifferences: [rule] },
      {},
      [
        `problem: ${full} leaves replicas out (spec.ignoreDifferences[0] (jsonPointers: /spec/replicas)): it calls a commit of them Synced, and the set keeps its number`,
      ],
    ],
    [
      { source: { helm: { parameters: [{ name: 'farmer.replicas', value: '1' }] } } },
      {},
      [
        `problem: ${full}: the Helm parameter farmer.replicas of the Application counts before instances/system6.yaml, so a commit of the number changes nothing`,
      ],
    ],
    [{ syncPolicy: {} }, {}, [`warning: ${full} is not synced by itself: every commit waits for a person`]],
    [
      {},
      { annotations: { 'argocd.argoproj.io/skip-reconcile': 'true' } },
      [
        `problem: ${full} is passed over by Argo CD (argocd.argoproj.io/skip-reconcile: "true"): nothing of it is applied`,
      ],
    ],
    [
      {},
      { deletionTimestamp: '2026-11-28T00:00:00Z' },
      [`problem: ${full} is being deleted, and its sets may go with it`],
    ],
  ])('commits under %j', (spec, metadata, expected) => {
    expect(said({ instance: aGitopsInstance(), application: application(spec, metadata) })).toEqual(expected);
  });

  test('an Application that is named and not there', () => {
    expect(levels(selfHeal, { application: absent })).toEqual(['warning']);
    expect(levels(selfHeal, { instance: aGitopsInstance(), application: absent })).toEqual(['problem']);
  });

  test('the fix of a self-heal is both ways out', () => {
    expect(selfHeal(facts({ application: application({ syncPolicy: healing }) }))[0]?.fix).toBe(
      'Set change: gitops in the values of system6; or Application argocd/system6: spec.ignoreDifferences: [{ group: apps, kind: StatefulSet, jsonPointers: [/spec/replicas] }] and spec.syncPolicy.syncOptions: [RespectIgnoreDifferences=true]',
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

describe('admission policies', () => {
  const policy = (expression: string, change: object = {}, resources = ['statefulsets/scale']) => ({
    metadata: { name: 'max' },
    spec: {
      matchConstraints: { resourceRules: [{ apiGroups: ['apps'], operations: ['UPDATE'], resources }] },
      validations: [{ expression }],
      ...change,
    },
  });
  const found = (...policies: readonly ReturnType<typeof policy>[]) =>
    levels(zeroPolicy, { policies: ok(policies) });

  test('one that reads a number which a Scale leaves out at zero', () => {
    expect(found(policy('object.spec.replicas <= 5'))).toEqual(['problem']);
    expect(found(policy("object.spec['replicas'] <= 5", {}, ['*/*']))).toEqual(['problem']);
    const variables = [{ name: 'n', expression: 'object.spec.replicas' }];
    expect(found(policy('variables.n <= 5', { variables }))).toEqual(['problem']);
  });

  test('one that is written well, is about something else, or may fail', () => {
    expect(found(policy('object.spec.?replicas.orValue(0) <= 5'))).toEqual(['ok']);
    expect(found(policy('!has(object.spec.replicas) || object.spec.replicas <= 5'))).toEqual(['ok']);
    expect(found(policy('object.spec.replicas <= 5', {}, ['statefulsets']))).toEqual(['ok']);
    expect(found(policy('object.spec.replicas <= 5', { failurePolicy: 'Ignore' }))).toEqual(['ok']);
    expect(found(policy('object.spec.minReplicas <= 5'))).toEqual(['ok']);
  });

  test('are of no matter where the number is committed: in a set a zero is written', () => {
    const policies = ok([policy('object.spec.replicas <= 5')]);
    expect(levels(zeroPolicy, { instance: aGitopsInstance(), policies })).toEqual([]);
  });

  test('that may not be listed are not checked, and it says what gives the right', () => {
    const error =
      'cluster den answered 403: validatingadmissionpolicies.admissionregistration.k8s.io is forbidden: User "f" cannot list resource "validatingadmissionpolicies"';
    expect(zeroPolicy(facts({ policies: { ok: false, error } }))).toEqual([
      {
        level: 'unknown',
        check: 'admission_policy',
        says: 'not checked: farmhand may not list admission policies (the chart: rbac.admissionPolicies: true)',
      },
    ]);
    expect(zeroPolicy(facts({ policies: away }))).toEqual([notChecked('admission_policy')]);
  });
});
