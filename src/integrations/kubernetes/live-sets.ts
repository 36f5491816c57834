import type { LiveSets } from '../argocd/applications.ts';
import type { Clusters } from './client/clusters.ts';
import { explainKubernetes } from './client/failure.ts';
import { setName } from './look.ts';
import { replicasWriters } from './managers.ts';
import { replicasOf } from './set-view.ts';

/** `spec.replicas` of the sets, and that a set is not there told apart from that it cannot be seen. */
export const createLiveSets = (clusters: Clusters): LiveSets => ({
  async replicas(instance, role) {
    const { namespace } = instance;
    const name = setName(instance, role);
    const read = await clusters.call(instance.cluster, (apis, options) =>
      apis.apps.readNamespacedStatefulSet({ name, namespace }, options),
    );
    if (read.ok) {
      const writers = replicasWriters(read.value.metadata?.managedFields);
      return { ok: true, value: { namespace, name, writers, replicas: replicasOf(read.value) } };
    }
    const { failure } = read;
    if (failure.kind === 'answered' && failure.reason === 'NotFound') {
      return { ok: true, value: { namespace, name, replicas: undefined } };
    }
    return { ok: false, error: explainKubernetes(instance.cluster, failure) };
  },
});
