import type { Lanes } from '../alerts/lanes.ts';

export interface LeaseDeps {
  readonly lanes: Lanes;
  /** Makes Slack match the records of a channel; answers when to come again, ms from now. */
  readonly passLane: (channel: string) => Promise<number | undefined>;
}

/** A pass is shorter, even when calls hang; a worker that dies holds its lane up for no longer than this; ms. */
export const leaseMs = 15_000;

/**
 * A lane that comes again this soon rests until then: it keeps its mark, so that what comes in meanwhile nudges nobody.
 * In a storm, where a channel waits for its pace, that saves a pass an event. A person's wish nudges all the same. ms
 */
const restAtMost = 250;
const soon = 1_000;

/**
 * One worker at a time passes over a lane, which keeps its order and pace; claims on the records keep it right even
 * when two do. Who finds the lane taken has marked it before, and the holder looks at the mark after letting go, so
 * one of the two sees the other. Should the holder be dead, this one comes again when its lease is over.
 */
export const passUnderLease = async (
  { lanes, passLane }: LeaseDeps,
  channel: string,
  owner: string,
): Promise<number | undefined> => {
  await lanes.mark(channel);
  if (!(await lanes.lease(channel, owner, leaseMs))) return leaseMs;
  let again: number | undefined;
  try {
    await lanes.unmark(channel);
    again = await passLane(channel);
  } finally {
    await lanes.release(channel, owner);
  }
  if (await lanes.marked(channel)) return 0;
  if (again === undefined || again === 0 || again > soon) return again;
  await lanes.mark(channel);
  return Math.min(again, restAtMost);
};
