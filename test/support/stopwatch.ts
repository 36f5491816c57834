/**
 * How long something takes on a machine that has nothing else to do; ms. Time in which this thread waited for a
 * processor is left out, so a loaded machine fails no promise of two seconds; time in which it worked counts.
 */
export const stopwatch = () => {
  const began = performance.now();
  let waited = 0;
  let last = began;
  let used = process.threadCpuUsage();
  const look = (): void => {
    const now = performance.now();
    const { user, system } = process.threadCpuUsage(used);
    waited += Math.max(0, now - last - every - (user + system) / 1_000);
    last = now;
    used = process.threadCpuUsage();
  };
  const timer = setInterval(look, every);
  return {
    /** Since it was made; it is over then. */
    stop: (): number => {
      clearInterval(timer);
      look();
      return performance.now() - began - waited;
    },
  };
};

/** Timers are late by a millisecond or two on any machine; ms. */
const every = 25;
