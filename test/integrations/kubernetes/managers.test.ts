import { describe, expect, test } from 'vitest';
import { managerInWords, replicasWriter } from '../../../src/integrations/kubernetes/managers.ts';

const owns = { 'f:spec': { 'f:replicas': {} } };
const entry = (manager: string, seconds: number, fieldsV1: object = owns) => ({
  manager,
  operation: 'Update',
  time: new Date(seconds * 1000),
  fieldsV1,
});

describe('who wrote spec.replicas', () => {
  test('is the latest of those who own it', () => {
    const entries = [
      entry('helm', 1),
      entry('argocd-controller', 3),
      entry('kubectl', 2),
      entry('kube-controller-manager', 9, { 'f:status': { 'f:replicas': {} } }),
    ];
    expect(replicasWriter(entries)).toEqual({ manager: 'argocd-controller', at: 3_000 });
  });

  test('is who changed it, not who agreed with the change later', () => {
    const applied = { ...entry('argocd-controller', 9), operation: 'Apply' };
    const scaled = { manager: 'farmhand', operation: 'Update', subresource: 'scale', fieldsV1: owns };
    expect(replicasWriter([applied, scaled])).toEqual({ manager: 'farmhand' });
    expect(replicasWriter([applied])).toEqual({ manager: 'argocd-controller', at: 9_000 });
  });

  test('is not known where nobody owns it', () => {
    expect(replicasWriter(undefined)).toBeUndefined();
    expect(replicasWriter([entry('helm', 1, { 'f:spec': { 'f:template': {} } })])).toBeUndefined();
    expect(replicasWriter([{ fieldsV1: owns }])).toBeUndefined();
  });
});

test.each([
  ['argocd-controller', 'Argo CD (argocd-controller)'],
  ['kube-controller-manager', 'an autoscaler (kube-controller-manager)'],
  ['keda', 'KEDA (keda)'],
  ['kubectl-edit', 'a person with kubectl (kubectl-edit)'],
  ['k9s', 'a person with a dashboard (k9s)'],
  ['some-operator', 'some-operator'],
])('%s', (manager, words) => {
  expect(managerInWords(manager)).toBe(words);
});
