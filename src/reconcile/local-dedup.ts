import type { Leased, Nudges, Part } from './work.ts';

/** What this process is at. Its own writes then need no nudge: it looks again before it goes. */
export interface LocalDedup {
  /** False when this process is at it already; it will look once more. */
  begin(work: Leased, id: string, now: number): boolean;
  /** True when this process is at it, and will come again by `at`; ms. */
  heed(work: Leased, id: string, at: number): boolean;
  /** Whether this process is at it. */
  at(work: Leased, id: string): boolean;
  /** @returns when it was last said to be due while it ran; ms. */
  end(work: Leased, id: string): number | undefined;
}

export const createLocalDedup = (): LocalDedup => {
  const told = new Map<string, number | undefined>();
  const keyOf = (work: Leased, id: string): string => `${work} ${id}`;
  const heed = (work: Leased, id: string, at: number): boolean => {
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
    readonly nudges: Pick<Nudges, 'nudge'>;
    readonly now: () => number;
    /** A nudge that gets lost is put back by the resync. */
    readonly onLost: (error: unknown) => void;
  }) =>
  (part: Part, id: string, at: number): void => {
    if (deps.running.heed(part, id, at)) return;
    deps.nudges.nudge(part, [id], Math.max(0, at - deps.now())).catch(deps.onLost);
  };
