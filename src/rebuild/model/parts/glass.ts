/** A broken glass: for a while approvals, freeze windows and limits do not bar one person. Times in ms. */
import type { Person } from '../../../core/person.ts';

export interface Glass {
  /** 1 for the first of the rebuild. */
  readonly n: number;
  readonly by: Person;
  /** The role that allowed it. */
  readonly role?: string;
  readonly reason: string;
  readonly at: number;
  /** It holds nothing back until right before this. */
  readonly until: number;
  /** When that was put on record, at the first safe point; absent while it is open. */
  readonly endedAt?: number;
  /** What that person did while it was open, oldest first. Plain text. */
  readonly did: readonly string[];
  /** Another person has looked at it. */
  readonly review?: Review;
  /** In Jira; absent where rebuilds have no tickets. */
  readonly task?: ReviewTask;
}

/** What is done about the task, in this order. */
export type TaskDeed = 'raised' | 'closed' | 'reviewed' | 'moved';

/** The task in Jira that asks for the review of one broken glass. ms */
export interface ReviewTask {
  /** `failed`: given up, after the rebuild was over. */
  readonly state: 'wanted' | 'open' | 'failed';
  readonly key?: string;
  readonly url?: string;
  /** `closed`: what was done under the glass is commented; `reviewed`: its result is; `moved`: it followed that. */
  readonly done: readonly TaskDeed[];
  /** Tries of what is next that failed. */
  readonly tries: number;
  readonly retryAt?: number;
  readonly error?: string;
  /** Perhaps done: look before doing it again. */
  readonly doubt?: { readonly deed: TaskDeed; readonly since: number; readonly claim: string };
}

/** `objected`: somebody has to follow it up. */
export type Verdict = 'in_order' | 'objected';

export interface Review {
  readonly by: Person;
  readonly at: number;
  /** Absent: from a version that did not ask for one. */
  readonly verdict?: Verdict;
  readonly says: string;
}

/** What was done about the broken glasses of a rebuild that nobody has reviewed. ms */
export interface ReviewAwaited {
  /** Number of the last one that the approvers’ channel was asked to review. */
  readonly asked: number;
  /** People are reminded for the first time so long after it closed. */
  readonly first: number;
  /** How often they were reminded, and when last. */
  readonly told: number;
  readonly last?: number;
}
