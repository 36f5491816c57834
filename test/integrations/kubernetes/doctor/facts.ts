import type { V1StatefulSet } from '@kubernetes/client-node';
import type { Facts } from '../../../../src/integrations/kubernetes/doctor/facts.ts';
import type { Observation } from '../../../../src/rebuild/ports/ports.ts';
import { anInstance } from '../../../builders/rebuild.ts';

export const ok = <T>(value: T): Observation<T> => ({ ok: true, value });
export const away: Observation<never> = { ok: false, error: 'cluster den: no answer within 10000 ms' };
export const notChecked = (check: string) => ({
  level: 'unknown',
  check,
  says: 'not checked: cluster den: no answer within 10000 ms',
});

type Spec = NonNullable<V1StatefulSet['spec']>;
type Container = NonNullable<Spec['template']['spec']>['containers'][number];

export const aContainer = (change: Partial<Container> = {}): Container => ({
  name: 'express',
  livenessProbe: { httpGet: { path: '/livez', port: 'admin' } },
  readinessProbe: { httpGet: { path: '/readyz', port: 'admin' } },
  resources: { requests: { cpu: '8', memory: '80Gi' }, limits: { memory: '80Gi' } },
  ...change,
});

export const aSet = (
  name: string,
  change: Partial<Spec> = {},
  containers: readonly Container[] = [aContainer()],
): V1StatefulSet => ({
  metadata: { name },
  spec: {
    replicas: 0,
    serviceName: name,
    podManagementPolicy: 'Parallel',
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [...containers] } },
    ...change,
  },
  status: { replicas: 0 },
});

/** Everything read, and all well. */
export const facts = (change: Partial<Facts> = {}): Facts => {
  const instance = anInstance();
  return {
    instance,
    version: ok('v1.37.2'),
    sets: { farmer: ok(aSet(instance.farmerSet)), synchronizer: ok(aSet(instance.synchronizerSet)) },
    service: ok({ spec: { clusterIP: 'None', publishNotReadyAddresses: true } }),
    budgets: ok([]),
    autoscalers: ok([]),
    quotas: ok([]),
    policies: ok([]),
    application: ok(undefined),
    rights: [],
    ...change,
  };
};
