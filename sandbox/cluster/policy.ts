import type { SimResponse } from '../simulator/server.ts';
import type { SetState, World } from './world.ts';

export const policyName = 'max';

const expression = (atMost: number): string => `object.spec.replicas <= ${atMost}`;

export const policyObject = (atMost: number): unknown => ({
  metadata: { name: policyName },
  spec: {
    failurePolicy: 'Fail',
    matchConstraints: {
      resourceRules: [
        {
          apiGroups: ['apps'],
          apiVersions: ['v1'],
          operations: ['UPDATE'],
          resources: ['statefulsets/scale'],
        },
      ],
    },
    validations: [
      { expression: expression(atMost), message: `no more than ${atMost} farmers here; ask #platform` },
    ],
  },
});

/** As Kubernetes 1.37 denies: 422 with the words of a 403, and at zero because a Scale has no number then. */
export const deniedBy = (world: World, { spec }: SetState, replicas: number): SimResponse | undefined => {
  const { atMost } = world;
  if (atMost === undefined || (replicas > 0 && replicas <= atMost)) return undefined;
  const why =
    replicas === 0
      ? `expression '${expression(atMost)}' resulted in error: no such key: replicas`
      : `no more than ${atMost} farmers here; ask #platform`;
  const denied = `ValidatingAdmissionPolicy '${policyName}' with binding '${policyName}' denied request: ${why}`;
  return {
    status: 422,
    json: {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: `statefulsets.apps "${spec.name}" is forbidden: ${denied}`,
      reason: 'Invalid',
      details: { name: spec.name, group: 'apps', kind: 'statefulsets', causes: [{ message: denied }] },
      code: 422,
    },
  };
};
