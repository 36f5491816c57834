import type { SimApplication, SimClusterView } from '../cluster/contract.ts';
import { setsOf } from '../repository/instances.ts';

/** What an Application wants: the replicas of its instance's two sets. */
export interface Wanted {
  readonly namespace: string;
  readonly farmers: number;
  readonly synchronizer: number;
}

export interface SetWanted {
  readonly namespace: string;
  readonly set: string;
  readonly replicas: number;
}

export const setsWanted = (name: string, wanted: Wanted): readonly SetWanted[] => {
  const { namespace } = wanted;
  const sets = setsOf(name);
  return [
    { namespace, set: sets.farmers, replicas: wanted.farmers },
    { namespace, set: sets.synchronizer, replicas: wanted.synchronizer },
  ];
};

/** The sets whose replicas are not what is wanted. */
export const different = (cluster: SimClusterView, sets: readonly SetWanted[]): readonly SetWanted[] =>
  sets.filter(({ namespace, set, replicas }) => cluster.replicas(namespace, set) !== replicas);

/** As Argo CD judges a StatefulSet: healthy once all its pods are ready and none is left over. */
export const healthOf = (cluster: SimClusterView, sets: readonly SetWanted[]): SimApplication['health'] => {
  const missing = sets.some(({ namespace, set }) => cluster.replicas(namespace, set) === undefined);
  if (missing) return 'Missing';
  const settled = sets.every(({ namespace, set }) => {
    const pods = cluster.pods(namespace, set);
    return pods.length === cluster.replicas(namespace, set) && pods.every(({ phase }) => phase === 'ready');
  });
  return settled ? 'Healthy' : 'Progressing';
};
