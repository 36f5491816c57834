/** Knows how the event loop has been running: its stalls, and a clock that stands still while the loop does. */
export interface LoopClock {
  /** To be called about every `tickMs` by a timer of the loop itself. */
  tick(now: number): void;
  /** Time in which the loop was running, ms: a stall, or a suspended process, adds next to nothing. */
  running(now: number): number;
  /** The stall that liveness has to tell of, in ms; undefined when there is none. */
  stall(now: number): number | undefined;
}

export const tickMs = 1_000;
/** A gap longer than this is a stall. */
export const stallLimitMs = 10_000;
/** How long a stall counts after its end. */
const stallMemoryMs = 10_000;

/**
 * A stalled loop can't answer a probe at all: there the kubelet's own timeout is the detector. What the process can
 * still tell is told when it runs again: a stall over the limit counts for ten more seconds. So one stall fails a
 * probe or two, which three in a row forgive, while a process that keeps stalling is never alive in between and is
 * restarted. `now` is monotonic time in ms.
 */
export const createLoopClock = (start: number): LoopClock => {
  let last = start;
  let ran = 0;
  let stalled: { until: number; ms: number } | undefined;

  /** What a gap counts as running time: at most two ticks. */
  const counted = (gap: number): number => Math.min(Math.max(gap, 0), 2 * tickMs);

  return {
    tick: (now) => {
      const gap = now - last;
      if (gap > stallLimitMs) stalled = { until: now + stallMemoryMs, ms: gap };
      ran += counted(gap);
      last = now;
    },
    running: (now) => ran + counted(now - last),
    stall: (now) => {
      const gap = now - last;
      if (gap > stallLimitMs) return gap;
      return stalled !== undefined && now < stalled.until ? stalled.ms : undefined;
    },
  };
};
