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

/** A sync of an Application, as its `operationState` tells it. */
export interface SimOperation {
  /** `asked`: `.operation` is set, and has no state yet. */
  readonly phase: 'asked' | 'Running' | 'Succeeded' | 'Failed';
  readonly revision: string;
  readonly message?: string;
  readonly retries?: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
}

export interface SimApplication {
  readonly namespace: string;
  readonly name: string;
  readonly sync: 'Synced' | 'OutOfSync' | 'Unknown';
  readonly health: 'Healthy' | 'Progressing' | 'Degraded' | 'Missing';
  /** What the cluster was last compared with: a commit; the branch's name when it cannot be looked up. */
  readonly revision: string;
  readonly selfHeal: boolean;
  /** Default: one that succeeded at `revision` where it is `Synced`, else none. */
  readonly operation?: SimOperation;
  readonly conditions?: readonly { readonly type: string; readonly message: string }[];
  readonly resources?: readonly {
    readonly namespace: string;
    readonly set: string;
    readonly sync: SimApplication['sync'];
  }[];
  /** When it was last compared; ms. */
  readonly reconciledAt?: number;
  /** Its controller passes it over. */
  readonly skipped?: boolean;
  /** Sets that carry its tracking annotation. */
  readonly tracks?: readonly { readonly namespace: string; readonly set: string }[];
  /** It leaves `spec.replicas` alone (`ignoreDifferences`, and respects it in a sync). */
  readonly ignoresReplicas?: boolean;
  /** Served as it is, instead of all the rest: a status that was captured. */
  readonly raw?: unknown;
}

export interface SimClusterControl {
  createSet(spec: SimSetSpec): void;
  /** As a person, an autoscaler or Argo CD would: with their field manager, whatever the version. */
  setReplicas(namespace: string, set: string, replicas: number, manager: string): void;
  /** The pod dies at once and is made again. */
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
  /** Whether somebody has asked for a look (`argocd.argoproj.io/refresh`) since it was last asked; takes it off. */
  takeRefresh(namespace: string, name: string): boolean;
  /** A HorizontalPodAutoscaler on the set, in name only: it does not scale. */
  autoscaler(namespace: string, set: string, on: boolean): void;
  /** Pods that a namespace may hold; undefined: no quota. */
  quota(namespace: string, pods: number | undefined): void;
  /** A ValidatingAdmissionPolicy on `statefulsets/scale` that reads `object.spec.replicas`: at most so many, and never zero. */
  atMost(replicas: number | undefined): void;
  /** Verbs refused to farmhand, as `patch statefulsets/scale`; empty: all allowed. */
  forbid(rules: readonly string[]): void;
  scales(): readonly SimScale[];
}
