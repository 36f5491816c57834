import { expect, test } from 'vitest';
import { slimText } from '../../../../src/integrations/kubernetes/client/slim-pods.ts';

test('pods lose their spec and managed fields, and nothing else', () => {
  const pod = {
    metadata: {
      name: 'system6-dcr-farmer-0',
      ownerReferences: [{ uid: 'u', controller: true }],
      finalizers: ['f'],
    },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  };
  const full = {
    ...pod,
    metadata: { ...pod.metadata, managedFields: [{ manager: 'kubelet' }] },
    spec: { containers: [{ name: 'express' }] },
  };
  const list = { kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '7' } };
  expect(JSON.parse(slimText(JSON.stringify({ ...list, items: [full] })))).toEqual({ ...list, items: [pod] });
});

test.each(['', 'not JSON', '{"kind":"Status"}', '{"items":[{"metadata":7}]}', '[]'])(
  'what is no list of pods stays as it is: %s',
  (text) => {
    expect(slimText(text)).toBe(text);
  },
);
