import type { SimClusterView, SimPod } from '../cluster/contract.ts';
import type { RunKind, SimInstance, SimTimings } from './contract.ts';
import type { Work } from './work.ts';

/** One run, as the engine keeps it. `done` and `total` in work, or in ms where there is no work to share. */
export interface SimRun {
  readonly key: string;
  readonly rebuild: string;
  readonly kind: RunKind;
  readonly minFarmers: number;
  state: 'waiting' | 'running' | 'done' | 'failed';
  done: number;
  total: number;
  work?: Work;
  distributed: boolean;
  error?: string;
  /** The synchronizer that does it: when it was ready. */
  readonly by: number;
}

export interface SimFrontend {
  readonly name: string;
  state: 'waiting' | 'taking' | 'restarting' | 'ready' | 'failed';
  caches?: string;
  /** The rebuild whose caches it is about to have. */
  taking?: string;
  left: number;
  stays: 'down' | 'failed' | 'up';
}

/** A farmer or synchronizer that has registered itself in the dynamic topology. */
export interface SimNode {
  readonly name: string;
  readonly kind: 'synchronizer' | 'farmer';
  pod?: SimPod;
  /** The backend could not resolve its name. */
  broken: boolean;
  /** Its work is done: the rebuild it belongs to has ended well. */
  retired: boolean;
}

/** Everything that the engine knows of one instance. */
export interface SimState {
  readonly instance: SimInstance;
  readonly runs: SimRun[];
  /** Taken, as they were, by key. */
  readonly orders: Map<string, string>;
  readonly frontends: SimFrontend[];
  readonly nodes: Map<string, SimNode>;
  readonly armed: Set<RunKind>;
  cacheFile?: { readonly rebuild: string; readonly done: number };
  /** The synchronizer that pumps, and the one whose dataset is fresh: when they became ready. */
  pump: boolean;
  fresh?: number;
  /** Synchronizer that has killed itself: in this phase since. */
  killed?: number;
  frozen: boolean;
  factor: number;
  fallsBack: boolean;
  mostAway: number;
  at: number;
}

export interface SimMeans {
  readonly cluster: SimClusterView;
  readonly timings: SimTimings;
  readonly timeScale: number;
  readonly ownHistory: boolean;
  readonly killPod: (namespace: string, pod: string) => void;
}

export const newState = (instance: SimInstance, at: number): SimState => ({
  instance,
  runs: [],
  orders: new Map(),
  frontends: instance.frontends.map((name) => ({ name, state: 'ready', left: 0, stays: 'up' })),
  nodes: new Map(),
  armed: new Set(),
  pump: false,
  frozen: false,
  factor: 1,
  fallsBack: false,
  mostAway: 0,
  at,
});

/** The synchronizer that is ready, told apart from others before and after by when it became so. */
export const synchronizerOf = (cluster: SimClusterView, instance: SimInstance): number | undefined =>
  cluster.pods(instance.namespace, instance.synchronizerSet).find(({ phase }) => phase === 'ready')?.since;

/** Farmers that are ready, by incarnation. */
export const farmersOf = (cluster: SimClusterView, instance: SimInstance): readonly string[] =>
  cluster
    .pods(instance.namespace, instance.farmerSet)
    .filter(({ phase }) => phase === 'ready')
    .map(({ name, since }) => `${name}@${since}`);

export const isActive = ({ state }: SimRun): boolean => state === 'waiting' || state === 'running';

export const guardianOf = (state: SimState, synchronizer: number | undefined): boolean =>
  state.pump && synchronizer !== undefined && state.fresh === synchronizer;
