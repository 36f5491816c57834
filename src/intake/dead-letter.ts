import type { RejectReason } from '../core/reasons.ts';
import type { RawMessage } from './wire/raw.ts';

/** What could not be read, as it is kept. */
export interface DeadLetter {
  /** Names it for people: steady while it is kept. */
  readonly id: string;
  /** When it came in, ms. */
  readonly at: number;
  readonly reason: RejectReason;
  /** `path: message`, every problem. */
  readonly detail: string;
  /** As it came in, with its original position. */
  readonly message: RawMessage;
  /** How long the body was, where only its beginning is kept; bytes. */
  readonly cutFrom?: number;
  /** Stands for what could not be read; missing in letters of older versions. */
  readonly content?: string;
  /** How often the same came on the day of its first time; missing when that is over. */
  readonly times?: number;
  /** When it was last replayed, ms. */
  readonly replayedAt?: number;
}

/** Where dead letters are kept, for people. */
export interface DeadLetterBox extends AsyncDisposable {
  /** Where that is, in words. */
  readonly place: string;
  /** The newest first, at most `limit`. */
  list(limit: number): Promise<readonly DeadLetter[]>;
  get(id: string): Promise<DeadLetter | undefined>;
  markReplayed(id: string, at: number): Promise<void>;
}

/** How much is kept; what is over is dropped, the oldest first. */
export interface DeadLetterLimits {
  /** ms */
  readonly max_age: number;
  readonly max_bytes: number;
  readonly max_count: number;
}

/**
 * The letter as a message again, under a position of its own: the original one is on record as rejected. The same
 * letter has the same one each time, so what was taken in from it once is known as a duplicate.
 */
export const replayOf = ({ id, message }: DeadLetter): RawMessage => ({
  ...message,
  position: { via: 'http', request: `replay.${id}`, index: 0 },
});
