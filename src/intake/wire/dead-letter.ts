import { sha256 } from '../../core/hash.ts';
import type { RejectReason } from '../../core/reasons.ts';
import type { DeadLetterPort, RawMessage, Rejection } from './raw.ts';

/** `message` put aside. `content` is what could not be read, where its wrapping could. */
export const rejectionOf = (
  reason: RejectReason,
  detail: string,
  message: RawMessage,
  content?: unknown,
): Rejection => ({
  reason,
  detail,
  message,
  ...(content !== undefined && { content: digest(JSON.stringify(content) ?? '') }),
});

/** Equal for what comes again: by this, one dead letter is kept of it. */
export const contentKey = ({ reason, message, content }: Rejection): string =>
  `${reason}.${content ?? digest(message.value ?? '')}`;

const digest = (bytes: string | Buffer): string => sha256(bytes, 32);

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
  /** So old that nobody knows any more whether it was. */
  readonly replaysForgotten?: true;
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

/** How often content was kept or came again lately. Shared by all processes; it forgets by itself. */
export interface RepeatCounter {
  /** How often each was counted before; 0 for what is new. */
  counted(contents: readonly string[]): Promise<readonly number[]>;
  count(contents: readonly string[]): Promise<void>;
}

/**
 * Dead letters of which the same content is kept once, while the counter remembers it: an Alertmanager posts a body
 * that it got no 2xx for again and again. Counted after it was kept, so that a crash between the two keeps it twice
 * rather than never.
 */
export const keepOnce = (
  port: DeadLetterPort,
  counter: RepeatCounter,
  onRepeat: (rejection: Rejection) => void,
): DeadLetterPort => ({
  keep: async (rejections) => {
    const contents = rejections.map(contentKey);
    const before = await counter.counted(contents);
    const isNew = (at: number): boolean => before[at] === 0 && contents.indexOf(contents[at] ?? '') === at;
    const fresh = rejections.filter((_, at) => isNew(at));
    if (fresh.length > 0) await port.keep(fresh);
    await counter.count(contents);
    for (const [at, rejection] of rejections.entries()) if (!isNew(at)) onRepeat(rejection);
  },
});
