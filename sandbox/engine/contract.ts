import type { SimClusterView } from '../cluster/contract.ts';
import type { Simulator } from '../simulator/server.ts';

/** An express instance that the simulated engine serves, at `<url>/instances/<name>`. */
export interface SimInstance {
  readonly name: string;
  readonly namespace: string;
  readonly farmerSet: string;
  readonly synchronizerSet: string;
  readonly frontends: readonly string[];
  readonly engine: 'farm' | 'balance';
}

export const runKinds = ['history', 'rebuild', 'write'] as const;
export type RunKind = (typeof runKinds)[number];

/** How long things take with a time scale of 1; ms. Work is in farmer-milliseconds: six farmers take a sixth. */
export interface SimTimings {
  readonly history: number;
  readonly rebuildWork: number;
  /** A farmer hands in its results in pieces of this; what it has not handed in dies with it. */
  readonly piece: number;
  readonly write: number;
  readonly taking: number;
  readonly restarting: number;
  /** From a booting synchronizer to the backend's look-up of its name. */
  readonly lookUp: number;
  /** From there to the end of a synchronizer whose name was not found. */
  readonly giveUp: number;
}

/** Two minutes from start to release with six farmers, waits and boots of the others included. */
export const defaultTimings: SimTimings = {
  history: 10_000,
  rebuildWork: 270_000,
  piece: 5_000,
  write: 10_000,
  taking: 3_000,
  restarting: 3_000,
  lookUp: 500,
  giveUp: 500,
};

export interface SimEngineOptions {
  readonly cluster: SimClusterView;
  readonly instances?: readonly SimInstance[];
  /** A broken synchronizer kills itself through this. */
  readonly killPod?: (namespace: string, pod: string) => void;
  readonly port?: number;
  /** Calls need it as a bearer token. */
  readonly token?: string;
  /** 2: everything takes half as long. */
  readonly timeScale?: number;
  readonly timings?: Partial<SimTimings>;
  readonly now?: () => number;
  /** A synchronizer that has become ready brings its dataset up to date by itself. Default: only when ordered to. */
  readonly ownHistory?: boolean;
  /** How often the world is looked at between calls, ms; 0: at calls only. Default 100. */
  readonly tickMs?: number;
}

/** One order that was taken, or had been before (`already`). */
export interface SimOrder {
  readonly instance: string;
  readonly key: string;
  readonly cmd: string;
  readonly rebuild: string;
  readonly frontend?: string;
  readonly at: number;
  readonly already: boolean;
}

/** What tests and people do to the engine, and what they see of it. */
export interface SimEngineControl {
  addInstance(instance: SimInstance): void;
  adminUrl(instance: string): string;
  /** While on, no run gets any further. */
  freezeProgress(instance: string, on: boolean): void;
  /** The run of that kind fails: at once when one is active, else the next one at 40 %. */
  failRun(instance: string, kind: RunKind): void;
  /** Factor on the pace of all runs; 1 is normal. */
  speed(instance: string, factor: number): void;
  /** `down`: it does not come back from its restart; `failed`: nor can it take caches; `up`: as it should be. */
  frontendStays(instance: string, frontend: string, how: 'down' | 'failed' | 'up'): void;
  loseCacheFile(instance: string): void;
  /** While on, a rebuild that finds no farmers is done by the synchronizer alone instead of waiting. */
  fallBack(instance: string, on: boolean): void;
  orders(): readonly SimOrder[];
  /** The most frontends of the instance that were ever away at the same time. */
  mostAway(instance: string): number;
}

export interface SimEngine extends Simulator, SimEngineControl {}
