import type {
  SimApplication,
  SimClusterControl,
  SimClusterView,
  SimPod,
} from '../../../sandbox/cluster/contract.ts';

export interface FakeSimCluster
  extends SimClusterView,
    Pick<SimClusterControl, 'setReplicas' | 'application' | 'takeRefresh'> {
  /** Pods become ready, or are gone. */
  settle(): void;
  readonly scales: { readonly set: string; readonly to: number; readonly manager: string }[];
  readonly applications: Map<string, SimApplication>;
}

/** StatefulSets of a number of pods, which come up when told. Every set begins with none. */
export const createFakeSimCluster = (sets: readonly string[]): FakeSimCluster => {
  const state = new Map(sets.map((set) => [set, { wanted: 0, ready: 0 }]));
  const scales: FakeSimCluster['scales'] = [];
  const applications = new Map<string, SimApplication>();
  return {
    scales,
    applications,
    replicas: (_, set) => state.get(set)?.wanted,
    pods: (_, set) => {
      const { wanted, ready } = state.get(set) ?? { wanted: 0, ready: 0 };
      return Array.from(
        { length: Math.max(wanted, ready) },
        (_, i): SimPod => ({
          name: `${set}-${i}`,
          phase: i >= wanted ? 'terminating' : i < ready ? 'ready' : 'booting',
          since: 0,
          resolvable: true,
        }),
      );
    },
    setReplicas(_, set, replicas, manager) {
      scales.push({ set, to: replicas, manager });
      state.set(set, { ready: state.get(set)?.ready ?? 0, wanted: replicas });
    },
    application: (application) => void applications.set(application.name, application),
    takeRefresh: () => false,
    settle() {
      for (const [set, { wanted }] of state) state.set(set, { wanted, ready: wanted });
    },
  };
};
