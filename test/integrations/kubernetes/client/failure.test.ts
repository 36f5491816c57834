import { readFileSync } from 'node:fs';
import { ApiException } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import type { CallResult, Clusters } from '../../../../src/integrations/kubernetes/client/clusters.ts';
import { explainKubernetes, failureOf } from '../../../../src/integrations/kubernetes/client/failure.ts';
import { createKubernetesScales } from '../../../../src/integrations/kubernetes/scales.ts';
import { anInstance } from '../../../builders/rebuild.ts';
import { aScale } from '../world.ts';

const capture = (name: string): string =>
  readFileSync(new URL(`../../../fixtures/kubernetes-1.37.2/${name}`, import.meta.url), 'utf8');
const failure = (status: number, body: string) => failureOf(new ApiException(status, 'x', body, {}), true, 0);
const status = (message: string, reason = 'Forbidden'): string =>
  JSON.stringify({ kind: 'Status', message, reason });

test.each<[number, string, string, string]>([
  [
    403,
    capture('rbac-403.json'),
    'cluster den answered 403: statefulsets.apps "s" is forbidden: User "system:serviceaccount:farmhand:nobody" cannot update resource "statefulsets/scale" in API group "apps" in the namespace "t"; the Role in helm/farmhand/templates/rbac.yaml has what is needed',
    'refused',
  ],
  [
    422,
    capture('vap-deny-422.json'),
    "cluster den answered 422: statefulsets.apps \"s\" is forbidden: ValidatingAdmissionPolicy 'max' with binding 'max' denied request: no more than 5 farmers here; ask #platform; that is the admission policy max, and not a missing right of farmhand's: ask whoever keeps it",
    'refused',
  ],
  [
    403,
    capture('vap-forbidden-403.json'),
    "cluster den answered 403: statefulsets.apps \"s\" is forbidden: ValidatingAdmissionPolicy 'forb' with binding 'forb' denied request: four is unlucky; that is the admission policy forb, and not a missing right of farmhand's: ask whoever keeps it",
    'refused',
  ],
  [
    422,
    capture('vap-scale-to-zero-422.json'),
    "cluster den answered 422: statefulsets.apps \"s\" is forbidden: ValidatingAdmissionPolicy 'max' with binding 'max' denied request: expression 'object.spec.replicas <= 5' resulted in error: no such key: replicas; the admission policy max cannot read a number of zero, because a Scale leaves it out: whoever keeps it has to write object.spec.?replicas.orValue(0) there",
    'refused',
  ],
  [
    403,
    status('admission webhook "validate.kyverno.svc" denied the request: no farmers on Fridays'),
    'cluster den answered 403: admission webhook "validate.kyverno.svc" denied the request: no farmers on Fridays; that is the admission webhook validate.kyverno.svc, and not a missing right of farmhand\'s: ask whoever keeps it',
    'refused',
  ],
  [
    409,
    status('admission webhook "a.b" denied the request: busy', 'Conflict'),
    'cluster den answered 409: admission webhook "a.b" denied the request: busy; that is the admission webhook a.b, and not a missing right of farmhand\'s: ask whoever keeps it',
    'refused',
  ],
  [
    500,
    status(
      'Internal error occurred: failed calling webhook "a.b": failed to call webhook: Post "https://w.x.svc:443/": connection refused',
      'InternalError',
    ),
    'cluster den answered 500: Internal error occurred: failed calling webhook "a.b": failed to call webhook: Post "https://w.x.svc:443/": connection refused; the admission webhook a.b is away, and until it answers nothing can be changed; it is not a missing right of farmhand\'s',
    'retry',
  ],
  [
    403,
    status('statefulsets.apps "s" is forbidden: exceeded quota: q'),
    'cluster den answered 403: statefulsets.apps "s" is forbidden: exceeded quota: q',
    'refused',
  ],
  [
    422,
    capture('replicas-minus-1-422.json'),
    'cluster den answered 422: Scale.autoscaling "s" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    'refused',
  ],
  [
    409,
    capture('stale-rv-409.json'),
    'cluster den answered 409: Operation cannot be fulfilled on statefulsets.apps "s": the object has been modified; please apply your changes to the latest version and try again',
    'conflict',
  ],
])('%i %s', async (code, body, says, kind) => {
  expect(explainKubernetes('den', failure(code, body))).toBe(says);
  const result = await createKubernetesScales(refusing(code, body)).scale(
    aScale(anInstance(), { resourceVersion: 'u/1' }),
  );
  expect(result).toEqual({
    ok: false,
    kind,
    error: `StatefulSet system6-dcr-farmer, replicas 0 → 4: ${says}. Nothing was changed.`,
  });
});

test('what a policy says is understood where it is too long to be quoted', () => {
  const long = `statefulsets.apps "s" is forbidden: ValidatingAdmissionPolicy 'max' with binding 'max' denied request: expression '${'object.spec.replicas <= 5 || '.repeat(30)}' resulted in error: no such key: replicas`;
  expect(explainKubernetes('den', failure(422, status(long)))).toMatch(/cannot read a number of zero/);
});

/** A cluster whose set can be read and not written. */
const refusing = (code: number, body: string): Clusters => {
  let calls = 0;
  const call = async <T>(): Promise<CallResult<T>> =>
    calls++ % 2 === 0
      ? {
          ok: true,
          value: { metadata: { uid: 'u', generation: 1, resourceVersion: '5' }, spec: { replicas: 0 } } as T,
        }
      : { ok: false, failure: failure(code, body) };
  return {
    names: ['den'],
    call,
    read: async () => ({ ok: false, error: 'not asked' }),
    reach: async () => ({ ok: false, error: 'not asked' }),
    get: async () => ({ ok: false, error: 'not asked' }),
    async [Symbol.asyncDispose]() {},
  };
};
