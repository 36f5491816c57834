import { readdirSync } from 'node:fs';
import { KubeConfig } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../../src/config/load.ts';
import type { Config } from '../../../src/config/schema/schema.ts';
import { get, type Manifest, render } from './chart.ts';
import { exampleObjects, exampleText } from './examples.ts';

const withValues = readdirSync(new URL('../../../examples/', import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .filter((name) =>
    readdirSync(new URL(`../../../examples/${name}/`, import.meta.url)).includes('values.yaml'),
  );
const rendered = (example: string) => render([`../../../examples/${example}/values.yaml`]);

const secrets: Readonly<Record<string, string>> = {
  SLACK_BOT_TOKEN: 'xoxb-x',
  SLACK_APP_TOKEN: 'xapp-x',
  ...{
    JIRA_API_TOKEN: 'jira-x',
    KAFKA_PASSWORD: 'kafka-x',
    GITHUB_TOKEN: 'github-x',
    EXPRESS_ADMIN_TOKEN: 'express-x',
    ALERTMANAGER_TOKEN: 'alertmanager-x',
    ENGINE_TOKEN: 'engine-x',
  },
  ...{
    FARMHAND_API_TOKEN: 'x'.repeat(16),
    FARMHAND_EVENTS_TOKEN: 'y'.repeat(16),
    FARMHAND_AUDIT_TOKEN: 'z'.repeat(16),
    REDIS_URL: 'redis://redis:6379',
  },
};
/** The config as a pod of the release reads it. */
const configOf = (manifests: ReadonlyMap<string, Manifest>, env = secrets): Config => {
  const text: string = get(manifests, 'ConfigMap/release-farmhand')['data']['farmhand.yml'];
  return loadConfig({ file: 'farmhand.yml', env, readFile: () => text });
};

test.each(withValues)('examples/%s/values.yaml is rendered, and farmhand takes its config', (example) => {
  expect(configOf(rendered(example)).slack.default_channel).toMatch(/^C0/);
});

test('the examples with values are those that are told of', () => {
  expect(withValues).toEqual([
    'external-secrets',
    'govslack',
    'keda',
    'msk-iam',
    'role-secrets',
    'three-clusters',
  ]);
  const told = exampleText('README.md');
  expect(withValues.filter((name) => !told.includes(`\`${name}/`))).toEqual([]);
});

test('each role has a Secret with what it reads: with that it is whole, and without any one of it, it is not', () => {
  const manifests = rendered('role-secrets');
  const text: string = get(manifests, 'ConfigMap/release-farmhand')['data']['farmhand.yml'];
  const made = new Map(
    exampleObjects('role-secrets/secrets.yaml').map(({ spec }) => [
      spec.target.name as string,
      spec.data.map(({ secretKey }: { readonly secretKey: string }) => secretKey) as readonly string[],
    ]),
  );
  for (const role of ['intake', 'worker', 'slack', 'api'] as const) {
    const { args, envFrom, volumeMounts } = get(manifests, `Deployment/release-farmhand-${role}`)['spec']
      .template.spec.containers[0];
    expect([args, volumeMounts.map(({ name }: { readonly name: string }) => name)]).toEqual([
      ['serve', '--role', role],
      ['config'],
    ]);
    const names = made.get(envFrom[0].secretRef.name) ?? [];
    const read = (has: readonly string[]) =>
      loadConfig({
        ...{ file: 'farmhand.yml', readFile: () => text, secretsFor: { roles: [role] } },
        env: Object.fromEntries(has.map((name) => [name, secrets[name] ?? ''])),
      });
    expect(read(names).slack.default_channel).toBe('C0123ABCD');
    for (const one of names) {
      // What has another way in is noticed by what is not there then.
      const rest = names.filter((name) => name !== one);
      if (one === 'REDIS_URL') expect(read(rest).redis.url).toBe('redis://127.0.0.1:6379');
      else expect(() => read(rest), `${role} without ${one}`).toThrow(`set ${one} in the environment`);
    }
  }
});

describe('Amazon MSK with IAM', () => {
  interface Statement {
    readonly Sid: string;
    readonly Effect: string;
    readonly Action: readonly string[];
    readonly Resource: readonly string[];
  }
  const { Statement: statements } = JSON.parse(exampleText('msk-iam/policy.json')) as {
    readonly Statement: readonly Statement[];
  };
  const manifests = rendered('msk-iam');
  const { kafka, audit } = configOf(manifests);
  /** What may be done, each to what: `topic alerts-gov` → its actions. */
  const allowed = new Map<string, Set<string>>();
  for (const { Effect, Action, Resource } of statements) {
    expect(Effect).toBe('Allow');
    for (const arn of Resource) {
      const match =
        /^arn:aws-us-gov:kafka:us-gov-west-1:\d{12}:(cluster|topic|group)\/alerts\/[0-9a-f-]+(?:\/(.+))?$/.exec(
          arn,
        );
      expect([arn, match]).not.toEqual([arn, null]);
      const key = [match?.[1], match?.[2]].filter((part) => part !== undefined).join(' ');
      const actions = allowed.get(key) ?? new Set();
      for (const action of Action) actions.add(action.replace('kafka-cluster:', ''));
      allowed.set(key, actions);
    }
  }

  test('the policy names the topics and the group of the config, with what farmhand asks of each, and nothing else', () => {
    const kept = ['DescribeTopic', 'DescribeTopicDynamicConfiguration', 'ReadData', 'WriteData'];
    const forAMoment = ['AlterGroup', 'DeleteGroup', 'DescribeGroup'];
    expect(
      Object.fromEntries([...allowed].map(([what, actions]) => [what, [...actions].toSorted()])),
    ).toEqual({
      cluster: ['Connect', 'DescribeCluster'],
      ...Object.fromEntries(
        kafka?.topics.map(({ name }) => [`topic ${name}`, ['DescribeTopic', 'ReadData']]) ?? [],
      ),
      [`topic ${kafka?.dead_letter_topic}`]: kept,
      [`topic ${audit.topic}`]: kept,
      [`group ${kafka?.group_id}`]: ['AlterGroup', 'DescribeGroup'],
      // The groups of read-dead-letters.ts and audit-topic.ts.
      'group farmhand-dead-letters-*': forAMoment,
      'group farmhand-audit-*': forAMoment,
    });
  });

  test('the accounts that may be the role are those that the chart makes for it, of the release that the example names', () => {
    const trust = exampleText('msk-iam/trust.json');
    const named = [...trust.matchAll(/system:serviceaccount:farmhand:([a-z-]+)/g)].map(([, name]) => name);
    const role = 'eks.amazonaws.com/role-arn';
    const made = [...manifests.values()]
      .filter(({ kind }) => kind === 'ServiceAccount')
      .filter((account) => account.metadata.annotations?.[role])
      .map(({ metadata }) => metadata.name.replace('release-farmhand', 'farmhand'));
    expect(named).toEqual(made);
  });
});

describe('External Secrets', () => {
  const objects = exampleObjects('external-secrets/secrets.yaml');
  const manifests = rendered('external-secrets');
  const keysOf = (secret: string): readonly string[] =>
    objects
      .filter((one) => one.kind === 'ExternalSecret' && one['spec'].target.name === secret)
      .flatMap((one) => one['spec'].data.map(({ secretKey }: { secretKey: string }) => secretKey));

  test('make all that the config needs, and nothing that it does not', () => {
    const env = Object.fromEntries(keysOf('farmhand').map((key) => [key, secrets[key] ?? '']));
    expect(configOf(manifests, env).redis.url).toBeDefined();
    for (const key of keysOf('farmhand').filter((each) => each !== 'FARMHAND_API_TOKEN')) {
      if (key === 'REDIS_URL') continue; // has a default
      const { [key]: _, ...others } = env;
      expect(() => configOf(manifests, others)).toThrow(key);
    }
  });

  test('make the files that the config names, in the Secrets that the chart mounts', () => {
    const { kafka } = configOf(manifests);
    const file = typeof kafka?.tls === 'object' ? kafka.tls.ca_file : undefined;
    expect(keysOf('farmhand-files').map((key) => `/var/run/secrets/farmhand/${key}`)).toEqual([file]);
    const { spec } = get(manifests, 'Deployment/release-farmhand')['spec'].template;
    expect(spec.containers[0].envFrom).toEqual([{ secretRef: { name: 'farmhand' } }]);
    expect(spec.volumes).toContainEqual({
      name: 'secret-files',
      secret: { secretName: 'farmhand-files', defaultMode: 0o440 },
    });
  });

  test('all from one store, whose account is there', () => {
    const store = objects.find(({ kind }) => kind === 'SecretStore');
    const { name } = store?.['spec'].provider.aws.auth.jwt.serviceAccountRef ?? {};
    expect(
      objects.filter(({ kind }) => kind === 'ServiceAccount').map(({ metadata }) => metadata.name),
    ).toEqual([name]);
    for (const one of objects.filter(({ kind }) => kind === 'ExternalSecret'))
      expect(one['spec'].secretStoreRef).toEqual({ kind: 'SecretStore', name: store?.metadata.name });
  });
});

test('GovSlack: the second release shares neither names, records, group, topics nor tokens with the first', () => {
  const first = render(
    ['minimal-values.yaml'],
    ['config.kafka={"brokers":["kafka:9092"],"topics":[{"name":"alerts"}]}'],
  );
  const second = rendered('govslack');
  const [one, other] = [configOf(first), configOf(second)];
  expect(new URL(other.slack.api_url).host).toBe('slack-gov.com');
  const own = (config: Config, manifests: typeof first): readonly unknown[] => [
    config.slack.api_url,
    config.redis.prefix,
    config.kafka?.group_id,
    config.kafka?.dead_letter_topic,
    ...(config.kafka?.topics.map(({ name }) => name) ?? []),
    get(manifests, 'Deployment/release-farmhand')['spec'].template.spec.containers[0].envFrom[0].secretRef
      .name,
  ];
  expect(own(one, first).filter((each) => own(other, second).includes(each))).toEqual([]);
  // As the example's own line names it.
  const names = (release: string) => new Set(render(['minimal-values.yaml'], [], [], release).keys());
  expect([...names('farmhand')].filter((name) => names('farmhand-gov').has(name))).toEqual([]);
});

describe('three clusters', () => {
  const { rebuilds } = configOf(rendered('three-clusters'));

  test('each has a context of the kubeconfig, with an account of its own', () => {
    const kubeconfig = new KubeConfig();
    kubeconfig.loadFromString(exampleText('three-clusters/kubeconfig.yaml'));
    const used = rebuilds?.clusters.map(({ context = '' }) => {
      kubeconfig.setCurrentContext(context);
      return [
        kubeconfig.getCurrentCluster()?.server,
        kubeconfig.getCurrentUser()?.authProvider ?? kubeconfig.getCurrentUser()?.name,
      ];
    });
    expect(used).toEqual(
      ['us-east-1', 'us-west-2', 'us-gov-west-1'].map((name) => [
        `https://ABCDEF0123456789.gr7.${name}.eks.amazonaws.com`,
        name,
      ]),
    );
    expect(rebuilds?.clusters.map(({ kubeconfig }) => kubeconfig)).toEqual(
      Array.from({ length: 3 }, () => '/var/run/secrets/farmhand/kubeconfig'),
    );
  });

  test('the Role is the chart’s', () => {
    const role = exampleObjects('three-clusters/account.yaml').find(({ kind }) => kind === 'Role');
    const grant = JSON.stringify([
      {
        name: role?.metadata.namespace,
        resourceNames: ['system6-dcr-farmer', 'system6-dcr-sync'],
      },
    ]);
    const chart = get(render(['minimal-values.yaml'], [`rbac.namespaces=${grant}`]), 'Role/release-farmhand');
    expect(role?.['rules']).toEqual(chart['rules']);
  });
});

test('Argo CD: what the Application carries is rendered, at the version of the chart', () => {
  const [application] = exampleObjects('argocd/application.yaml');
  const { source, syncPolicy } = application?.['spec'] ?? {};
  const { version } = parse(exampleText('../helm/farmhand/Chart.yaml'));
  expect([source.path, source.targetRevision]).toEqual(['helm/farmhand', `v${version}`]);
  const set = Object.entries(source.helm.valuesObject).map(
    ([key, value]) => `${key}=${JSON.stringify(value)}`,
  );
  expect(configOf(render([], set)).http.events_token).toBeDefined();
  expect(syncPolicy.managedNamespaceMetadata.labels).toEqual({
    'pod-security.kubernetes.io/enforce': 'restricted',
  });
});

test('KEDA scales a Deployment that has no number of its own, and asks for what farmhand reads', () => {
  const manifests = rendered('keda');
  const { kafka } = configOf(manifests);
  const [scaled, login] = exampleObjects('keda/scaledobject.yaml');
  const deployment = get(manifests, 'Deployment/release-farmhand-intake');
  expect(scaled?.['spec'].scaleTargetRef.name).toBe('farmhand-intake');
  expect(deployment['spec'].replicas).toBeUndefined();
  const { metadata, authenticationRef } = scaled?.['spec'].triggers[0] ?? {};
  expect(metadata).toMatchObject({
    bootstrapServers: kafka?.brokers[0],
    consumerGroup: kafka?.group_id,
    topic: kafka?.topics[0]?.name,
    sasl: kafka?.sasl?.mechanism.replaceAll('-', '_').replace('scram_sha_', 'scram_sha'),
    tls: kafka?.tls === true ? 'enable' : 'disable',
  });
  expect(authenticationRef.name).toBe(login?.metadata.name);
});
