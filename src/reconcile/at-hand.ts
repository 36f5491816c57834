import type { After } from './work.ts';

/**
 * Work that this process has just put on record, begun at once where a place is free, without the way through the queue.
 * No nudge is under way for it then: should the process die, the watch finds that nobody is at it, as it does when a nudge
 * was lost.
 */
export interface AtHand {
  /** Begins those that there is a place for; answers the others, which want a nudge. */
  take(ids: readonly string[]): readonly string[];
  /**
   * From now on this process takes up to `places` at once.
   * @returns ends that; resolves once nothing is under way any more, or after `ms`
   */
  open(run: (id: string) => Promise<void>, places: number): (ms: number) => Promise<void>;
}

/** `onError`: told of what fails although a pass does not; the watch comes back to it. */
export const createAtHand = (after: After, onError: (error: unknown) => void): AtHand => {
  const underWay = new Set<Promise<void>>();
  let begin: ((id: string) => Promise<void>) | undefined;
  let places = 0;
  return {
    take: (ids) => {
      const run = begin;
      if (run === undefined) return ids;
      const mine = ids.slice(0, Math.max(0, places - underWay.size));
      for (const id of mine) {
        const ended: Promise<void> = run(id)
          .catch(onError)
          .finally(() => underWay.delete(ended));
        underWay.add(ended);
      }
      return ids.slice(mine.length);
    },
    open: (run, most) => {
      begin = run;
      places = most;
      return async (ms) => {
        begin = undefined;
        const late = Promise.withResolvers<void>();
        const callOff = after(ms, late.resolve);
        await Promise.race([Promise.all(underWay), late.promise]);
        callOff();
      };
    },
  };
};
