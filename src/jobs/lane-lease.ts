import type { ChannelQueues } from '../alerts/channel/channel-queue.ts';
import { atIt, type LeaseDeps, type Next, underLease } from './lease.ts';

export interface LaneLeaseDeps extends Omit<LeaseDeps, 'take' | 'letGo' | 'onStuck'> {
  readonly lanes: ChannelQueues;
  /** Of the process. */
  readonly owner: string;
  /** Makes Slack match the records of a channel; answers when to come again, ms from now. */
  readonly passLane: (channel: string) => Promise<number | undefined>;
  readonly onStuck: (channel: string) => void;
}

/**
 * A lane that comes again this soon rests until then: it keeps its mark, so that what comes in meanwhile nudges nobody.
 * In a storm, where a channel waits for its pace, that saves a pass an event. A person's wish nudges all the same. ms
 */
const restAtMost = 250;
const soon = 1_000;

/**
 * One process at a time passes over a lane, which keeps its order and pace. Its mark is taken off before it looks, so
 * that what comes in later nudges again; who is nudged and finds the lane taken is remembered by the lease.
 */
export const passLaneUnderLease = async (deps: LaneLeaseDeps, channel: string): Promise<Next | undefined> => {
  const { lanes, owner } = deps;
  const lease = {
    ...deps,
    take: (ms: number) => lanes.lease(channel, owner, ms),
    letGo: () => lanes.release(channel, owner),
    onStuck: () => deps.onStuck(channel),
  };
  const next = await underLease(lease, 'lane', channel, async () => {
    await lanes.unmark(channel);
    return deps.passLane(channel);
  });
  if (next === atIt) return undefined;
  if (next?.why === 'taken') return next;
  if (await lanes.marked(channel)) return { ms: 0, why: 'later' };
  if (next === undefined || next.ms === 0 || next.ms > soon) return next;
  await lanes.mark(channel);
  return { ms: Math.min(next.ms, restAtMost), why: 'later' };
};
