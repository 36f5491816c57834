/** What the controllers need of the lanes and their pacing. */
import type { AlertId } from '../model/alert.ts';

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
  /** The next moment at which something parked is due; ms. */
  readonly wakeAt?: number;
}

export interface ChannelQueues {
  /** Brings parked items back whose time has come, and shows the heads. */
  peek(channel: string, now: number, counts: { posts: number; updates: number }): Promise<ChannelQueue>;
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
  unmark(channel: string): Promise<void>;
  marked(channel: string): Promise<boolean>;
  /** Channels with anything queued or parked. */
  busy(): Promise<readonly string[]>;
  /** Channels with something to do now that nobody passes over. */
  orphans(): Promise<readonly string[]>;
}
