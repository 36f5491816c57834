import type { Backoff } from '../core/backoff.ts';
import type { MessageChange, MessageState } from './message.ts';
import type { Pacer } from './pacer.ts';
import type { Refusal } from './refusal.ts';
import type { PostedMessage, SlackResult } from './slack-result.ts';

/** The newest record, and what an outcome made of its message if it still applied. */
export interface Delivered<R> {
  readonly record: R;
  readonly next?: MessageChange;
}

/** By what a refusal is about; `otherwise`: by anything that is not named. */
export type ByRefusal<V> = { readonly otherwise: V } & { readonly [About in Refusal]?: V };

/**
 * What follows from a refusal. `later`: tried again as it is. `elsewhere`: the next channel, or none. `gone`: it was
 * deleted. `stays`: it cannot be changed, which people are told. `shown`, `unsaid`: this content or reply is left out.
 */
export interface RefusalPolicy {
  readonly root: ByRefusal<'later' | 'elsewhere'>;
  readonly reply?: ByRefusal<'unsaid' | 'gone' | 'elsewhere'>;
  readonly update: ByRefusal<'stays' | 'shown' | 'gone' | 'elsewhere'>;
}

/** One kind of record that shows itself in Slack: `R` holds the state of one message. */
export interface Delivery<R> {
  /** Undefined: the record wants no message. */
  readonly messageOf: (record: R) => MessageState | undefined;
  /** Hash of all that the message shows. */
  readonly contentOf: (record: R) => string;
  /**
   * Puts an outcome on the newest record, and what it means to that; `outcome` is pure, and may be called more than once.
   * The record is written by its owner alone, so journal, notes and books change with the message or not at all.
   */
  readonly write: (
    seen: R,
    outcome: (message: MessageState, newest: R) => MessageChange | undefined,
  ) => Promise<Delivered<R> | undefined>;
  /** False when nobody waits for the post any more; default: always true. */
  readonly isWanted?: (record: R) => boolean;
  readonly slack: DeliveryPort<R>;
  readonly replies?: Replies<R>;
  readonly refusals: RefusalPolicy;
  readonly retry: Backoff;
  /** After a clean look at what may have come late it is looked again, after each of these; ms. */
  readonly looks: readonly number[];
  /** Where it goes when Slack refuses `channel`; undefined when there is nowhere left. */
  readonly nextChannel?: (channel: string) => string | undefined;
  readonly pacer?: Pick<Pacer, 'hold'>;
  readonly now: () => number;
  /** Unique for every claim. */
  readonly newClaim: () => string;
  /** Waits; ms. Absent: what cannot be put on record at once is left to whoever finds the claim too old. */
  readonly pause?: ((ms: number) => Promise<void>) | undefined;
  /** Told of what a port threw instead of answering: a defect, looked into like a lost answer. Absent: it is thrown. */
  readonly onDefect?: ((error: unknown) => void) | undefined;
}

/** Calls to Slack about one message. Never repeated by the port itself. */
export interface DeliveryPort<R> {
  post(record: R): Promise<SlackResult<PostedMessage>>;
  update(record: R, ts: string): Promise<SlackResult<PostedMessage>>;
  /** Copies of the root (`through` 0) or of a reply, posted since then, oldest first; ms. */
  find(record: R, through: number, sinceMs: number): Promise<SlackResult<readonly PostedMessage[]>>;
  remove(message: PostedMessage): Promise<SlackResult<void>>;
}

/** What is said under a message: numbered notes, several in one reply. */
export interface Replies<R> {
  /** When no look-up is answered for long it is said once more, perhaps twice; else it waits for an answer. */
  readonly mayRepeat: boolean;
  /** Number of the last note of the next reply; undefined when there is nothing to say. */
  next(record: R): number | undefined;
  /** True when a note up to this one still counts as unsaid. */
  unsaid(record: R, through: number): boolean;
  /** Posts the notes up to this one. */
  post(record: R, ts: string, through: number): Promise<SlackResult<PostedMessage>>;
}
