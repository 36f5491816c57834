/** Processor time that `work` takes, ms: what a machine that does other things as well does not change. */
export const cpuTime = async (work: () => unknown): Promise<number> => {
  const before = process.threadCpuUsage();
  await work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
};
