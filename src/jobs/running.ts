import type { RebuildId } from '../rebuild/rebuild.ts';
import type { Part } from '../rebuild/store.ts';
import type { Nudges } from './nudges.ts';

/** Which parts of rebuilds this process is at. Its own writes then need no nudge: it looks again before it goes. */
export interface Running {
  /** False when this process is at it already; it will look once more. */
  begin(part: Part, id: RebuildId, now: number): boolean;
  /** True when this process is at it, and will come again by `at`; ms. */
  heed(part: Part, id: RebuildId, at: number): boolean;
  /** @returns when it was last said to be due while it ran; ms. */
  end(part: Part, id: RebuildId): number | undefined;
}

export const createRunning = (): Running => {
  const told = new Map<string, number | undefined>();
  const keyOf = (part: Part, id: RebuildId): string => `${part} ${id}`;
  const heed = (part: Part, id: RebuildId, at: number): boolean => {
    const key = keyOf(part, id);
    if (!told.has(key)) return false;
    // The record says when it is due, and the last write is the record.
    told.set(key, at);
    return true;
  };
  return {
    heed,
    begin: (part, id, now) => {
      if (heed(part, id, now)) return false;
      told.set(keyOf(part, id), undefined);
      return true;
    },
    end: (part, id) => {
      const at = told.get(keyOf(part, id));
      told.delete(keyOf(part, id));
      return at;
    },
  };
};

/** What the store is given to tell: nudges the part, unless this process is at it anyway. */
export const nudgeWhenDue =
  (deps: {
    readonly running: Running;
    readonly nudges: Pick<Nudges, 'parts'>;
    readonly now: () => number;
    /** A nudge that gets lost is put back by the resync. */
    readonly onLost: (error: unknown) => void;
  }) =>
  (part: Part, id: RebuildId, at: number): void => {
    if (deps.running.heed(part, id, at)) return;
    deps.nudges.parts(part, [id], Math.max(0, at - deps.now())).catch(deps.onLost);
  };
