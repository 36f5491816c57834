import type { Recovery } from './recovery.ts';

/**
 * Pure: the least number that a rebuild may get today. The numbers of a day are counted in the store; a store that was
 * lost on that day does not know which ones were given, and what Slack still shows need not be all. From the loss on
 * they follow the clock, which no counter has ever been ahead of: `system6-20261120-143512` at 14:35:12 UTC.
 */
export const firstNumber = (recovery: Recovery | undefined, now: number): number => {
  if (!recovery || dayOf(now) > dayOf(recovery.since) || !isDoubtful(recovery)) return 1;
  const [hours = 0, minutes = 0, seconds = 0] = new Date(now)
    .toISOString()
    .slice(11, 19)
    .split(':')
    .map(Number);
  return hours * 10_000 + minutes * 100 + seconds;
};

/** Nothing was lost, as far as every channel could be read: numbers given are in the store. */
const isDoubtful = ({ sure, channels, before }: Recovery): boolean =>
  sure || before !== undefined || Object.values(channels).some((read) => read.state !== 'read');

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
