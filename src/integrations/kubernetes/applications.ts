import { setHeaderOptions } from '@kubernetes/client-node/dist/middleware.js';
import { PatchStrategy } from '@kubernetes/client-node/dist/patch.js';
import type { Observation } from '../../rebuild/ports/ports.ts';
import { readApplication } from '../argocd/application.ts';
import type { Applications } from '../argocd/applications.ts';
import { readGlobalRules } from '../argocd/global-rules.ts';
import { readWindows } from '../argocd/windows.ts';
import type { CallResult, Clusters } from './client/clusters.ts';
import { explainKubernetes } from './client/failure.ts';
import { fieldManager } from './managers.ts';

const kind = { group: 'argoproj.io', version: 'v1alpha1' } as const;

/** Argo CD's custom resources, in the cluster that they live in. */
export const createApplications = (clusters: Clusters): Applications => ({
  async get(cluster, namespace, name) {
    const result = await clusters.call(cluster, (apis, options) =>
      apis.custom.getNamespacedCustomObject({ ...kind, plural: 'applications', namespace, name }, options),
    );
    const found = foundOf(cluster, result);
    if (!found.ok) return found;
    return { ok: true, value: found.value === undefined ? undefined : readApplication(found.value) };
  },

  async windows(cluster, namespace, project) {
    const seen = await clusters.read(cluster, (apis, options) =>
      apis.custom.getNamespacedCustomObject(
        { ...kind, plural: 'appprojects', namespace, name: project },
        options,
      ),
    );
    return seen.ok ? { ok: true, value: readWindows(seen.value) } : seen;
  },

  async globalRules(cluster, namespace) {
    const seen = await clusters.read(cluster, (apis, options) =>
      apis.core.readNamespacedConfigMap({ namespace, name: 'argocd-cm' }, options),
    );
    return seen.ok ? { ok: true, value: readGlobalRules(seen.value) } : seen;
  },

  async refresh(cluster, namespace, name) {
    const body = { metadata: { annotations: { 'argocd.argoproj.io/refresh': 'normal' } } };
    const done = await clusters.read(cluster, (apis, options) =>
      apis.custom.patchNamespacedCustomObject(
        { ...kind, plural: 'applications', namespace, name, body, fieldManager },
        setHeaderOptions('Content-Type', PatchStrategy.MergePatch, options),
      ),
    );
    return done.ok ? { ok: true, value: undefined } : done;
  },
});

const foundOf = (cluster: string, result: CallResult<unknown>): Observation<unknown> => {
  if (result.ok) return result;
  const { failure } = result;
  // Without a Status it is the kind that is not there: no Argo CD in this cluster.
  if (failure.kind === 'answered' && failure.reason === 'NotFound') return { ok: true, value: undefined };
  if (failure.kind === 'answered' && failure.status === 404) {
    return {
      ok: false,
      error: `cluster ${cluster} does not know Argo CD Applications (argoproj.io/v1alpha1)`,
    };
  }
  return { ok: false, error: explainKubernetes(cluster, failure) };
};
