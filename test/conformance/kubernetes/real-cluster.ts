import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  AdmissionregistrationV1Api,
  AppsV1Api,
  CoreV1Api,
  dumpYaml,
  KubeConfig,
  loadYaml,
  PatchStrategy,
  setHeaderOptions,
  type V1StatefulSet,
} from '@kubernetes/client-node';
import { expect } from 'vitest';
import { z } from 'zod';
import { openClusters } from '../../../src/integrations/kubernetes/client/clusters.ts';
import { quiet } from '../../integrations/kubernetes/world.ts';
import type { ClusterRig } from './kubernetes.ts';

/** Works in a namespace of its own, which it makes and removes. Its user needs to be an administrator. */
export const openRealCluster = async (kubeconfig: string): Promise<ClusterRig> => {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const core = config.makeApiClient(CoreV1Api);
  const apps = config.makeApiClient(AppsV1Api);
  const namespace = `farmhand-conformance-${randomBytes(4).toString('hex')}`;
  await core.createNamespace({ body: { metadata: { name: namespace } } });
  const context = config.getCurrentContext();
  const options = { timeout: 30_000, log: quiet };
  const clusters = openClusters([{ name: 'den', kubeconfig, context }], options);
  const folder = await mkdtemp(join(tmpdir(), 'farmhand-kube-'));
  const nobody = 'farmhand-nobody';

  return {
    clusters,
    namespace,
    async createSet(name) {
      const labels = { 'app.kubernetes.io/name': name };
      const spec = {
        clusterIP: 'None',
        publishNotReadyAddresses: true,
        selector: labels,
        ports: [{ port: 8080 }],
      };
      await core.createNamespacedService({ namespace, body: { metadata: { name }, spec } });
      await apps.createNamespacedStatefulSet({
        namespace,
        body: {
          metadata: { name },
          spec: {
            replicas: 0,
            serviceName: name,
            podManagementPolicy: 'Parallel',
            selector: { matchLabels: labels },
            template: {
              metadata: { labels },
              spec: {
                terminationGracePeriodSeconds: 0,
                containers: [{ name: 'express', image: 'registry.k8s.io/pause:3.10' }],
              },
            },
          },
        },
      });
    },
    async settle(name) {
      const set = await apps.readNamespacedStatefulSet({ name, namespace });
      const controlled = await hasControllers(core, namespace, set);
      if (!controlled) await makePods(core, namespace, set);
      const kubelets = (await core.listNode()).items.length > 0;
      const ready = async (): Promise<number> => {
        const { items } = await core.listNamespacedPod({ namespace });
        const own = items.filter(({ metadata }) => metadata?.ownerReferences?.[0]?.uid === set.metadata?.uid);
        const up = own.filter(({ status }) =>
          status?.conditions?.some(({ type, status: on }) => type === 'Ready' && on === 'True'),
        );
        if (!kubelets) {
          for (const pod of own)
            if (!up.includes(pod)) await sayReady(core, namespace, pod.metadata?.name ?? '');
        }
        return up.length;
      };
      await expect.poll(ready, { timeout: 60_000 }).toBe(set.spec?.replicas);
    },
    async restart(name, ordinal, as) {
      await sayReady(core, namespace, `${name}-${ordinal}`, { restartCount: 1, ready: as === 'ready' });
    },
    async counted(name) {
      const { status } = await apps.readNamespacedStatefulSet({ name, namespace });
      return status?.observedGeneration === undefined ? undefined : (status.readyReplicas ?? 0);
    },
    async quota(pods) {
      const body = { metadata: { name: 'pods' }, spec: { hard: { pods: String(pods) } } };
      await core.createNamespacedResourceQuota({ namespace, body });
      // Its own controller would fill that in; the admission plugin counts by it.
      await core.patchNamespacedResourceQuotaStatus(
        { name: 'pods', namespace, body: { status: { hard: { pods: String(pods) }, used: { pods: '0' } } } },
        setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
      );
      return {
        async [Symbol.asyncDispose]() {
          await core.deleteNamespacedResourceQuota({ name: 'pods', namespace });
        },
      };
    },
    async atMost(replicas) {
      const admission = config.makeApiClient(AdmissionregistrationV1Api);
      const name = `max-${namespace}`;
      const only = { matchLabels: { 'kubernetes.io/metadata.name': namespace } };
      const rule = {
        apiGroups: ['apps'],
        apiVersions: ['v1'],
        operations: ['UPDATE'],
        resources: ['statefulsets/scale'],
      };
      await admission.createValidatingAdmissionPolicy({
        body: {
          metadata: { name },
          spec: {
            failurePolicy: 'Fail',
            matchConstraints: { resourceRules: [rule] },
            validations: [
              {
                expression: `object.spec.replicas <= ${replicas}`,
                message: `no more than ${replicas} farmers here; ask #platform`,
              },
            ],
          },
        },
      });
      await admission.createValidatingAdmissionPolicyBinding({
        body: {
          metadata: { name },
          spec: {
            policyName: name,
            validationActions: ['Deny'],
            matchResources: { namespaceSelector: only },
          },
        },
      });
      return {
        name,
        async [Symbol.asyncDispose]() {
          await admission.deleteValidatingAdmissionPolicyBinding({ name });
          await admission.deleteValidatingAdmissionPolicy({ name });
        },
      };
    },
    async asNobody(run) {
      const file = join(folder, 'nobody');
      await writeFile(file, await impersonating(kubeconfig, nobody));
      await using restricted = openClusters([{ name: 'den', kubeconfig: file, context }], options);
      return await run(restricted, nobody);
    },
    async [Symbol.asyncDispose]() {
      await clusters[Symbol.asyncDispose]();
      await core.deleteNamespace({ name: namespace });
      await rm(folder, { recursive: true });
    },
  };
};

const Users = z.looseObject({
  users: z.array(z.looseObject({ user: z.looseObject({}) })),
  clusters: z.array(
    z.looseObject({ cluster: z.looseObject({ 'certificate-authority': z.string().optional() }) }),
  ),
});

/** The same kubeconfig, whose user may do nothing: everything that is asked is asked as somebody else. */
const impersonating = async (kubeconfig: string, user: string): Promise<string> => {
  const parsed = Users.parse(loadYaml(await readFile(kubeconfig, 'utf8')));
  for (const each of parsed.users) each.user['as'] = user;
  for (const { cluster } of parsed.clusters) {
    const file = cluster['certificate-authority'];
    if (file !== undefined)
      cluster['certificate-authority'] = join(
        '/',
        file.startsWith('/') ? file : join(dirname(kubeconfig), file),
      );
  }
  return dumpYaml(parsed);
};

/** An API server alone makes no pods. */
const hasControllers = async (core: CoreV1Api, namespace: string, set: V1StatefulSet): Promise<boolean> => {
  const deadline = Date.now() + 5_000;
  while (Date.now() < deadline) {
    const { items } = await core.listNamespacedPod({ namespace });
    if (items.some(({ metadata }) => metadata?.ownerReferences?.[0]?.uid === set.metadata?.uid)) return true;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return false;
};

/** What the controllers would do. */
const makePods = async (core: CoreV1Api, namespace: string, set: V1StatefulSet): Promise<void> => {
  const { name = '', uid = '' } = set.metadata ?? {};
  const template = set.spec?.template;
  for (let n = 0; n < (set.spec?.replicas ?? 0); n++) {
    const pod = `${name}-${n}`;
    const owner = { apiVersion: 'apps/v1', kind: 'StatefulSet', name, uid, controller: true };
    await core.createNamespacedPod({
      namespace,
      body: {
        metadata: { name: pod, labels: template?.metadata?.labels ?? {}, ownerReferences: [owner] },
        ...(template?.spec && { spec: { ...template.spec, automountServiceAccountToken: false } }),
      },
    });
  }
};

/** What a kubelet would say: it has the last word where there is one. */
const sayReady = async (
  core: CoreV1Api,
  namespace: string,
  name: string,
  { restartCount, ready } = { restartCount: 0, ready: true },
): Promise<void> => {
  const status = ready ? 'True' : 'False';
  const conditions = [{ type: 'Ready', status, lastTransitionTime: new Date().toISOString() }];
  const image = { image: 'registry.k8s.io/pause:3.10', imageID: '' };
  const containerStatuses = [{ name: 'express', ...image, ready, restartCount }];
  await core.patchNamespacedPodStatus(
    { name, namespace, body: { status: { phase: 'Running', conditions, containerStatuses } } },
    setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch),
  );
};
