export interface Watchdog {
  start(): void;
  stop(): void;
  /** A sign of life. */
  alive(): void;
}

const tickMs = 5000;

/**
 * Calls `onSilence` once when no sign of life came for `limit` milliseconds. It counts ticks, not time: a process
 * that was itself asleep (laptop, SIGSTOP) is not taken for a dead consumer.
 */
export const createWatchdog = (limit: number, onSilence: () => void): Watchdog => {
  let timer: NodeJS.Timeout | undefined;
  let ticks = 0;
  const stop = (): void => clearInterval(timer);
  return {
    start: () => {
      timer = setInterval(() => {
        if (++ticks * tickMs <= limit) return;
        stop();
        onSilence();
      }, tickMs).unref();
    },
    stop,
    alive: () => {
      ticks = 0;
    },
  };
};
