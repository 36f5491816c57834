import type { SetState, World } from '../world.ts';
import { compact, nonZero, time } from './meta.ts';

export const labelsOf = (set: SetState): Readonly<Record<string, string>> => ({
  'app.kubernetes.io/name': set.spec.name,
});

export const statefulSet = (world: World, set: SetState): unknown => {
  const application = [...world.applications.values()].find((each) =>
    each.tracks?.some((one) => one.namespace === set.spec.namespace && one.set === set.spec.name),
  );
  return {
    kind: 'StatefulSet',
    apiVersion: 'apps/v1',
    metadata: compact({
      name: set.spec.name,
      namespace: set.spec.namespace,
      uid: set.uid,
      resourceVersion: String(set.resourceVersion),
      generation: set.generation,
      creationTimestamp: time(set.createdAt),
      labels: labelsOf(set),
      annotations: application && {
        'argocd.argoproj.io/tracking-id': `${application.name}:apps/StatefulSet:${set.spec.namespace}/${set.spec.name}`,
      },
      managedFields: managedFields(set),
    }),
    spec: {
      replicas: set.replicas,
      selector: { matchLabels: labelsOf(set) },
      template: { metadata: { labels: labelsOf(set) }, spec: podSpec(set) },
      serviceName: set.spec.service,
      podManagementPolicy: set.spec.podManagement ?? 'Parallel',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      revisionHistoryLimit: 10,
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
    },
    status: status(set),
  };
};

const status = (set: SetState): unknown => {
  const ready = set.pods.filter((pod) => pod.phase === 'ready').length;
  const revision = `${set.spec.name}-7f9c4b6d8`;
  return compact({
    observedGeneration: set.generation,
    replicas: set.pods.length,
    readyReplicas: nonZero(ready),
    availableReplicas: ready,
    currentReplicas: nonZero(set.pods.length),
    updatedReplicas: nonZero(set.pods.length),
    currentRevision: revision,
    updateRevision: revision,
    collisionCount: 0,
  });
};

const managedFields = (set: SetState): readonly unknown[] => {
  const { writer } = set;
  const base = {
    manager: 'helm',
    operation: 'Update',
    apiVersion: 'apps/v1',
    time: time(set.createdAt),
    fieldsType: 'FieldsV1',
    fieldsV1: {
      'f:spec': {
        'f:podManagementPolicy': {},
        'f:serviceName': {},
        ...(writer.manager === 'helm' && !writer.subresource && { 'f:replicas': {} }),
      },
    },
  };
  if (writer.manager === 'helm' && !writer.subresource) return [base];
  return [
    base,
    {
      manager: writer.manager,
      operation: 'Update',
      apiVersion: 'apps/v1',
      // kube-apiserver keeps no time of what was written through the scale subresource.
      ...(writer.subresource ? { subresource: 'scale' } : { time: time(writer.at) }),
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:spec': { 'f:replicas': {} } },
    },
  ];
};

export const podSpec = (set: SetState): Record<string, unknown> => ({
  containers: [
    compact({
      name: 'express',
      image: 'registry.example.com/express:2026.11',
      ports: [{ name: 'admin', containerPort: 8080, protocol: 'TCP' }],
      resources: { requests: { cpu: '8', memory: '80Gi' }, limits: { memory: '80Gi' } },
      ...probes(set),
    }),
  ],
  restartPolicy: 'Always',
  terminationGracePeriodSeconds: 30,
});

const probes = (set: SetState): Record<string, unknown> => {
  const probe = (path: string): unknown => ({
    httpGet: { path, port: 'admin', scheme: 'HTTP' },
    periodSeconds: 10,
    timeoutSeconds: 1,
    successThreshold: 1,
    failureThreshold: 3,
  });
  switch (set.spec.probes ?? 'good') {
    case 'good':
      return { livenessProbe: probe('/livez'), readinessProbe: probe('/readyz') };
    case 'same':
      return { livenessProbe: probe('/healthz'), readinessProbe: probe('/healthz') };
    case 'none':
      return {};
  }
};

export const scaleOf = (set: SetState, replicas: number = set.replicas): unknown => ({
  kind: 'Scale',
  apiVersion: 'autoscaling/v1',
  metadata: {
    name: set.spec.name,
    namespace: set.spec.namespace,
    uid: set.uid,
    resourceVersion: String(set.resourceVersion),
    creationTimestamp: time(set.createdAt),
  },
  spec: compact({ replicas: nonZero(replicas) }),
  status: {
    replicas: set.pods.length,
    selector: Object.entries(labelsOf(set))
      .map(([name, value]) => `${name}=${value}`)
      .join(','),
  },
});
