import { expect, test } from 'vitest';
import { inReadinessTrap } from '../../../src/rebuild/observe/readiness-trap.ts';
import type { PodView, SetView, TopologyNode } from '../../../src/rebuild/ports/ports.ts';
import { anInstance } from '../../builders/rebuild.ts';

const pod: PodView = { name: 'system6-dcr-sync-0', ready: false, terminating: false, restarts: 0 };
const set = (over: Partial<PodView> = {}, ready = 0): SetView => ({
  wanted: 1,
  ready,
  pods: [{ ...pod, ...over }],
  resourceVersion: '1',
  observed: true,
  podManagement: 'Parallel',
});
const node = (over: Partial<TopologyNode> = {}): TopologyNode => ({
  name: 'system6-dcr-sync-0',
  kind: 'synchronizer',
  state: 'BOOTING',
  visibility: 'invisible',
  synced: false,
  readiness: 'waiting',
  detail: 'Inactive',
  ...over,
});
const trap = (pods: SetView, ...topology: TopologyNode[]) => inReadinessTrap(anInstance(), pods, topology);

test.each([
  ['a pod that boots and is waited for', set(), [node()]],
  ['a pod that is not registered yet', set(), []],
  ['a pod that is ready', set({ ready: true }, 1), [node({ readiness: 'unreachable' })]],
  ['a farmer that cannot be reached', set(), [node({ kind: 'farmer', readiness: 'unreachable' })]],
  ['a synchronizer without a pod', { ...set(), pods: [] }, [node({ readiness: 'unreachable' })]],
])('%s is no trap', (_, pods, topology) => {
  expect(trap(pods, ...topology)).toBeUndefined();
});

test.each([
  [
    'registered and unreachable',
    set(),
    node({
      state: 'DOWN',
      readiness: 'unreachable',
      detail: 'org.apache.thrift.transport.TTransportException',
    }),
  ],
  [
    'registered, and its name not found',
    set(),
    node({ detail: 'java.net.UnknownHostException: system6-dcr-sync-0' }),
  ],
  ['registered, and it has killed itself', set({ restarts: 2 }), node()],
])('%s is the trap', (_, pods, topology) => {
  expect(trap(pods, topology)).toEqual({
    node: { name: 'system6-dcr-sync-0', state: topology.state, readiness: topology.readiness },
    detail: topology.detail,
    pod: 'system6-dcr-sync-0',
    restarts: pods.pods[0]?.restarts,
    service: 'system6-dcr-sync',
  });
});
