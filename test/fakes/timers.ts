import type { After } from '../../src/reconcile/work.ts';

export interface Timers {
  readonly now: () => number;
  readonly after: After;
  /** Lets so much time pass, and whatever is due in it run; ms. */
  elapse(ms: number): Promise<void>;
  /** How many wait for their time. */
  count(): number;
}

/** A clock and its timers, which the test moves on. */
export const createTimers = (start = 1_000_000): Timers => {
  let now = start;
  const waiting = new Set<{ readonly at: number; readonly run: () => void }>();
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    now: () => now,
    after: (ms, run) => {
      const timer = { at: now + ms, run };
      waiting.add(timer);
      return () => void waiting.delete(timer);
    },
    elapse: async (ms) => {
      const until = now + ms;
      await settle();
      for (;;) {
        const [next] = [...waiting].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
        if (!next) break;
        waiting.delete(next);
        now = Math.max(now, next.at);
        next.run();
        await settle();
      }
      now = until;
    },
    count: () => waiting.size,
  };
};
