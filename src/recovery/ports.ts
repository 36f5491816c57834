import type { AlertId } from '../alerts/model/alert.ts';
import type { Person } from '../core/person.ts';
import type { PostedMessage, SlackResult } from '../delivery/slack-result.ts';
import type { FoundCard, LostName, LostRebuild } from '../rebuild/model/lost.ts';
import type { RebuildId } from '../rebuild/model/rebuild-id.ts';
import type { LostRoot } from './lost-root.ts';
import type { MarksFound, RecoveryMark } from './mark.ts';
import type { Recovery } from './recovery.ts';

/** The mark and the recovery, beside the records. Every call may throw StoreUnavailable. */
export interface RecoveryStore {
  look(): Promise<
    MarksFound & { readonly recovery?: Recovery /** Newest first. */; readonly rebuilds: readonly LostName[] }
  >;
  /** A new epoch in place of the one named (undefined: of none); false when somebody else was faster. */
  begin(over: string | undefined, mark: RecoveryMark, recovery: Recovery | undefined): Promise<boolean>;
  /** Says that a process lives; ms. */
  beat(epoch: string, at: number): Promise<void>;
  /** False when that epoch is over. */
  save(epoch: string, recovery: Recovery): Promise<boolean>;
  addLost(roots: readonly LostRoot[]): Promise<void>;
  /** Those of these alerts, and the newest of their series. */
  lostOf(names: readonly { readonly id: AlertId; readonly series: string }[]): Promise<readonly LostRoot[]>;
  allLost(): Promise<readonly LostRoot[]>;
  /** Marked as unknown: counted no more, and found by `lostOf` for `keepSettled`, in case somebody reports it after all. */
  settleLost(ids: readonly AlertId[], at: number): Promise<void>;
  /** No longer lost: adopted, or given up. */
  forgetLost(ids: readonly AlertId[]): Promise<void>;
  lostCount(): Promise<number>;
  addLostRebuilds(rebuilds: readonly LostRebuild[]): Promise<void>;
  /** With what its card remembers. */
  lostRebuild(id: RebuildId): Promise<LostRebuild | undefined>;
  forgetRebuild(id: RebuildId): Promise<void>;
}

/** One page of a channel, newest first. */
export interface HistoryPage {
  /** farmhand's own root messages of alerts. */
  readonly roots: readonly LostRoot[];
  /** farmhand's own cards of rebuilds. */
  readonly cards: readonly FoundCard[];
  /** How far back this page goes; ms. */
  readonly back: number;
  readonly next?: string;
}

/** What recovery needs of Slack. */
export interface RecoverySlack {
  /** Root messages since then, ms; from `cursor` on. */
  page(channel: string, sinceMs: number, cursor: string | undefined): Promise<SlackResult<HistoryPage>>;
  /** The card there, as it is now; undefined when it is gone. */
  card(channel: string, ts: string): Promise<SlackResult<FoundCard | undefined>>;
  /** The notice: found by its key, brought up to date, or posted. */
  tell(
    channel: string,
    epoch: string,
    facts: NoticeFacts,
    known: PostedMessage | undefined,
  ): Promise<SlackResult<PostedMessage>>;
  /** Says in a card that does not remember its rebuild that a person has given that up. */
  giveUp(
    card: FoundCard & { readonly instance: string },
    by: Person,
    at: number,
  ): Promise<SlackResult<PostedMessage>>;
  /** Says in a root that nobody knows any more how its alert is. */
  markUnknown(root: LostRoot, since: number): Promise<SlackResult<PostedMessage>>;
}

/** All that the notice says. */
export interface NoticeFacts {
  readonly recovery: Recovery;
  /** On which nobody has decided. */
  readonly rebuilds: readonly LostName[];
  /** Roots that still wait for a sign of their alert. */
  readonly waiting: number;
  /** When those are marked as unknown; ms. */
  readonly settleAt: number;
}
