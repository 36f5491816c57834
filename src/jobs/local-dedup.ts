import type { RebuildId } from '../rebuild/model/rebuild.ts';
import type { Part } from '../rebuild/ports/store.ts';
import type { Nudges } from './nudges.ts';

/** What a process may be at: a lane, or a part of a rebuild. */
export type Work = 'lane' | Part;

/** What this process is at. Its own writes then need no nudge: it looks again before it goes. */
export interface LocalDedup {
  /** False when this process is at it already; it will look once more. */
  begin(work: Work, id: string, now: number): boolean;
  /** True when this process is at it, and will come again by `at`; ms. */
  heed(work: Work, id: string, at: number): boolean;
  /** Whether this process is at it. */
  at(work: Work, id: string): boolean;
  /** @returns when it was last said to be due while it ran; ms. */
  end(work: Work, id: string): number | undefined;
}

export const createLocalDedup = (): LocalDedup => {
  const told = new Map<string, number | undefined>();
  const keyOf = (work: Work, id: string): string => `${work} ${id}`;
  const heed = (work: Work, id: string, at: number): boolean => {
    const key = keyOf(work, id);
    if (!told.has(key)) return false;
    // The record says when it is due, and the last write is the record.
    told.set(key, at);
    return true;
  };
  return {
    heed,
    at: (work, id) => told.has(keyOf(work, id)),
    begin: (work, id, now) => {
      if (heed(work, id, now)) return false;
      told.set(keyOf(work, id), undefined);
      return true;
    },
    end: (work, id) => {
      const at = told.get(keyOf(work, id));
      told.delete(keyOf(work, id));
      return at;
    },
  };
};

/** What the store is given to tell: nudges the part, unless this process is at it anyway. */
export const nudgeWhenDue =
  (deps: {
    readonly running: LocalDedup;
    readonly nudges: Pick<Nudges, 'parts'>;
    readonly now: () => number;
    /** A nudge that gets lost is put back by the resync. */
    readonly onLost: (error: unknown) => void;
  }) =>
  (part: Part, id: RebuildId, at: number): void => {
    if (deps.running.heed(part, id, at)) return;
    deps.nudges.parts(part, [id], Math.max(0, at - deps.now())).catch(deps.onLost);
  };
