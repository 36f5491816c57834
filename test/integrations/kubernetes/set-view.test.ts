import type { V1Pod, V1StatefulSet } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { selectorOf, setView, versionOf } from '../../../src/integrations/kubernetes/set-view.ts';

const aSet = (spec: Partial<NonNullable<V1StatefulSet['spec']>> = {}): V1StatefulSet => ({
  metadata: { name: 'farmer', uid: 'u-1', generation: 4 },
  spec: { selector: {}, template: {}, serviceName: 'farmer', ...spec },
  status: { replicas: 0, observedGeneration: 3 },
});
const aPod = (name: string, uid: string): V1Pod => ({
  metadata: {
    name,
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'farmer', uid, controller: true }],
  },
  status: { conditions: [{ type: 'Ready', status: 'True' }] },
});

test('only its own pods, by number, and not those of a set that had the name before', () => {
  const pods = ['farmer-10', 'farmer-9', 'farmer-0'].map((name) => aPod(name, 'u-1'));
  const view = setView(aSet({ replicas: 3 }), [...pods, aPod('farmer-1', 'u-0')]);
  expect(view.pods.map(({ name }) => name)).toEqual(['farmer-0', 'farmer-9', 'farmer-10']);
});

test('what Kubernetes leaves out means its default', () => {
  expect(setView(aSet(), [])).toEqual({
    wanted: 1,
    ready: 0,
    pods: [],
    resourceVersion: 'u-1/4',
    observed: false,
    podManagement: 'OrderedReady',
  });
});

test('the version follows the spec, and a set that was made again is another one', () => {
  const set = aSet();
  expect(versionOf({ ...set, metadata: { ...set.metadata, resourceVersion: '77' } })).toBe('u-1/4');
  expect(versionOf({ ...set, metadata: { ...set.metadata, generation: 5 } })).toBe('u-1/5');
  expect(versionOf({ ...set, metadata: { ...set.metadata, uid: 'u-2' } })).toBe('u-2/4');
});

test('the selector of its pods', () => {
  const selector = {
    matchLabels: { app: 'farmer' },
    matchExpressions: [
      { key: 'tier', operator: 'In', values: ['a', 'b'] },
      { key: 'zone', operator: 'NotIn', values: ['c'] },
      { key: 'x', operator: 'Exists' },
      { key: 'y', operator: 'DoesNotExist' },
    ],
  };
  expect(selectorOf(aSet({ selector }))).toBe('app=farmer,tier in (a,b),zone notin (c),x,!y');
});
