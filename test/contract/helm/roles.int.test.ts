import { describe, expect, test } from 'vitest';
import { get, helm, type Manifest, render } from './chart.ts';
import { againstRestricted, againstRestrictedV2, podsOf } from './pod-security.ts';

const minimal = ['minimal-values.yaml'];
const apart = ['apart-values.yaml'];
const roles = ['intake', 'worker', 'slack', 'api'];
const podOf = (manifests: ReadonlyMap<string, Manifest>, role: string) =>
  get(manifests, `Deployment/release-farmhand-${role}`)['spec'].template;
const allOf = (manifests: ReadonlyMap<string, Manifest>, kind: string) =>
  [...manifests.values()].filter((manifest) => manifest.kind === kind);
/** The lines of a refusal. */
const refused = (values: readonly string[], set: readonly string[]): string => {
  const { ok, output } = helm('template', values, set);
  expect(ok).toBe(false);
  return output;
};

describe('a role of its own', () => {
  const manifests = render(apart);
  const byRole = <T>(read: (pod: Manifest['spec']) => T) =>
    Object.fromEntries(roles.map((role) => [role, read(podOf(manifests, role).spec)]));

  test('has the Secrets that it names, or else those of all', () => {
    expect(byRole((spec) => spec.containers[0].envFrom[0].secretRef.name)).toEqual({
      intake: 'farmhand-intake',
      worker: 'farmhand',
      slack: 'farmhand-slack',
      api: 'farmhand-api',
    });
    const files = byRole((spec) => spec.volumes.find((v: { name: string }) => v.name === 'secret-files'));
    expect(files['intake']).toMatchObject({
      secret: { secretName: 'farmhand-intake-files', defaultMode: 0o440 },
    });
    expect([files['worker'], files['slack'], files['api']]).toEqual([undefined, undefined, undefined]);
  });

  test('has the account that it names; accounts are made that are to be made, and no other', () => {
    expect(byRole((spec) => spec.serviceAccountName)).toEqual({
      intake: 'release-farmhand-intake',
      worker: 'release-farmhand-worker',
      slack: 'people',
      api: 'release-farmhand',
    });
    expect(allOf(manifests, 'ServiceAccount').map(({ metadata }) => metadata.name)).toEqual([
      'release-farmhand',
      'release-farmhand-intake',
      'release-farmhand-worker',
    ]);
    expect(get(manifests, 'ServiceAccount/release-farmhand-intake').metadata).toMatchObject({
      annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws-us-gov:iam::123456789012:role/farmhand-intake' },
    });
    // One box with an account of its own: there is one account, and it is that.
    const one = render(minimal, [
      'roles=[{"name":"all","replicas":2,"serviceAccount":{"annotations":{"a":"b"}}}]',
    ]);
    expect(allOf(one, 'ServiceAccount').map(({ metadata }) => metadata)).toMatchObject([
      { name: 'release-farmhand', annotations: { a: 'b' } },
    ]);
  });

  test('rights in the cluster are bound to the accounts that use them, and to no other', () => {
    const subjects = ['release-farmhand-worker', 'people'].map((name) => ({
      kind: 'ServiceAccount',
      name,
      namespace: 'default',
    }));
    expect(get(manifests, 'RoleBinding/release-farmhand')['subjects']).toEqual(subjects);
    expect(
      get(manifests, 'ClusterRoleBinding/release-farmhand-default-admission-policies')['subjects'],
    ).toEqual(subjects);
  });

  test('has its own network policy beside which no other is for it: they would add up', () => {
    const labels = (role: string): Record<string, string> => podOf(manifests, role).metadata.labels;
    interface Selector {
      readonly matchLabels: Readonly<Record<string, string>>;
      readonly matchExpressions?: readonly { key: string; operator: string; values: readonly string[] }[];
    }
    const selects = ({ matchLabels, matchExpressions = [] }: Selector, of: Record<string, string>): boolean =>
      Object.entries(matchLabels).every(([key, value]) => of[key] === value) &&
      matchExpressions.every(({ key, operator, values }) => {
        expect(operator).toBe('NotIn');
        return !values.includes(of[key] ?? '');
      });
    const policies = allOf(manifests, 'NetworkPolicy');
    const selecting = (of: Record<string, string>): readonly string[] =>
      policies.filter((one) => selects(one['spec'].podSelector, of)).map(({ metadata }) => metadata.name);
    const { labels: doctor = {} } = get(manifests, 'Pod/release-farmhand-doctor').metadata;
    expect({
      ...Object.fromEntries(roles.map((role) => [role, selecting(labels(role))])),
      doctor: selecting(doctor),
    }).toEqual({
      intake: ['release-farmhand-intake'],
      worker: ['release-farmhand'],
      slack: ['release-farmhand-slack'],
      api: ['release-farmhand'],
      doctor: ['release-farmhand'],
    });
    const spec = (role: string) => get(manifests, `NetworkPolicy/release-farmhand-${role}`)['spec'];
    const shared = get(manifests, 'NetworkPolicy/release-farmhand')['spec'];
    // What it does not name is as for all.
    expect(spec('intake').egress).toEqual(shared.egress);
    expect(spec('intake').ingress[0].from).toHaveLength(2);
    expect(spec('slack').ingress).toEqual(shared.ingress);
    expect(spec('slack').egress[0].ports).toHaveLength(3);
  });

  test('has more environment beside that of all', () => {
    const env = (role: string) =>
      podOf(manifests, role).spec.containers[0].env.map(({ name }: { name: string }) => name);
    const shared = ['FARMHAND_CONFIG', 'FARMHAND_INSTALLATION'];
    expect([env('worker'), env('api')]).toEqual([[...shared, 'LOG_LEVEL'], shared]);
  });

  test('the doctor looks with what all of them have', () => {
    const more = [
      `roles=${JSON.stringify([
        { name: 'intake', replicas: 1, secrets: { existingFilesSecret: 'a' } },
        { name: 'worker', replicas: 1, secrets: { existingSecret: 'w', existingFilesSecret: 'b' } },
        { name: 'api', replicas: 1 },
      ])}`,
      'config.slack.mode="socket"',
      'ingress.enabled=false',
      'httpRoute.enabled=false',
    ];
    const { containers, volumes } = get(render(apart, more), 'Pod/release-farmhand-doctor')['spec'];
    expect(containers[0].envFrom).toEqual([
      { secretRef: { name: 'farmhand' } },
      { secretRef: { name: 'w' } },
    ]);
    expect(volumes).toContainEqual({
      name: 'secret-files',
      projected: { defaultMode: 0o440, sources: [{ secret: { name: 'a' } }, { secret: { name: 'b' } }] },
    });
  });
});

describe('more in the pods', () => {
  test('volumes, their mounts, and containers that run before, in every pod', () => {
    for (const { of, spec } of podsOf(render(apart).values())) {
      expect([of, spec.volumes.map(({ name }: { name: string }) => name)]).toEqual([
        of,
        expect.arrayContaining(['config', 'trust', 'scratch']),
      ]);
      expect([of, spec.containers[0].volumeMounts]).toEqual([
        of,
        expect.arrayContaining([{ name: 'trust', mountPath: '/etc/trust', readOnly: true }]),
      ]);
      expect([of, spec.initContainers.map(({ name }: { name: string }) => name)]).toEqual([
        of,
        ['wait-for-redis'],
      ]);
    }
  });

  test('a container that runs before has the restrictions of farmhand’s own, unless it says otherwise', () => {
    const initial = (securityContext: object) => {
      const set = `initContainers=[${JSON.stringify({ name: 'a', image: 'b', securityContext })}]`;
      return get(render(minimal, [set]), 'Deployment/release-farmhand')['spec'].template.spec.initContainers;
    };
    const restricted = {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    };
    expect(initial({})).toEqual([{ name: 'a', image: 'b', securityContext: restricted }]);
    expect(initial({ readOnlyRootFilesystem: false, runAsUser: 1000 })).toEqual([
      {
        name: 'a',
        image: 'b',
        securityContext: { ...restricted, readOnlyRootFilesystem: false, runAsUser: 1000 },
      },
    ]);
  });
});

describe('restrictions of the cluster', () => {
  test.each(['minimal-values.yaml', 'split-values.yaml', 'apart-values.yaml'])(
    'the Pod Security Standard restricted has nothing against %s',
    (values) => {
      const pods = podsOf(render([values]).values());
      expect(pods.length).toBeGreaterThan(1);
      expect(pods.flatMap(againstRestricted)).toEqual([]);
    },
  );

  test('nor has OpenShift’s SCC restricted-v2, with the ids of the namespace', () => {
    expect(podsOf(render(apart).values()).flatMap(againstRestrictedV2)).toEqual([]);
    const runAs = (...set: readonly string[]) =>
      render(
        minimal,
        set.map((each) => `runAs="${each}"`),
      );
    expect(podsOf(runAs('cluster').values()).flatMap(againstRestrictedV2)).toEqual([]);
    expect(podsOf(runAs('image').values()).flatMap(againstRestrictedV2)).toEqual([
      'Deployment/release-farmhand: pod: runAsUser is named',
      'Deployment/release-farmhand: pod: fsGroup is named',
      'Pod/release-farmhand-doctor: pod: runAsUser is named',
      'Pod/release-farmhand-doctor: pod: fsGroup is named',
    ]);
  });

  test('auto asks the cluster which of the two it is', () => {
    const openshift = render(minimal, [], ['security.openshift.io/v1']);
    expect(podsOf(openshift.values()).flatMap(againstRestrictedV2)).toEqual([]);
    expect(podsOf(render(minimal).values()).map(({ spec }) => spec.securityContext.runAsUser)).toEqual([
      65532, 65532,
    ]);
  });

  test('a pod that breaks them is found', () => {
    const set = [
      'initContainers=[{"name":"root","image":"x","securityContext":{"runAsUser":0,"privileged":true,"capabilities":{"add":["NET_ADMIN"]}}}]',
      'extraVolumes=[{"name":"host","hostPath":{"path":"/"}}]',
    ];
    const [pod] = podsOf(render(minimal, set).values());
    expect(pod && againstRestricted(pod)).toEqual([
      'Deployment/release-farmhand: volume host is of hostPath',
      'Deployment/release-farmhand: root: runAsUser is 0',
      'Deployment/release-farmhand: root: privileged',
      'Deployment/release-farmhand: root: capabilities.add',
    ]);
  });
});

describe('from outside', () => {
  const paths = (set: readonly string[], values: readonly string[] = minimal) => {
    const manifests = render(values, set);
    const ingress = manifests.get('Ingress/release-farmhand');
    const route = manifests.get('HTTPRoute/release-farmhand');
    return {
      ingress: ingress?.['spec'].rules[0].http.paths.map(
        ({ path, pathType, backend }: Manifest['spec']) => `${pathType} ${path} → ${backend.service.name}`,
      ),
      route: route?.['spec'].rules.map(
        ({ matches, backendRefs }: Manifest['spec']) =>
          `${matches[0].method} ${matches[0].path.type} ${matches[0].path.value} → ${backendRefs[0].name}:${backendRefs[0].port}`,
      ),
    };
  };
  const ingress = ['ingress={"enabled":true,"host":"farmhand.example.com"}'];
  const route = [
    'httpRoute={"enabled":true,"hostnames":["farmhand.example.com"],"parentRefs":[{"name":"public"}]}',
  ];
  const events = ['ingress.events=true', 'httpRoute.events=true'];
  const http = 'config.slack.mode="http"';

  test.each([
    { what: 'events', set: events, path: '/v1/events' },
    { what: 'Slack’s requests', set: [http], path: '/slack/events' },
  ])('$what reach farmhand, and nothing else does', ({ set, path }) => {
    expect(paths([...ingress, ...route, ...set])).toEqual({
      ingress: [`Exact ${path} → release-farmhand`],
      route: [`POST Exact ${path} → release-farmhand:8080`],
    });
  });

  test('each goes to the role that takes it', () => {
    expect(paths([], apart)).toEqual({
      ingress: ['Exact /slack/events → release-farmhand-slack', 'Exact /v1/events → release-farmhand-intake'],
      route: [
        'POST Exact /slack/events → release-farmhand-slack:8080',
        'POST Exact /v1/events → release-farmhand-intake:8080',
      ],
    });
  });

  test('what leads nowhere, or to nobody, is refused, all at once', () => {
    expect(refused(minimal, [...ingress, ...route])).toContain('2 problem(s)');
    const output = refused(minimal, [
      ...events,
      ...['ingress.enabled=true', 'httpRoute.enabled=true', http],
      'roles=[{"name":"api","replicas":1}]',
    ]);
    for (const key of ['ingress', 'httpRoute']) {
      expect(output).toContain(`${key}.enabled: no role takes what Slack sends`);
      expect(output).toContain(`${key}.events: no role takes events`);
    }
    expect(output).toContain('ingress.host: is required');
    expect(output).toContain('httpRoute.hostnames: is required');
    expect(output).toContain('httpRoute.parentRefs: is required');
  });
});

describe('nodes that are drained or lost', () => {
  test('each role has a budget that lets its pods go one after the other, and is spread over zones and nodes', () => {
    const manifests = render(apart);
    for (const role of roles) {
      const { labels } = podOf(manifests, role).metadata;
      const budget = get(manifests, `PodDisruptionBudget/release-farmhand-${role}`)['spec'];
      expect(budget).toMatchObject({ maxUnavailable: '50%', unhealthyPodEvictionPolicy: 'AlwaysAllow' });
      expect(labels).toMatchObject(budget.selector.matchLabels);
      const spread = podOf(manifests, role).spec.topologySpreadConstraints;
      expect(
        spread.map(({ topologyKey, maxSkew, whenUnsatisfiable, matchLabelKeys }: Manifest['spec']) => [
          ...[topologyKey, maxSkew, whenUnsatisfiable, matchLabelKeys],
        ]),
      ).toEqual([
        ['topology.kubernetes.io/zone', 1, 'ScheduleAnyway', ['pod-template-hash']],
        ['kubernetes.io/hostname', 1, 'ScheduleAnyway', ['pod-template-hash']],
      ]);
      for (const { labelSelector } of spread) {
        expect(labels).toMatchObject(labelSelector.matchLabels);
        expect(labelSelector.matchLabels['app.kubernetes.io/component']).toBe(role);
      }
    }
  });

  test.each(['0', '"0%"', '"101%"', '"some"'])(
    'a budget of %s is refused: it would hold up every drain',
    (value) => {
      expect(refused(minimal, [`podDisruptionBudget.maxUnavailable=${value}`])).toContain(
        "at '/podDisruptionBudget/maxUnavailable'",
      );
    },
  );

  test('an autoscaled role has no number in its Deployment', () => {
    const manifests = render(apart);
    expect(get(manifests, 'Deployment/release-farmhand-slack')['spec'].replicas).toBeUndefined();
    expect(get(manifests, 'HorizontalPodAutoscaler/release-farmhand-slack')['spec']).toMatchObject({
      scaleTargetRef: { kind: 'Deployment', name: 'release-farmhand-slack' },
      ...{ minReplicas: 2, maxReplicas: 3 },
      metrics: [{ resource: { name: 'cpu', target: { averageUtilization: 60 } } }],
    });
  });
});

test('names that clash, accounts and policies that are not there: refused, all at once', () => {
  const output = refused(minimal, [
    'extraVolumes=[{"name":"config","emptyDir":{}},{"name":"a","emptyDir":{}},{"name":"a","emptyDir":{}}]',
    'extraVolumeMounts=[{"name":"b","mountPath":"/etc/farmhand/"},{"name":"a","mountPath":"/b"},{"name":"a","mountPath":"/b"}]',
    'initContainers=[{"name":"farmhand","image":"x"}]',
    'roles=[{"name":"all","replicas":1,"serviceAccount":{"create":false},"networkPolicy":{"egress":[]}}]',
  ]);
  expect(output.split('\n').filter((line) => line.startsWith('  '))).toEqual([
    "  extraVolumes: config is a volume of the chart's own; give it another name",
    '  extraVolumes: a is there twice',
    '  extraVolumeMounts: b is no volume of extraVolumes',
    '  extraVolumeMounts: /etc/farmhand/ is taken: something is mounted there already',
    '  extraVolumeMounts: /b is taken: something is mounted there already',
    "  initContainers: farmhand is there twice, or the name of farmhand's own",
    '  roles: all: serviceAccount.name is required with create: false: the account that is there',
    '  roles: all: networkPolicy is for networkPolicy.enabled: true; without it there is none at all',
  ]);
});

test.each([
  'extraVolumes=[{"emptyDir":{}}]',
  'extraVolumeMounts=[{"name":"a"}]',
  'initContainers=[{"image":"x"}]',
  'runAs="root"',
  'ingress.path="/"',
  'httpRoute.rules=[]',
  'roles=[{"name":"all","replicas":1,"secrets":{"existing":"x"}}]',
  'roles=[{"name":"all","replicas":1,"serviceAccount":{"annotation":{}}}]',
  'roles=[{"name":"all","replicas":1,"networkPolicy":{"enabled":true}}]',
])('%s is refused by the schema, also when rendered', (set) => {
  expect(refused(minimal, [set])).toContain("values don't meet the specifications of the schema");
});

test('a role needs a Secret only where it has none of its own', () => {
  const own = '[{"name":"all","replicas":1,"secrets":{"existingSecret":"x"}}]';
  expect(render(minimal, ['secrets.existingSecret=""', `roles=${own}`]).size).toBeGreaterThan(0);
  expect(refused(minimal, ['secrets.existingSecret=""'])).toContain('secrets.existingSecret: is required');
});
