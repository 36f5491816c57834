import { isTimed, type Leased, type Nudges, type Part } from './work.ts';

/** What this process is at. Its own writes then need no nudge: it looks again before it goes. */
export interface LocalDedup {
  /** False when this process is at it already; it will look once more. */
  begin(work: Leased, id: string, now: number): boolean;
  /** True when this process is at it, and will come again by `at`; ms. */
  heed(work: Leased, id: string, at: number): boolean;
  /** Whether this process is at it. */
  at(work: Leased, id: string): boolean;
  /** When it was last said to be due while it runs; ms. */
  told(work: Leased, id: string): number | undefined;
  /** Its lease was given back with its last write; `wanted`: somebody else had asked for it. */
  gaveBack(work: Leased, id: string, wanted: boolean): void;
  /** Whether it was, and somebody had; undefined: it was not. */
  givenBack(work: Leased, id: string): { readonly wanted: boolean } | undefined;
  /** @returns when it was last said to be due while it ran; ms. */
  end(work: Leased, id: string): number | undefined;
}

interface Running {
  readonly told?: number;
  readonly gaveBack?: { readonly wanted: boolean };
}

export const createLocalDedup = (): LocalDedup => {
  const running = new Map<string, Running>();
  const keyOf = (work: Leased, id: string): string => `${work} ${id}`;
  const add = (work: Leased, id: string, more: Running): boolean => {
    const key = keyOf(work, id);
    const present = running.get(key);
    if (present) running.set(key, { ...present, ...more });
    return present !== undefined;
  };
  // The record says when it is due, and the last write is the record.
  const heed = (work: Leased, id: string, told: number): boolean => add(work, id, { told });
  return {
    heed,
    at: (work, id) => running.has(keyOf(work, id)),
    begin: (work, id, now) => {
      if (heed(work, id, now)) return false;
      running.set(keyOf(work, id), {});
      return true;
    },
    told: (work, id) => running.get(keyOf(work, id))?.told,
    gaveBack: (work, id, wanted) => void add(work, id, { gaveBack: { wanted } }),
    givenBack: (work, id) => running.get(keyOf(work, id))?.gaveBack,
    end: (work, id) => {
      const at = running.get(keyOf(work, id))?.told;
      running.delete(keyOf(work, id));
      return at;
    },
  };
};

/** What the store is given to tell: nudges the part, unless this process is at it anyway. */
export const nudgeWhenDue =
  (deps: {
    readonly running: LocalDedup;
    readonly nudges: Pick<Nudges, 'nudge'>;
    /** Told when something is due that comes again by the due index; ms. */
    readonly onTimed: (at: number) => void;
    /** Begins what is due at once in this process, where it has a place for it. Default: it has none. */
    readonly begin?: (part: Part, id: string) => boolean;
    readonly now: () => number;
    /** A nudge that gets lost is put back by the resync. */
    readonly onLost: (error: unknown) => void;
  }) =>
  (part: Part, id: string, at: number): void => {
    if (deps.running.heed(part, id, at)) return;
    const ms = Math.max(0, at - deps.now());
    if (ms > 0 && isTimed(part)) deps.onTimed(at);
    else if (ms > 0 || deps.begin?.(part, id) !== true) deps.nudges.nudge(part, [id], ms).catch(deps.onLost);
  };
