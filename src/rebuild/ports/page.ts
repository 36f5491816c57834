import type { Rebuild } from '../model/rebuild.ts';
import { hasEnded } from '../model/record.ts';
import { type RebuildStatus, statusOfRebuild } from '../model/status.ts';

export interface RebuildPageFilter {
  readonly state?: RebuildStatus | 'in flight' | 'ended';
  readonly instance?: string;
  /** Asked for at this time or later, and before that one; ms. */
  readonly since?: number;
  readonly until?: number;
  /** 1 to 200. */
  readonly limit: number;
  /** Opaque, from the page before, with the same filter. */
  readonly cursor?: string;
}

export interface RebuildPage {
  readonly rebuilds: readonly Rebuild[];
  /** Absent on the last page; one before it may be short, or empty. */
  readonly next?: string;
}

/** Whether a rebuild is one of those that are asked for, whatever the instance. */
export const isListed = (rebuild: Rebuild, { state, since, until }: RebuildPageFilter): boolean => {
  if (since !== undefined && rebuild.at < since) return false;
  if (until !== undefined && rebuild.at >= until) return false;
  if (state === 'in flight') return !hasEnded(rebuild);
  if (state === 'ended') return hasEnded(rebuild);
  return state === undefined || statusOfRebuild(rebuild) === state;
};
