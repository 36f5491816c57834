import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { reloadable } from '../../../src/config/reload.ts';
import { neededRights } from '../../../src/integrations/kubernetes/doctor/needed-rights.ts';
import { aGitopsInstance, anInstance } from '../../builders/rebuild.ts';
import { get, helm, type Manifest, render } from './chart.ts';

const minimal = ['minimal-values.yaml'];
const split = ['split-values.yaml'];
const roles = ['intake', 'worker', 'slack', 'api'];
const pod = (manifest: Manifest) => manifest['spec'].template;
const container = (manifest: Manifest) => pod(manifest).spec.containers[0];

describe('helm lint', () => {
  test.each([minimal, split, ['apart-values.yaml']])('has nothing to say about %s', (values) => {
    expect(helm('lint', [values])).toMatchObject({ ok: true });
  });
});

describe('what is rendered', () => {
  test('one box: a Deployment, what it needs, and nothing more', () => {
    expect([...render(minimal).keys()].sort()).toEqual([
      'ConfigMap/release-farmhand',
      'Deployment/release-farmhand',
      'Pod/release-farmhand-doctor',
      'PodDisruptionBudget/release-farmhand',
      'Service/release-farmhand',
      'ServiceAccount/release-farmhand',
    ]);
  });

  test('split by roles: a Deployment, a Service and a disruption budget each', () => {
    const each = (kind: string) => roles.map((role) => `${kind}/release-farmhand-${role}`);
    expect([...render(split).keys()].sort()).toEqual(
      [
        'ConfigMap/release-farmhand',
        'ConfigMap/release-farmhand-dashboard',
        'NetworkPolicy/release-farmhand',
        'Pod/release-farmhand-doctor',
        'PrometheusRule/release-farmhand',
        'Role/release-farmhand',
        'Role/release-farmhand-applications',
        'RoleBinding/release-farmhand',
        'RoleBinding/release-farmhand-applications',
        'ServiceAccount/release-farmhand',
        'ServiceMonitor/release-farmhand',
        ...each('Deployment'),
        ...each('PodDisruptionBudget'),
        ...each('Service'),
      ].sort(),
    );
  });

  test.each(roles)('the Service and the budget of %s select its pods and no others', (role) => {
    const manifests = render(split);
    const { labels } = pod(get(manifests, `Deployment/release-farmhand-${role}`)).metadata;
    const selectors = [
      get(manifests, `Service/release-farmhand-${role}`)['spec'].selector,
      get(manifests, `PodDisruptionBudget/release-farmhand-${role}`)['spec'].selector.matchLabels,
      get(manifests, `Deployment/release-farmhand-${role}`)['spec'].selector.matchLabels,
    ];
    for (const selector of selectors) {
      expect(labels).toMatchObject(selector);
      expect(selector['app.kubernetes.io/component']).toBe(role);
    }
  });
});

describe('a copy of the audit in a file', () => {
  const file = 'config.audit.file="/audit/chain.ndjson"';
  const volumes = (values: readonly string[], set: readonly string[]) =>
    [...render(values, set).values()]
      .filter(({ kind }) => kind === 'Deployment')
      .map((one): unknown => ({
        role: one.metadata.name,
        volume: pod(one).spec.volumes.find(({ name }: { readonly name: string }) => name === 'audit'),
        mount: container(one).volumeMounts.find(({ name }: { readonly name: string }) => name === 'audit'),
      }));
  const mount = { name: 'audit', mountPath: '/audit' };

  test('has its folder on a claim, in the pods that work and in no others', () => {
    const claimed = [file, 'audit.existingClaim="evidence"'];
    const volume = { name: 'audit', persistentVolumeClaim: { claimName: 'evidence' } };
    expect(volumes(split, claimed)).toEqual(
      roles.map((role) => ({
        role: `release-farmhand-${role}`,
        ...(role === 'worker' ? { volume, mount } : { volume: undefined, mount: undefined }),
      })),
    );
  });

  test('goes with its pod where no claim is given; without a file there is no volume', () => {
    const role = 'release-farmhand';
    expect(volumes(minimal, [file])).toEqual([{ role, volume: { name: 'audit', emptyDir: {} }, mount }]);
    expect(volumes(minimal, [])).toEqual([{ role, volume: undefined, mount: undefined }]);
  });
});

describe('the pod', () => {
  const deployment = get(render(minimal), 'Deployment/release-farmhand');

  test('is non-root, cannot write to its disk, has no privilege and no token of the cluster', () => {
    expect(pod(deployment).spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(container(deployment).securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  test('has longer than 20 s to stop, and is replaced before it goes', () => {
    expect(pod(deployment).spec.terminationGracePeriodSeconds).toBeGreaterThan(20);
    expect(deployment['spec'].strategy.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
  });

  test('is asked at /livez and /readyz, and given time for a slow start', () => {
    const { livenessProbe, readinessProbe, startupProbe } = container(deployment);
    expect([livenessProbe, readinessProbe, startupProbe].map(({ httpGet }) => httpGet)).toEqual([
      { path: '/livez', port: 'http' },
      { path: '/readyz', port: 'http' },
      { path: '/livez', port: 'http' },
    ]);
    expect(startupProbe.periodSeconds * startupProbe.failureThreshold).toBeGreaterThanOrEqual(60);
    // A loop counts as stalled after 10 s; it has to be seen so more than once.
    expect(livenessProbe.periodSeconds * livenessProbe.failureThreshold).toBeGreaterThanOrEqual(30);
  });

  test('has its secrets by reference only', () => {
    expect(container(deployment).envFrom).toEqual([{ secretRef: { name: 'farmhand' } }]);
    expect(container(deployment).env).toContainEqual({
      name: 'FARMHAND_INSTALLATION',
      value: expect.stringMatching(/\/release-farmhand$/),
    });
    const files = get(render(split), 'Deployment/release-farmhand-worker');
    expect(pod(files).spec.volumes).toContainEqual({
      name: 'secret-files',
      secret: { secretName: 'farmhand-files', defaultMode: 0o440 },
    });
  });

  test('mounts the config as a directory, so that changes arrive', () => {
    expect(container(deployment).volumeMounts).toEqual([
      { name: 'config', mountPath: '/etc/farmhand', readOnly: true },
    ]);
  });

  test('listens where the config says, and takes its own resources', () => {
    const worker = container(get(render(split), 'Deployment/release-farmhand-worker'));
    expect(worker.ports).toEqual([{ name: 'http', containerPort: 9000 }]);
    expect(worker.resources).toEqual({
      requests: { cpu: '500m', memory: '512Mi' },
      limits: { memory: '1Gi' },
    });
    expect(worker.args).toEqual(['serve', '--role', 'worker']);
  });
});

describe('helm test', () => {
  test.each([
    { values: minimal, role: 'release-farmhand' },
    { values: split, role: 'release-farmhand-worker' },
  ])('asks the doctor, as a pod that has what $role has', ({ values, role }) => {
    const manifests = render(values);
    const doctor = get(manifests, 'Pod/release-farmhand-doctor');
    const worker = pod(get(manifests, `Deployment/${role}`));
    expect(doctor.metadata).toMatchObject({ annotations: { 'helm.sh/hook': 'test' } });
    const { containers, ...rest } = doctor['spec'];
    expect(rest.restartPolicy).toBe('Never');
    expect(containers[0].args.slice(0, 1)).toEqual(['doctor']);
    expect(rest.automountServiceAccountToken).toBe(worker.spec.automountServiceAccountToken);
    expect(rest.securityContext).toEqual(worker.spec.securityContext);
    expect(rest.volumes).toEqual(worker.spec.volumes);
    const { env, envFrom, image, securityContext, volumeMounts } = container(
      get(manifests, `Deployment/${role}`),
    );
    expect(containers[0]).toMatchObject({ env, envFrom, image, securityContext, volumeMounts });
  });

  test('its pod is let out by the network policy, and is behind no Service', () => {
    const manifests = render(split);
    const { labels = {} } = get(manifests, 'Pod/release-farmhand-doctor').metadata;
    expect(labels).toMatchObject(
      get(manifests, 'NetworkPolicy/release-farmhand')['spec'].podSelector.matchLabels,
    );
    for (const one of manifests.values()) {
      if (one.kind !== 'Service') continue;
      expect(labels['app.kubernetes.io/component']).not.toBe(
        one['spec'].selector['app.kubernetes.io/component'],
      );
    }
  });
});

describe('rights in the cluster', () => {
  const place = aGitopsInstance().gitops;
  const instance = anInstance(place && { gitops: place });
  const sets = [instance.farmerSet, instance.synchronizerSet];
  const grant = (...more: readonly string[]) => [
    `rbac.namespaces=[{"name":"${instance.namespace}","resourceNames":${JSON.stringify(sets)}}]`,
    'rbac.applications={"namespace":"argocd","resourceNames":["system6"]}',
    ...more,
  ];
  interface Rule {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly resourceNames?: readonly string[];
    readonly verbs: readonly string[];
  }
  /** Each right of a Role on its own line. */
  const granted = (role: Manifest): readonly string[] =>
    role['rules'].flatMap((rule: Rule) =>
      rule.verbs.flatMap((verb) =>
        rule.apiGroups.flatMap((group) =>
          rule.resources.flatMap((resource) =>
            (rule.resourceNames ?? ['']).map((name) => `${verb} ${group}/${resource} ${name}`.trim()),
          ),
        ),
      ),
    );

  test('are those that farmhand uses and the doctor asks for, no more', () => {
    const manifests = render(minimal, grant());
    const roles = ['Role/release-farmhand', 'Role/release-farmhand-applications'];
    const needed = neededRights(instance).map(({ verb, group, resource, subresource, name }) => {
      const full = subresource === undefined ? resource : `${resource}/${subresource}`;
      // The synchronizer's Service has a name of its own; to read one is harmless.
      return `${verb} ${group}/${full} ${resource === 'services' ? '' : (name ?? '')}`.trim();
    });
    expect(roles.flatMap((role) => granted(get(manifests, role))).sort()).toEqual([...needed].sort());
  });

  test('are bound to farmhand alone, in the namespaces that are named', () => {
    const manifests = render(minimal, grant());
    for (const [name, namespace] of [
      ['release-farmhand', instance.namespace],
      ['release-farmhand-applications', 'argocd'],
    ]) {
      const binding = get(manifests, `RoleBinding/${name}`);
      expect(binding.metadata).toMatchObject({ name, namespace });
      expect(binding['roleRef']).toMatchObject({ kind: 'Role', name });
      expect(binding['subjects']).toEqual([
        { kind: 'ServiceAccount', name: 'release-farmhand', namespace: 'default' },
      ]);
    }
  });

  test('do not include scaling where everything is done by commits', () => {
    const role = get(render(minimal, grant('rbac.scale=false')), 'Role/release-farmhand');
    expect(granted(role).filter((right) => right.includes('/scale'))).toEqual([]);
  });

  test('to ask Argo CD for a look, to read projects and admission policies: only when asked for', () => {
    const applications = grant(
      'rbac.applications={"namespace":"argocd","resourceNames":["system6"],"refresh":true,"projects":true,"settings":true}',
    );
    expect(granted(get(render(minimal, applications), 'Role/release-farmhand-applications'))).toEqual([
      'get argoproj.io/applications system6',
      'patch argoproj.io/applications system6',
      'get argoproj.io/appprojects',
      'get /configmaps argocd-cm',
    ]);
    const name = 'release-farmhand-default-admission-policies';
    const manifests = render(minimal, grant('rbac.admissionPolicies=true'));
    expect(granted(get(manifests, `ClusterRole/${name}`))).toEqual([
      'list admissionregistration.k8s.io/validatingadmissionpolicies',
    ]);
    expect(get(manifests, `ClusterRoleBinding/${name}`)['subjects']).toEqual([
      { kind: 'ServiceAccount', name: 'release-farmhand', namespace: 'default' },
    ]);
  });

  test('come with a token only in the pods that use them', () => {
    const manifests = render(split);
    const mounted = (role: string): boolean =>
      pod(get(manifests, `Deployment/release-farmhand-${role}`)).spec.automountServiceAccountToken;
    expect(Object.fromEntries(roles.map((role) => [role, mounted(role)]))).toEqual({
      intake: false,
      worker: true,
      slack: true,
      api: false,
    });
  });
});

describe('the config', () => {
  const env = {
    SLACK_BOT_TOKEN: 'xoxb-x',
    SLACK_APP_TOKEN: 'xapp-x',
    JIRA_API_TOKEN: 'jira-x',
    FARMHAND_API_TOKEN: 'x'.repeat(16),
  };

  test('arrives as it was given: numbers, matchers and templates', () => {
    const text: string = get(render(split), 'ConfigMap/release-farmhand')['data']['farmhand.yml'];
    const config = loadConfig({
      file: 'farmhand.yml',
      env,
      readFile: (file) => (file === 'farmhand.yml' ? text : 'redis://redis:6379'),
    });
    expect(config.kafka?.max_message_bytes).toBe(1_048_576);
    expect(config.routes[0]?.match).toEqual(['severity="critical"', 'service=~"pay.*"']);
    expect(config.routes[0]?.actions[1]).toEqual({
      ticket: {
        summary: '[{{severity}}] {{name}} on {{labels.service}}',
        settle: 60_000,
        resolved: { comment: true, transition: { to: 'Done', fields: {} } },
        refired: { comment: true, transition: { to: 'Reopen', fields: { Reason: 'Recurred' } } },
      },
    });
  });

  const checksum = (set: readonly string[]): string =>
    pod(get(render(minimal, set), 'Deployment/release-farmhand')).metadata.annotations['checksum/config'];
  const changes: Readonly<Record<(typeof reloadable)[number], string>> = {
    routes: 'config.routes=[{"name":"a"}]',
    'slack.default_channel': 'config.slack.default_channel="C0123NEW"',
    'slack.fallback_channel': 'config.slack.fallback_channel="C0123NEW"',
    'slack.allowed_link_hosts': 'config.slack.allowed_link_hosts=["example.com"]',
    'slack.blocks': 'config.slack.blocks="classic"',
    'slack.pacing': 'config.slack.pacing.burst=5',
    'slack.digest': 'config.slack.digest.threshold=5',
    policy: 'config.policy=[{"name":"gov"}]',
    handover: 'config.handover=[{"name":"a","at":"08:00","zone":"UTC","channel":"C0123ABCD"}]',
    'tiers.list': 'config.tiers.list=[{"name":"default","users":["U0123ABCD"]}]',
    alerts: 'config.alerts.refire_window="1h"',
    access:
      'config.access={"roles":[{"name":"sre","verbs":["*"],"instances":["*"]}],"users":{"U0123ABCD":["sre"]}}',
  };

  test.each(reloadable)('a change of %s does not roll the pods: they reload it', (path) => {
    expect(checksum([changes[path]])).toBe(checksum([]));
  });

  test.each([
    'config.redis.prefix="other"',
    'config.http.port=9000',
    'config.slack.api_url="https://slack-gov.com/api/"',
  ])('a change of %s rolls them', (change) => {
    expect(checksum([change])).not.toBe(checksum([]));
  });
});

describe('what is missing or wrong is said at once, and nothing is rendered', () => {
  test('without values', () => {
    const { ok, output } = helm('template', []);
    expect(ok).toBe(false);
    expect(output).toContain('nothing was rendered; 3 problem(s)');
    expect(output).toContain('image.repository: is required');
    expect(output).toContain('secrets.existingSecret: is required');
    expect(output).toContain('config.slack.default_channel: is required');
  });

  test('misspelt keys, wrong types, and a role that does not exist', () => {
    const { ok, output } = helm('template', minimal, [
      'config.slack.chanel="C0123ABCD"',
      'config.http.port="x"',
      'replicas=3',
      'roles=[{"name":"boss","replicas":1}]',
    ]);
    expect(ok).toBe(false);
    expect(output).toContain("additional properties 'chanel' not allowed");
    expect(output).toContain("at '/config/http/port': got string, want integer");
    expect(output).toContain("additional properties 'replicas' not allowed");
    expect(output).toContain("at '/roles/0/name'");
  });

  test('all beside the others, and a role twice', () => {
    const set = 'roles=[{"name":"all","replicas":1},{"name":"api","replicas":1},{"name":"api","replicas":1}]';
    const { output } = helm('template', minimal, [set]);
    expect(output).toContain('roles: api is there twice');
    expect(output).toContain('roles: all does everything; name either all, or the others');
  });
});
