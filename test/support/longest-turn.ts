/**
 * The longest that this thread was at one thing, in processor time (ms), so that a loaded machine changes nothing.
 * Looks with every turn of the event loop until `stop`.
 */
export const watchTurns = (): { stop(): number } => {
  let longest = 0;
  let before = process.threadCpuUsage();
  let stopped = false;
  const look = (): void => {
    const { user, system } = process.threadCpuUsage(before);
    longest = Math.max(longest, (user + system) / 1000);
    before = process.threadCpuUsage();
    if (!stopped) setImmediate(look);
  };
  setImmediate(look);
  return {
    stop: () => {
      stopped = true;
      look();
      return longest;
    },
  };
};
