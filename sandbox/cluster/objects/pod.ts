import type { PodState, SetState } from '../world.ts';
import { compact, time } from './meta.ts';
import { labelsOf, podSpec } from './statefulset.ts';

const graceSeconds = 30;

export const podLabels = (set: SetState, pod: PodState): Readonly<Record<string, string>> => ({
  ...labelsOf(set),
  'apps.kubernetes.io/pod-index': String(pod.ordinal),
  'controller-revision-hash': `${set.spec.name}-7f9c4b6d8`,
  'statefulset.kubernetes.io/pod-name': pod.name,
});

export const podObject = (set: SetState, pod: PodState): unknown => ({
  kind: 'Pod',
  apiVersion: 'v1',
  metadata: compact({
    name: pod.name,
    generateName: `${set.spec.name}-`,
    namespace: set.spec.namespace,
    uid: pod.uid,
    resourceVersion: String(pod.resourceVersion),
    creationTimestamp: time(pod.createdAt),
    ...(pod.deletedAt !== undefined && {
      deletionTimestamp: time(pod.deletedAt + graceSeconds * 1000),
      deletionGracePeriodSeconds: graceSeconds,
    }),
    labels: podLabels(set, pod),
    ownerReferences: [
      {
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        name: set.spec.name,
        uid: set.uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ],
  }),
  spec: { ...podSpec(set), ...(pod.phase !== 'pending' && { nodeName: `node-${pod.ordinal % 6}` }) },
  status: status(pod),
});

const status = (pod: PodState): unknown => {
  const condition = (type: string, ok: boolean, at: number, rest: Record<string, string> = {}): unknown => ({
    type,
    status: ok ? 'True' : 'False',
    lastProbeTime: null,
    lastTransitionTime: time(at),
    ...rest,
  });
  if (pod.phase === 'pending') {
    return {
      phase: 'Pending',
      qosClass: 'Burstable',
      conditions: pod.unschedulable
        ? [
            condition('PodScheduled', false, pod.createdAt, {
              reason: 'Unschedulable',
              message:
                '0/6 nodes are available: 6 Insufficient memory. preemption: 0/6 nodes are available: 6 No preemption victims found for incoming pod.',
            }),
          ]
        : [],
    };
  }
  const ready = pod.phase === 'ready';
  const unready = { reason: 'ContainersNotReady', message: 'containers with unready status: [express]' };
  return {
    phase: 'Running',
    qosClass: 'Burstable',
    podIP: `10.8.${pod.ordinal >> 8}.${pod.ordinal & 255}`,
    startTime: time(pod.createdAt),
    conditions: [
      condition('PodScheduled', true, pod.createdAt),
      condition('Initialized', true, pod.createdAt),
      condition('Ready', ready, pod.since, ready ? {} : unready),
      condition('ContainersReady', ready, pod.since, ready ? {} : unready),
    ],
    containerStatuses: [containerStatus(pod)],
  };
};

const containerStatus = (pod: PodState): unknown => {
  const crashed = {
    terminated: {
      exitCode: 137,
      reason: 'OOMKilled',
      startedAt: time(pod.startedAt ?? pod.createdAt),
      finishedAt: time(pod.since),
      containerID: `containerd://${pod.uid}`,
    },
  };
  const waits = {
    waiting: {
      reason: 'CrashLoopBackOff',
      message: `back-off restarting failed container=express pod=${pod.name}`,
    },
  };
  return {
    name: 'express',
    image: 'registry.example.com/express:2026.11',
    imageID: 'registry.example.com/express@sha256:0',
    ready: pod.phase === 'ready',
    started: pod.phase === 'ready',
    restartCount: pod.restarts,
    state:
      pod.phase === 'crashing' ? waits : { running: { startedAt: time(pod.startedAt ?? pod.createdAt) } },
    lastState: pod.restarts > 0 ? crashed : {},
  };
};
