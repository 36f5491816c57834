import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { customTypes, startKubernetes } from '../../../sandbox/kubernetes/start.ts';
import { partDir } from '../../../scripts/setup/machine.ts';
import { type KubernetesApi, kubernetesApi } from '../../support/kubernetes-api.ts';
import { type Manifest, render } from './chart.ts';
import { exampleObjects } from './examples.ts';
import { podsOf } from './pod-security.ts';

const namespace = 'farmhand';
const ci = readdirSync(new URL('../../../helm/farmhand/ci/', import.meta.url));
const examples = ['external-secrets', 'govslack', 'keda', 'msk-iam', 'three-clusters'];
const files = [
  ...['argo-events/event-source.yaml', 'argo-events/sensor.yaml', 'argo-events/sensor-whole-event.yaml'],
  ...['keda/scaledobject.yaml', 'external-secrets/secrets.yaml', 'three-clusters/account.yaml'],
  'argocd/application.yaml',
];
const cleanup = new AsyncDisposableStack();
let api: KubernetesApi;

const namespaceNamed = (name: string, labels: Readonly<Record<string, string>> = {}) => ({
  ...{ apiVersion: 'v1', kind: 'Namespace' },
  metadata: { name, labels },
});
const restricted = Object.fromEntries(
  ['enforce', 'warn', 'audit'].map((mode) => [`pod-security.kubernetes.io/${mode}`, 'restricted']),
);

describe('a real kube-apiserver, in a namespace that enforces the Pod Security Standard restricted', {
  tags: ['long'],
}, () => {
  beforeAll(async () => {
    const folder = partDir('kubernetes');
    api = kubernetesApi(cleanup.use(await startKubernetes(folder)));
    const make = async (object: Manifest): Promise<void> => {
      const made = await api.apply(object, { namespace, dryRun: false });
      expect([object.metadata.name, made.status, made.body.message]).toEqual([
        object.metadata.name,
        201,
        undefined,
      ]);
    };
    await make(namespaceNamed(namespace, restricted));
    for (const name of ['argocd', 'tenant-105858-prod', 'tenant-105859-prod'])
      await make(namespaceNamed(name));
    const types = (await customTypes(folder)).flatMap(([, text]) =>
      parseAllDocuments(text).flatMap((document) => document.toJS() ?? []),
    );
    expect(types.length).toBeGreaterThanOrEqual(11);
    for (const type of types) await make(type);
    for (const type of types) {
      const { group, names, versions } = type.spec;
      const served = versions.filter((version: { served: boolean }) => version.served);
      for (const { name } of served) {
        const path = `/apis/${group}/${name}/${names.plural}`;
        await vi.waitFor(async () => expect((await api.call('GET', path)).status).toBe(200), {
          timeout: 60_000,
          interval: 100,
        });
      }
    }
  });
  afterAll(() => cleanup.disposeAsync());

  /** What the API has against these, a line each; pods of workloads are asked for by themselves: a workload alone is only warned of. */
  const against = async (manifests: readonly Manifest[]): Promise<readonly string[]> => {
    const pods = podsOf(manifests).map(({ of, spec }) => ({
      ...{ apiVersion: 'v1', kind: 'Pod' },
      metadata: { name: `${of.split('/')[1]}-pod` },
      // There are no accounts and no nodes here.
      spec: { ...spec, serviceAccountName: undefined, serviceAccount: undefined },
    }));
    const found: string[] = [];
    for (const object of [...manifests, ...pods]) {
      const { status, body, warnings } = await api.apply(object, { namespace, dryRun: true });
      const at = `${object.kind}/${object.metadata.name}`;
      if (status !== 201 && status !== 200) found.push(`${at}: ${status} ${body.message}`);
      for (const warning of warnings) found.push(`${at}: ${warning}`);
    }
    return found;
  };

  test.each([
    ...ci.map((file) => [file, file]),
    ...examples.map((name) => [name, `../../../examples/${name}/values.yaml`]),
  ])('takes all that %s renders, without a warning', async (_, values = '') => {
    expect(await against([...render([values]).values()])).toEqual([]);
  });

  test.each(files)('takes examples/%s, without a warning', async (file) => {
    expect(await against(exampleObjects(file))).toEqual([]);
  });

  test('keeps nothing of it', async () => {
    const { body } = await api.call('GET', `/apis/apps/v1/namespaces/${namespace}/deployments`);
    expect(body.items).toEqual([]);
  });

  test('refuses what is not restricted, what is misspelt and what is of no type: the check can fail', async () => {
    const set = ['initContainers=[{"name":"root","image":"x","securityContext":{"runAsUser":0}}]'];
    const bad = await against([...render(['minimal-values.yaml'], set).values()]);
    expect(bad).toEqual([
      expect.stringMatching(
        /^Deployment\/release-farmhand: would violate PodSecurity "restricted:latest": runAsUser=0/,
      ),
      expect.stringMatching(
        /^Pod\/release-farmhand-doctor: 403 .*violates PodSecurity "restricted:latest": runAsUser=0/,
      ),
      expect.stringMatching(/^Pod\/release-farmhand-pod: 403 .*runAsUser=0/),
      expect.stringMatching(/^Pod\/release-farmhand-doctor-pod: 403 .*runAsUser=0/),
    ]);
    const [service] = [...render(['minimal-values.yaml']).values()].filter(({ kind }) => kind === 'Service');
    expect(
      await against([{ ...service, spec: { ...service?.['spec'], tpye: 'ClusterIP' } } as Manifest]),
    ).toEqual([expect.stringContaining('.spec.tpye: field not declared in schema')]);
    const [application] = exampleObjects('argocd/application.yaml');
    expect(
      await against([{ ...application, spec: { ...application?.['spec'], sorce: {} } } as Manifest]),
    ).toEqual([expect.stringContaining('.spec.sorce: field not declared in schema')]);
  });

  test('lets the account of examples/three-clusters do what farmhand does there, and nothing else', async () => {
    for (const object of exampleObjects('three-clusters/account.yaml')) {
      const made = await api.apply(object, { namespace, dryRun: false });
      expect([object.kind, made.status]).toEqual([object.kind, 201]);
    }
    const may = async (verb: string, resource: string, name?: string, where = 'tenant-105858-prod') => {
      const [group = '', plural = '', subresource = ''] = resource.split('/');
      const resourceAttributes = { namespace: where, verb, group, resource: plural, subresource, name };
      const user = 'system:serviceaccount:kube-system:farmhand';
      const { body } = await api.call('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
        ...{ apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview' },
        spec: { user, resourceAttributes },
      });
      return body.status.allowed;
    };
    expect(
      await Promise.all([
        may('get', 'apps/statefulsets', 'system6-dcr-farmer'),
        may('update', 'apps/statefulsets/scale', 'system6-dcr-farmer'),
        may('list', '/pods'),
        may('list', 'policy/poddisruptionbudgets'),
      ]),
    ).toEqual([true, true, true, true]);
    expect(
      await Promise.all([
        may('update', 'apps/statefulsets/scale', 'another'),
        may('update', 'apps/statefulsets', 'system6-dcr-farmer'),
        may('delete', '/pods'),
        may('get', '/secrets'),
        may('get', 'apps/statefulsets', 'system6-dcr-farmer', 'tenant-105859-prod'),
      ]),
    ).toEqual([false, false, false, false, false]);
  });
});
