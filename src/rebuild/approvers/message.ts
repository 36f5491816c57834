/** What is on the record of those who may approve or review, and of what each of them and their channel was told. */
import type { Person } from '../../core/person.ts';
import type { Posting } from '../../delivery/message.ts';
import type { Review } from '../model/parts/glass.ts';
import type { Instance } from '../model/parts/instance.ts';

/** Who may approve rebuilds of an instance, members only. */
export interface MayApprove {
  /** Slack user ids, sorted. */
  readonly people: readonly string[];
  /** Roles that allow it. */
  readonly roles: readonly string[];
  /** User groups and people of whom Slack did not say enough: not counted. */
  readonly unknown: readonly string[];
}

/** Everybody who may approve what these people asked for, members only: not through a role that let one of them ask. Never fails. */
export type WhoMay = (instance: Instance, askers: readonly Person[]) => Promise<MayApprove>;

/** Who could approve what waits. Shown, and told; what counts is looked up again at the click. Times in ms. */
export interface Approvers extends MayApprove {
  /** Of what waits (`Pending.wish`). */
  readonly wish: string;
  readonly at: number;
  /** How many they are, whoever asked left out; `people` are the first of them. */
  readonly count: number;
  /** `off`: by the config. `many`: more than the config says are told. */
  readonly untold?: 'off' | 'many';
  /** Channels that are told, whether those people are or not. */
  readonly channels?: readonly string[];
}

/** Why a message asks no more. */
export type ApproverClosing =
  | { readonly how: 'approved' | 'confirmed' | 'withdrawn'; readonly by: Person; readonly at: number }
  /** It was approved, and nothing was begun on it in time, or the world had changed. */
  | { readonly how: 'lapsed'; readonly by: Person; readonly at: number }
  /** The rebuild has ended, or is ending. */
  | { readonly how: 'ended'; readonly by?: Person; readonly reason?: string; readonly at: number }
  /** Something else is asked for by now. */
  | { readonly how: 'replaced'; readonly at: number }
  /** This person cannot approve it any more, or the channel is not that of the approvers any more. */
  | { readonly how: 'not_theirs'; readonly at: number }
  /** Another person has reviewed what was done under the broken glass. */
  | ({ readonly how: 'reviewed' } & Review);

/** One message: one person or channel, one wish or broken glass. */
export interface ApproverMessage {
  readonly n: number;
  /** Absent: it is for the approvers’ channel, which is named from the start. */
  readonly user?: string;
  readonly wish: string;
  /** It asks for the review of what is done under the broken glass with this number. */
  readonly glass?: number;
  /** Number of the last reminder that was said under it. */
  readonly reminded?: number;
  /** It asked for the first of two persons. */
  readonly confirms?: true;
  readonly at: number;
  readonly state: 'wanted' | 'posting' | 'open' | 'failed';
  /** `D…`, or the approvers’ channel. */
  readonly channel?: string;
  readonly ts?: string;
  /** Claimed and not confirmed: look before posting again. */
  readonly posting?: Omit<Posting, 'through'> &
    Required<Pick<Posting, 'first' | 'lookAt'>> & {
      /** Of a reminder under it: its number. */
      readonly through?: number;
    };
  /** A call that was given up may come late, as a second copy or an older state: seen to then, and how often so far. */
  readonly healAt?: number;
  readonly heals?: number;
  /** `shownWord` of what it shows. */
  readonly shown?: string;
  readonly closing?: ApproverClosing;
  readonly tries?: number;
  readonly retryAt?: number;
  /** Slack’s word for why it is not there, or not brought up to date. */
  readonly error?: string;
}
