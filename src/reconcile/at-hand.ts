import type { After } from './work.ts';

/**
 * Work that this process has just put on record, begun at once where a place is free, without the way through the queue.
 * No nudge is under way for it then: should the process die, the watch finds that nobody is at it, as it does when a nudge
 * was lost.
 */
export interface AtHand<O = never> {
  /** Begins those that there is a place for; answers the others, which want a nudge. */
  take(ids: readonly string[]): readonly string[];
  /** Begins one that a write which is about to be made will open. Undefined: no place is free, or it is under way here. */
  ahead(id: string): O | undefined;
  /**
   * From now on this process takes up to `places` at once. `ahead`: how one begins that a write will open.
   * @returns ends that; resolves once nothing is under way any more, or after `ms`
   */
  open(run: (id: string) => Promise<void>, places: number, ahead?: Ahead<O>): (ms: number) => Promise<void>;
}

/** What the write is to be told, and the work that waits for it. */
type Ahead<O> = (id: string) => { readonly opening: O; readonly ended: Promise<void> } | undefined;

/** `onError`: told of what fails although a pass does not; the watch comes back to it. */
export const createAtHand = <O = never>(
  after: After,
  onError: (error: unknown, id: string) => void,
): AtHand<O> => {
  const underWay = new Set<Promise<void>>();
  let begin: ((id: string) => Promise<void>) | undefined;
  let beginAhead: Ahead<O> | undefined;
  let places = 0;
  const keep = (id: string, work: Promise<void>): void => {
    const ended: Promise<void> = work
      .catch((error: unknown) => onError(error, id))
      .finally(() => underWay.delete(ended));
    underWay.add(ended);
  };
  return {
    take: (ids) => {
      const run = begin;
      if (run === undefined) return ids;
      const mine = ids.slice(0, Math.max(0, places - underWay.size));
      for (const id of mine) keep(id, run(id));
      return ids.slice(mine.length);
    },
    ahead: (id) => {
      const begun = underWay.size < places ? beginAhead?.(id) : undefined;
      if (begun) keep(id, begun.ended);
      return begun?.opening;
    },
    open: (run, most, ahead) => {
      begin = run;
      beginAhead = ahead;
      places = most;
      return async (ms) => {
        begin = undefined;
        beginAhead = undefined;
        const late = Promise.withResolvers<void>();
        const callOff = after(ms, late.resolve);
        await Promise.race([Promise.all(underWay), late.promise]);
        callOff();
      };
    },
  };
};
