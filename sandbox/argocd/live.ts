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

/** What an Application's status says of each of its sets. */
export const resourcesOf = (
  sets: readonly SetWanted[],
  off: readonly SetWanted[],
): NonNullable<SimApplication['resources']> =>
  sets.map((each) => ({
    namespace: each.namespace,
    set: each.set,
    sync: off.includes(each) ? 'OutOfSync' : 'Synced',
  }));

/** As Argo CD judges StatefulSets: Progressing until all are ready; one that goes down never leaves Healthy. */
export const healthOf = (cluster: SimClusterView, sets: readonly SetWanted[]): SimApplication['health'] => {
  const missing = sets.some(({ namespace, set }) => cluster.replicas(namespace, set) === undefined);
  if (missing) return 'Missing';
  const up = sets.every(({ namespace, set }) => {
    const ready = cluster.pods(namespace, set).filter(({ phase }) => phase === 'ready').length;
    return ready >= (cluster.replicas(namespace, set) ?? 0);
  });
  return up ? 'Healthy' : 'Progressing';
};
