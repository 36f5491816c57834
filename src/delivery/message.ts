/**
 * One durable Slack message: a root of farmhand's own, and the replies under it. Each kind of record keeps this state,
 * under names of its own where records of before have others, and is its only writer (`Delivery.write`).
 *
 *   wanted ── claimed ──▶ posting ── posted, or found ──▶ open ── deleted, or no channel is left ──▶ failed
 *      ▲                     │  ▲ perhaps posted: looked up      │
 *      ├── surely not posted ┘  └─ not there: claimed again      │
 *      └── its channel takes nothing: wanted in the next one ────┘
 *
 * An open one is updated when its content is not what it shows, also under a claim, and carries replies, each posted
 * like the root. A call that was given up leaves a doubt: what may have come late is looked for, and repaired.
 */
import type { PostedMessage } from './slack-result.ts';

/** Times in ms. */
export interface MessageState {
  readonly state: 'wanted' | 'posting' | 'open' | 'failed';
  readonly channel: string;
  readonly ts?: string;
  /** Hash of the content that it shows; another word where that is not known. */
  readonly shown?: string;
  /** When it was last brought up to date. */
  readonly shownAt?: number;
  readonly posting?: Posting;
  readonly retryAt?: number;
  /** Calls that failed since the last one that did not. */
  readonly tries?: number;
  /** A call that was given up may come late: what is there is looked at then, and the content shown once more. */
  readonly showAgainAt?: number;
  /** When the first of those calls was made, and how many looks found nothing of it since. */
  readonly doubt?: { readonly since: number; readonly looks: number };
  /** Slack refuses to change it: it shows an older state. */
  readonly stays?: true;
}

/** A post that was claimed and not confirmed: look before posting again. */
export interface Posting {
  /** 0: the root; else the reply that ends with this note. */
  readonly through: number;
  readonly since: number;
  /** Unique: outcomes of an older claim are told apart by it. */
  readonly claim: string;
  /** When the first of these claims was made: a look-up goes back this far; default: `since`. */
  readonly first?: number;
  /** Its answer was unclear: look from then on. Absent: its owner may still be at it. */
  readonly lookAt?: number;
  /** Look-ups of it that failed: since when, and how many. */
  readonly unanswered?: { readonly since: number; readonly looks: number };
}

/** What an outcome means to the record: its journal, its notes, its books. */
export type Happened =
  | { readonly what: 'claimed_again'; readonly through: number }
  /** `unsure`: no look-up was answered, so there may be another one. */
  | { readonly what: 'opened'; readonly message: PostedMessage; readonly unsure: boolean }
  | { readonly what: 'replied'; readonly through: number }
  /** Told once for each claim. */
  | { readonly what: 'perhaps_posted'; readonly error: string }
  /** Surely not done, and to be tried again. */
  | { readonly what: 'put_off'; readonly error: string }
  | { readonly what: 'reply_refused'; readonly through: number; readonly error: string }
  /** `error`: Slack does not take this content; it counts as shown until there is another. */
  | { readonly what: 'shown'; readonly content: string; readonly error?: string }
  /** `told`: it was refused before. */
  | { readonly what: 'stays'; readonly error: string; readonly told: boolean }
  | { readonly what: 'gone'; readonly error: string }
  /** No `to`: no channel is left. */
  | {
      readonly what: 'refused';
      readonly from: string;
      readonly to: string | undefined;
      readonly error: string;
    }
  /** Another one is on record. */
  | { readonly what: 'duplicate'; readonly message: PostedMessage }
  | { readonly what: 'duplicates_left' }
  /** `again`: an earlier look has said so. */
  | { readonly what: 'repaired'; readonly again: boolean };

/** What an outcome makes of a message. */
export interface MessageChange {
  readonly message: MessageState;
  readonly happened?: Happened;
}
