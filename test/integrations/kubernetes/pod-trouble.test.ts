import type { V1ContainerStatus, V1Pod, V1PodStatus } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { isReady, podTroubleOf, restartsOf } from '../../../src/integrations/kubernetes/pod-trouble.ts';

const since = Date.UTC(2026, 10, 20, 3);
const at = new Date(since);

const aPod = (status: V1PodStatus, metadata: V1Pod['metadata'] = {}): V1Pod => ({
  metadata: { name: 'farmer-0', creationTimestamp: at, ...metadata },
  status,
});
const container = (change: Partial<V1ContainerStatus>): V1ContainerStatus => ({
  name: 'express',
  image: 'express',
  imageID: '',
  ready: false,
  restartCount: 0,
  ...change,
});
const unready = (change: Partial<V1ContainerStatus>): V1PodStatus => ({
  phase: 'Running',
  conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: at }],
  containerStatuses: [container(change)],
});
const died = { exitCode: 137, reason: 'OOMKilled' };

test('a pod that is ready has no trouble', () => {
  const pod = aPod({ phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] });
  expect([isReady(pod), podTroubleOf(pod)]).toEqual([true, undefined]);
});

describe('the most telling reason comes first', () => {
  test.each<[string, V1PodStatus, string, string]>([
    [
      'no node has room',
      {
        phase: 'Pending',
        conditions: [
          {
            type: 'PodScheduled',
            status: 'False',
            reason: 'Unschedulable',
            message: '0/6 nodes are available',
            lastTransitionTime: at,
          },
        ],
      },
      'unschedulable',
      '0/6 nodes are available',
    ],
    [
      'a scheduling gate',
      {
        phase: 'Pending',
        conditions: [
          { type: 'PodScheduled', status: 'False', reason: 'SchedulingGated', lastTransitionTime: at },
        ],
      },
      'pending',
      'SchedulingGated',
    ],
    ['not looked at yet', { phase: 'Pending' }, 'pending', 'pending'],
    [
      'being made',
      { ...unready({ state: { waiting: { reason: 'ContainerCreating' } } }), phase: 'Pending' },
      'pending',
      'pending',
    ],
    [
      'in a crash loop',
      unready({
        restartCount: 7,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: died },
      }),
      'crash_loop',
      'CrashLoopBackOff, 7 restarts, last exit 137 (OOMKilled)',
    ],
    [
      'an init container in a crash loop',
      {
        phase: 'Pending',
        conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: at }],
        initContainerStatuses: [
          container({
            restartCount: 1,
            state: { waiting: { reason: 'CrashLoopBackOff' } },
            lastState: { terminated: { exitCode: 1, reason: 'Error' } },
          }),
        ],
      },
      'crash_loop',
      'CrashLoopBackOff, 1 restart, last exit 1',
    ],
    [
      'just crashed',
      unready({ restartCount: 1, state: { terminated: died } }),
      'crash_loop',
      '1 restart, exit 137, OOMKilled',
    ],
    [
      'running between two crashes',
      unready({ restartCount: 3, state: { running: {} }, lastState: { terminated: died } }),
      'crash_loop',
      'running again, 3 restarts, last exit 137 (OOMKilled)',
    ],
    [
      'no image',
      unready({ state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling "x:1"' } } }),
      'image',
      'ImagePullBackOff, Back-off pulling "x:1"',
    ],
    [
      'a Secret that is not there',
      unready({
        state: { waiting: { reason: 'CreateContainerConfigError', message: 'secret "a" not found' } },
      }),
      'failed',
      'CreateContainerConfigError, secret "a" not found',
    ],
    [
      'evicted',
      {
        phase: 'Failed',
        reason: 'Evicted',
        message: 'The node was low on resource: memory.',
        conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: at }],
      },
      'failed',
      'Evicted, The node was low on resource: memory.',
    ],
    [
      'running, with a probe that says no',
      {
        ...unready({ state: { running: {} } }),
        conditions: [
          {
            type: 'Ready',
            status: 'False',
            message: 'containers with unready status: [express]',
            lastTransitionTime: at,
          },
        ],
      },
      'not_ready',
      'containers with unready status: [express]',
    ],
  ])('%s', (_, status, kind, says) => {
    expect(podTroubleOf(aPod(status))).toEqual({ pod: 'farmer-0', kind, says, since });
  });

  test('going: since it was told to, not since its grace ended, and what holds it', () => {
    const pod = aPod(
      { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
      {
        deletionTimestamp: new Date(since + 30_000),
        deletionGracePeriodSeconds: 30,
        finalizers: ['example.com/keep'],
      },
    );
    expect(podTroubleOf(pod)).toEqual({
      pod: 'farmer-0',
      kind: 'terminating',
      says: 'terminating, held by example.com/keep',
      since,
    });
  });
});

test('what others say is one short plain line', () => {
  const says = podTroubleOf(
    aPod(
      unready({
        state: { waiting: { reason: 'ErrImagePull', message: `a\n\u202eb\u0007${'x'.repeat(500)}` } },
      }),
    ),
  )?.says;
  expect(says).toMatch(/^ErrImagePull, a bx+…$/);
  expect(says).toHaveLength(240);
});

test('restarts of all containers count', () => {
  const pod = aPod({
    initContainerStatuses: [container({ restartCount: 2 })],
    containerStatuses: [container({ restartCount: 1 }), container({ restartCount: 4 })],
  });
  expect(restartsOf(pod)).toBe(7);
});
