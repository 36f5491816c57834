import { podsIn } from '../controller.ts';
import type { ServiceState, SetState, World } from '../world.ts';
import { compact, time } from './meta.ts';
import { labelsOf } from './statefulset.ts';

export const serviceObject = (world: World, service: ServiceState): unknown => {
  const set = [...world.sets.values()].find(
    (each) => each.spec.namespace === service.namespace && each.spec.service === service.name,
  );
  return {
    kind: 'Service',
    apiVersion: 'v1',
    metadata: { name: service.name, namespace: service.namespace, creationTimestamp: time(world.startedAt) },
    spec: compact({
      clusterIP: 'None',
      clusterIPs: ['None'],
      type: 'ClusterIP',
      selector: set && labelsOf(set),
      ports: [{ name: 'admin', port: 8080, targetPort: 'admin', protocol: 'TCP' }],
      publishNotReadyAddresses: service.publishNotReady || undefined,
    }),
    status: { loadBalancer: {} },
  };
};

export const budgetObject = (set: SetState): unknown => ({
  metadata: { name: set.spec.name, namespace: set.spec.namespace, creationTimestamp: time(set.createdAt) },
  spec: { maxUnavailable: 0, selector: { matchLabels: labelsOf(set) } },
  status: {
    currentHealthy: set.pods.filter((pod) => pod.phase === 'ready').length,
    desiredHealthy: set.replicas,
    disruptionsAllowed: 0,
    expectedPods: set.replicas,
  },
});

export const autoscalerObject = (set: SetState): unknown => ({
  metadata: { name: set.spec.name, namespace: set.spec.namespace, creationTimestamp: time(set.createdAt) },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: set.spec.name },
    minReplicas: 1,
    maxReplicas: 10,
  },
  status: { currentReplicas: set.pods.length, desiredReplicas: set.replicas },
});

export const quotaObject = (world: World, namespace: string, pods: number): unknown => ({
  metadata: { name: 'pods', namespace, creationTimestamp: time(world.startedAt) },
  spec: { hard: { pods: String(pods) } },
  status: { hard: { pods: String(pods) }, used: { pods: String(podsIn(world, namespace)) } },
});

/** What the StatefulSet controller says of a pod that it may not make. */
export const refusalEvent = (set: SetState): unknown =>
  set.refusal && {
    metadata: {
      name: `${set.spec.name}.${set.uid.slice(-12)}`,
      namespace: set.spec.namespace,
      creationTimestamp: time(set.refusal.at),
    },
    involvedObject: {
      kind: 'StatefulSet',
      apiVersion: 'apps/v1',
      name: set.spec.name,
      namespace: set.spec.namespace,
      uid: set.uid,
    },
    type: 'Warning',
    reason: 'FailedCreate',
    message: `Create Pod ${set.refusal.pod} in StatefulSet ${set.spec.name} failed error: ${set.refusal.message}`,
    source: { component: 'statefulset-controller' },
    firstTimestamp: time(set.refusal.at),
    lastTimestamp: time(set.refusal.at),
    count: 1,
  };
