/** What the controllers need of the lanes and their pacing. */
import type { Alert, AlertId } from '../model/alert.ts';

/** How many heads of each queue are to be shown; `paced`: posts that the pace is asked for, at most. */
export interface LaneWants {
  readonly posts: number;
  readonly updates: number;
  readonly paced?: number;
}

/** What the pace of a channel's posts grants to a look. */
export interface LanePace {
  /** No more than stood at the head of the posts, and nothing where there is a digest, whose message goes first. */
  readonly asked: number;
  readonly granted: number;
  /** Where fewer were granted: when the next may go; ms. */
  readonly waitMs: number;
  /** By what the store knows this grant. */
  readonly bucket: string;
}

export type LaneOpened =
  | { readonly ok: true; readonly view: ChannelQueue }
  /** `forMs`: how long somebody else's lease still lasts. */
  | { readonly ok: false; readonly forMs: number };

/**
 * A lane that is to be opened by the very write that gives it work: one round trip to the store instead of two. It is
 * not where it was marked before, since somebody is about to look at it then.
 */
export interface LaneOpening {
  /** ms */
  readonly now: number;
  readonly wants: LaneWants;
  readonly lease: { readonly owner: string; readonly ms: number };
  /**
   * A new alert as this process would claim it. It is written so, in the same script, where the lane is opened and the pace
   * lets that alert go; undefined: it is not to be posted now.
   */
  readonly claim: (alert: Alert) => Alert | undefined;
  /** Called with that one while the write is under way: what is posted then can be made ready meanwhile. */
  readonly meanwhile?: ((claimed: Alert) => void) | undefined;
  /** Told once what came of it; undefined: it was not tried. */
  readonly opened: (lane: LaneOpened | undefined) => void;
  /** Nobody knows whether it was: the write was not answered. */
  readonly failed: (error: unknown) => void;
}

export interface ChannelQueue {
  /** Heads of both queues, most urgent first. */
  readonly updates: readonly AlertId[];
  /** Those among `updates` that a person waits for. */
  readonly urgent: ReadonlySet<AlertId>;
  readonly posts: readonly AlertId[];
  readonly waiting: number;
  /** Threads ever opened in the channel and still known. */
  readonly threads: number;
  readonly hasDigest: boolean;
  /** When the first group of which something has changed is due; ms. */
  readonly groupsAt?: number;
  /** The next moment at which something parked is due; ms. */
  readonly wakeAt?: number;
  /** The records of the heads as they were then. Those that are archived or cannot be read are not among them. */
  readonly alerts: ReadonlyMap<AlertId, Alert>;
  readonly pace: LanePace;
  /** Claimed by the write that opened the lane: this process is to post it, with the first that the pace has granted. */
  readonly claimed?: ClaimedAhead;
}

/** An alert with its claim, and as it was before. */
export interface ClaimedAhead {
  readonly alert: Alert;
  readonly before: Alert;
}

export interface ChannelQueues {
  /** Brings parked items back whose time has come, shows the heads, and takes from the pace. */
  peek(channel: string, now: number, wants: LaneWants): Promise<ChannelQueue>;
  /**
   * Takes the lease of the lane, its mark off, and peeks, all at once; where the lease is somebody else's, who is told of
   * it when giving it back, nothing else is done.
   */
  open(
    channel: string,
    now: number,
    wants: LaneWants,
    lease: { readonly owner: string; readonly ms: number },
  ): Promise<LaneOpened>;
  /** So many of the posts that were granted are not made; does nothing when the pace was asked for or held since. */
  giveBack(channel: string, pace: LanePace, count: number): Promise<void>;
  /** Out of the queues until then; does nothing when the record has changed from `version`. */
  park(channel: string, id: AlertId, version: number, until: number): Promise<void>;
  /**
   * Out of the queues; does nothing when the record has changed from `version` (undefined: there is none).
   * @returns false when nothing was done. Where there should be no record: one is there that cannot be read.
   */
  settle(channel: string, id: AlertId, version: number | undefined): Promise<boolean>;
  /** Out of the queues until then, whatever its record is; ms. */
  putAside(channel: string, id: AlertId, until: number): Promise<void>;
  /** Ids that resolved before their turn, at most `count`. */
  foldable(channel: string, count: number): Promise<readonly AlertId[]>;
  /** Ids that wait for a root message, at most `count`. */
  waiting(channel: string, count: number): Promise<readonly AlertId[]>;
  /** Marks the lane; true when it was not marked. */
  mark(channel: string): Promise<boolean>;
  marked(channel: string): Promise<boolean>;
  /** Channels with anything queued or parked. */
  busy(): Promise<readonly string[]>;
  /** Channels with something to do now that nobody passes over. */
  orphans(): Promise<readonly string[]>;
}
