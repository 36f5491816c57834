import { z } from 'zod';
import type { SimRequest, SimResponse } from '../simulator/server.ts';
import { badRequest } from './answers.ts';
import type { World } from './world.ts';

const AccessReview = z.object({
  spec: z.object({
    resourceAttributes: z.object({
      namespace: z.string().optional(),
      verb: z.string(),
      group: z.string().default(''),
      resource: z.string(),
      subresource: z.string().optional(),
      name: z.string().optional(),
    }),
  }),
});
const RulesReview = z.object({ spec: z.object({ namespace: z.string() }) });

export const isForbidden = (world: World, verb: string, resource: string, subresource?: string): boolean =>
  world.forbidden.includes(`${verb} ${subresource ? `${resource}/${subresource}` : resource}`);

const read = <T>(schema: z.ZodType<T>, request: SimRequest): T | undefined => {
  try {
    return schema.safeParse(JSON.parse(request.body)).data;
  } catch {
    return undefined;
  }
};

/** POST selfsubjectaccessreviews: whether the caller may do one thing. */
export const accessReview = (world: World, request: SimRequest): SimResponse => {
  const review = read(AccessReview, request);
  if (!review) return badRequest('SelfSubjectAccessReview in version "v1" cannot be handled');
  const { verb, resource, subresource } = review.spec.resourceAttributes;
  const allowed = !isForbidden(world, verb, resource, subresource);
  return {
    status: 201,
    json: {
      kind: 'SelfSubjectAccessReview',
      apiVersion: 'authorization.k8s.io/v1',
      metadata: {},
      spec: review.spec,
      status: {
        allowed,
        ...(allowed && {
          reason: 'RBAC: allowed by RoleBinding "farmhand" of Role "farmhand" to ServiceAccount',
        }),
      },
    },
  };
};

/** POST selfsubjectrulesreviews: everything the caller may do in a namespace. */
export const rulesReview = (world: World, request: SimRequest): SimResponse => {
  const review = read(RulesReview, request);
  if (!review) return badRequest('SelfSubjectRulesReview in version "v1" cannot be handled');
  const rules = known
    .map(({ group, resource, verbs }) => ({
      verbs: verbs.filter((verb) => !world.forbidden.includes(`${verb} ${resource}`)),
      apiGroups: [group],
      resources: [resource],
    }))
    .filter(({ verbs }) => verbs.length > 0);
  return {
    status: 201,
    json: {
      kind: 'SelfSubjectRulesReview',
      apiVersion: 'authorization.k8s.io/v1',
      metadata: {},
      spec: {},
      status: { resourceRules: rules, nonResourceRules: [], incomplete: false },
    },
  };
};

const known = [
  { group: 'apps', resource: 'statefulsets', verbs: ['get', 'list'] },
  { group: 'apps', resource: 'statefulsets/scale', verbs: ['get', 'update', 'patch'] },
  { group: '', resource: 'pods', verbs: ['get', 'list'] },
  { group: '', resource: 'services', verbs: ['get', 'list'] },
  { group: '', resource: 'resourcequotas', verbs: ['list'] },
  { group: '', resource: 'events', verbs: ['list'] },
  { group: 'policy', resource: 'poddisruptionbudgets', verbs: ['list'] },
  { group: 'autoscaling', resource: 'horizontalpodautoscalers', verbs: ['list'] },
  { group: 'admissionregistration.k8s.io', resource: 'validatingadmissionpolicies', verbs: ['list'] },
  { group: 'argoproj.io', resource: 'applications', verbs: ['get', 'list', 'patch'] },
];
