import type { SimApplication, SimPod, SimScale, SimSetSpec } from './contract.ts';

/** One pod. `nextAt` is when it changes by itself; undefined: only when something else does. Times in ms. */
export interface PodState {
  readonly name: string;
  readonly ordinal: number;
  readonly uid: string;
  readonly createdAt: number;
  phase: SimPod['phase'];
  since: number;
  nextAt: number | undefined;
  /** No node has room for it. */
  unschedulable: boolean;
  restarts: number;
  startedAt?: number;
  deletedAt?: number;
  resourceVersion: number;
}

/** A StatefulSet, its pods, and what is done to it. */
export interface SetState {
  readonly spec: SimSetSpec;
  readonly uid: string;
  readonly createdAt: number;
  replicas: number;
  generation: number;
  resourceVersion: number;
  /** Who wrote `spec.replicas` last. */
  writer: { readonly manager: string; readonly at: number; readonly subresource: boolean };
  pods: PodState[];
  crashLoop: boolean;
  neverReady: boolean;
  stuckTerminating: boolean;
  capacity: number | undefined;
  autoscaled: boolean;
  /** The last refusal to make a pod, as the StatefulSet controller tells it in an event. */
  refusal?: { readonly pod: string; readonly message: string; readonly at: number };
}

export interface ServiceState {
  readonly namespace: string;
  readonly name: string;
  publishNotReady: boolean;
}

/** Everything in the simulated cluster. */
export interface World {
  readonly now: () => number;
  /** Boot and stop times are divided by it. */
  readonly speed: number;
  readonly user: string;
  readonly token: string;
  readonly startedAt: number;
  readonly sets: Map<string, SetState>;
  readonly services: Map<string, ServiceState>;
  readonly applications: Map<string, SimApplication>;
  /** Applications that carry the annotation `argocd.argoproj.io/refresh`. */
  readonly refreshes: Set<string>;
  readonly quotas: Map<string, number>;
  forbidden: readonly string[];
  /** Of the admission policy `max`. */
  atMost: number | undefined;
  readonly scales: SimScale[];
  /** Of the last write, to anything. */
  resourceVersion: number;
  count: number;
}

export const createWorld = (
  options: { readonly token?: string; readonly now?: () => number; readonly speed?: number } = {},
): World => {
  const now = options.now ?? Date.now;
  return {
    now,
    speed: options.speed ?? 1,
    user: 'system:serviceaccount:farmhand:farmhand',
    token: options.token ?? 'local-cluster-token',
    startedAt: now(),
    sets: new Map(),
    services: new Map(),
    applications: new Map(),
    refreshes: new Set(),
    quotas: new Map(),
    forbidden: [],
    atMost: undefined,
    scales: [],
    resourceVersion: 1000,
    count: 0,
  };
};

export const keyOf = (namespace: string, name: string): string => `${namespace}/${name}`;

export const setOf = (world: World, namespace: string, name: string): SetState | undefined =>
  world.sets.get(keyOf(namespace, name));

/** The next version of anything, as etcd counts: one sequence for all objects. */
export const nextVersion = (world: World): number => {
  world.resourceVersion++;
  return world.resourceVersion;
};

/** A uid in the usual form, in the order of making. */
export const nextUid = (world: World): string => {
  world.count++;
  return `00000000-0000-4000-8000-${world.count.toString(16).padStart(12, '0')}`;
};

export const namespacesOf = (world: World): readonly string[] =>
  [...new Set([...world.sets.values()].map((set) => set.spec.namespace))].sort();
