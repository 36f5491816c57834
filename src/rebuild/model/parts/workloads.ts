/** Farmers and synchronizer: what is wanted of them, and what was seen. */
import type { Person } from '../../../core/person.ts';

export interface Farmers {
  /** What the rebuild wants now; 0 before the step `farmers` and after `teardown`. */
  readonly wanted: number;
  /** The number people asked for last: what `wanted` becomes in the step `farmers`. */
  readonly target: number;
  /** Accepted to start with, or to go on with, at the least. */
  readonly minimum: number;
  /** The largest target since a second person last agreed to a smaller one; absent: the plan's or the present one. */
  readonly most?: number;
  /** Who asked for the target, when it is not the plan's. */
  readonly asked?: { readonly by: Person; readonly reason?: string };
  readonly seen?: SeenPods;
}

export interface Synchronizer {
  readonly wanted: 0 | 1;
  readonly seen?: SeenPods;
  /** It was up and went away; what it ran may be lost. Gone when it is sure that nothing was, or the run began again. */
  readonly awaySince?: number;
  /** Stays up after the rebuild with fresh data, until released. */
  readonly guardian: boolean;
}

/** What was last seen of a StatefulSet. */
export interface SeenPods {
  readonly at: number;
  /** `spec.replicas`. */
  readonly wanted: number;
  readonly ready: number;
  /** Pods that still exist, those that are going included. */
  readonly pods: number;
  /** Not ready, each with its reason; at most ten. */
  readonly troubles: readonly PodTrouble[];
}

export interface PodTrouble {
  readonly pod: string;
  readonly kind:
    | 'pending'
    | 'unschedulable'
    | 'crash_loop'
    | 'not_ready'
    | 'terminating'
    | 'image'
    | 'failed';
  /** As Kubernetes says it, shortened; plain text. */
  readonly says: string;
  readonly since?: number;
}

export type WorkloadRole = 'farmer' | 'synchronizer';

/** Somebody else changed replicas: told, and not fought. */
export interface Drift {
  readonly role: WorkloadRole;
  readonly at: number;
  readonly expected: number;
  readonly found: number;
  /** Field manager, or the author of the commit. */
  readonly who?: string;
  readonly what?: string;
  /** A person said what counts: the found number (then `wanted` was changed), or ours (scaled again). */
  readonly settled?: 'accepted' | 'restored';
}
