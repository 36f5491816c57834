/** Changes of the outside world. */
import type { Person } from '../../../core/person.ts';
import type { StepName } from '../steps.ts';
import type { WorkloadRole } from './workloads.ts';

/** One change of the outside world: claimed before it is made, looked up before it is made again. */
export interface EffectState {
  /** `<rebuild id>/<step or purpose>/<number>`: travels as trailer, run key or field manager's note. */
  readonly key: string;
  readonly effect: Effect;
  readonly state: 'claimed' | 'done' | 'failed';
  readonly step: StepName;
  /** The attempt of that step. By it, and not by clocks, a step knows what was done since it began. */
  readonly stepAttempt?: number;
  readonly at: number;
  readonly attempts: number;
  /** Unique for this claim: outcomes of an older one are told apart by it. */
  readonly claim: string;
  /** Not to be tried before; ms. */
  readonly retryAt?: number;
  readonly endedAt?: number;
  /** Of a scale: when it was first seen to have arrived in the cluster. */
  readonly arrivedAt?: number;
  /** What the world calls it: resourceVersion, commit. */
  readonly id?: string;
  readonly url?: string;
  readonly error?: string;
  /** A person's words for it, where a person asked: who and why. */
  readonly by?: Person;
  readonly reason?: string;
}

export type Effect =
  | { readonly kind: 'scale'; readonly role: WorkloadRole; readonly from: number; readonly to: number }
  /** `recover`: from the cache file of a run that broke off. */
  | { readonly kind: 'run'; readonly run: 'history' | 'rebuild' | 'write'; readonly recover?: true }
  | { readonly kind: 'propagate'; readonly frontend: string }
  | { readonly kind: 'stop_run' };
