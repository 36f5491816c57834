/** What the other simulators see of the simulated cluster, and what tests and people do to it. */

export interface SimPod {
  readonly name: string;
  /** `booting`: runs, not ready yet. */
  readonly phase: 'pending' | 'booting' | 'ready' | 'crashing' | 'terminating';
  /** In this phase since; ms since the epoch. */
  readonly since: number;
  /** Its DNS name is published: ready, or its Service publishes names of pods that are not. */
  readonly resolvable: boolean;
}

export interface SimClusterView {
  /** Pods of a StatefulSet, by ordinal; empty where there is none. */
  pods(namespace: string, set: string): readonly SimPod[];
  /** `spec.replicas`; undefined where there is no such set. */
  replicas(namespace: string, set: string): number | undefined;
}

export interface SimSetSpec {
  readonly namespace: string;
  readonly name: string;
  readonly service: string;
  readonly replicas: number;
  readonly podManagement?: 'Parallel' | 'OrderedReady';
  /** Default: true. */
  readonly publishNotReadyAddresses?: boolean;
  /** From scheduled to ready; ms. Default 2,000. */
  readonly bootMs?: number;
  /** From deleted to gone; ms. Default 500. */
  readonly stopMs?: number;
  /** Default: none. */
  readonly disruptionBudget?: boolean;
  readonly probes?: 'good' | 'none' | 'same';
}

/** One change of `spec.replicas`, whoever made it. */
export interface SimScale {
  readonly at: number;
  readonly manager: string;
  readonly namespace: string;
  readonly set: string;
  readonly from: number;
  readonly to: number;
}

export interface SimApplication {
  readonly namespace: string;
  readonly name: string;
  readonly sync: 'Synced' | 'OutOfSync' | 'Unknown';
  readonly health: 'Healthy' | 'Progressing' | 'Degraded' | 'Missing';
  /** The commit that is (being) applied. */
  readonly revision: string;
  readonly message?: string;
  readonly selfHeal: boolean;
  /** Sets that carry its tracking annotation. */
  readonly tracks?: readonly { readonly namespace: string; readonly set: string }[];
  /** It leaves `spec.replicas` alone (`ignoreDifferences`, and respects it in a sync). */
  readonly ignoresReplicas?: boolean;
}

export interface SimClusterControl {
  createSet(spec: SimSetSpec): void;
  /** As a person, an autoscaler or Argo CD would: with their field manager, whatever the version. */
  setReplicas(namespace: string, set: string, replicas: number, manager: string): void;
  /** The pod dies at once and is made anew. */
  killPod(namespace: string, pod: string): void;
  /** While on, pods of the set crash soon after they start. */
  crashLoop(namespace: string, set: string, on: boolean): void;
  /** While set, no more than this many pods of the set find a node; undefined: all do. */
  capacity(namespace: string, set: string, pods: number | undefined): void;
  /** While on, the pods of the set never become ready. */
  neverReady(namespace: string, set: string, on: boolean): void;
  /** Whether the Service publishes names of pods that are not ready: off is the readiness trap. */
  publishNotReady(namespace: string, service: string, on: boolean): void;
  /** Pods of the set stay `Terminating`. */
  stuckTerminating(namespace: string, set: string, on: boolean): void;
  application(application: SimApplication): void;
  /** A HorizontalPodAutoscaler on the set, in name only: it does not scale. */
  autoscaler(namespace: string, set: string, on: boolean): void;
  /** Pods that a namespace may hold; undefined: no quota. */
  quota(namespace: string, pods: number | undefined): void;
  /** Verbs refused to farmhand, as `patch statefulsets/scale`; empty: all allowed. */
  forbid(rules: readonly string[]): void;
  scales(): readonly SimScale[];
}
