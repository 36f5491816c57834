import type { After } from './work.ts';

/** What is due and was free, now this process's; and when the next one is due, as far as the store knows. ms */
export interface Taken<T> {
  readonly taken: readonly T[];
  readonly next: number | undefined;
}

/**
 * Work that comes again by the due index: whoever has free places takes, many at once, what is due and what nobody is at.
 * What a process has taken when it dies, or is never told of, is free again when the lease is over.
 */
export interface DueRounds<T> {
  /** Something will be due then, by a write of this process; ms. */
  due(at: number): void;
  /**
   * From now on this process takes what is due, as far as it has `places`.
   * @returns ends that; resolves once nothing is under way any more, or after `ms`
   */
  open(work: DueWork<T>): (ms: number) => Promise<void>;
}

export interface DueWork<T> {
  readonly take: (count: number) => Promise<Taken<T>>;
  /** Does not throw for what other systems do. */
  readonly run: (taken: T) => Promise<void>;
  readonly places: number;
  /** Told of a round that failed; the next one follows. */
  readonly onError: (error: unknown) => void;
}

/** What others have written is found within this; ms. */
const atLeastEvery = 1_000;
/** What becomes due within this is taken together: work that comes by itself can wait so long, and a round costs as much as a tenth of a look. ms */
const apart = 200;
/** Where more is due than was taken, the next round follows so soon; ms. */
const soonApart = 25;
/**
 * Begun within the last second and not over. What takes longer waits for somebody else, and the others need not wait for
 * that; all at once, a process that has little of the processor would end none of them in time.
 */
const [youngAtMost, youngFor] = [32, 1_000];

export const createDueRounds = <T>(now: () => number, after: After): DueRounds<T> => {
  let wake: ((at: number) => void) | undefined;
  return {
    due: (at) => wake?.(at),
    open: ({ take, run, places, onError }) => {
      /** When each began; ms. */
      const underWay = new Map<Promise<void>, number>();
      let callOff = (): void => {};
      let [planned, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      let taking = false;
      /** A round was wanted while one was under way. */
      let again = false;
      let stopped = false;
      /** Places that were wanted and not there. */
      let full = false;

      const plan = (at: number): void => {
        if (stopped || at >= planned) return;
        callOff();
        planned = at;
        callOff = after(Math.max(0, at - now()), () => {
          planned = Number.POSITIVE_INFINITY;
          if (taking) again = true;
          else void round();
        });
      };
      const soon = (at: number): void => plan(Math.max(at, last + apart, now()));
      const more = (): void => plan(Math.max(last + soonApart, now()));

      const begin = (one: T): void => {
        const ended: Promise<void> = run(one)
          .catch(onError)
          .finally(() => {
            underWay.delete(ended);
            if (full) more();
          });
        underWay.set(ended, now());
      };

      const round = async (): Promise<void> => {
        const young = [...underWay.values()].filter((at) => at > now() - youngFor);
        const count = Math.min(youngAtMost - young.length, places - underWay.size);
        full = count <= 0;
        if (full) return plan((young[0] ?? now()) + youngFor);
        taking = true;
        last = now();
        try {
          const { taken, next } = await take(count);
          for (const one of taken) begin(one);
          if (taken.length === count) more();
          else if (next !== undefined) soon(next);
        } catch (error) {
          onError(error);
        }
        taking = false;
        if (again) soon(now());
        again = false;
        plan(now() + atLeastEvery);
      };

      wake = soon;
      plan(now());
      return async (ms) => {
        stopped = true;
        wake = undefined;
        callOff();
        const late = Promise.withResolvers<void>();
        const endWait = after(ms, late.resolve);
        await Promise.race([Promise.all(underWay.keys()), late.promise]);
        endWait();
      };
    },
  };
};
