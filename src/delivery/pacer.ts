export type PaceKind = 'post' | 'update';

export interface Pacer {
  /** Grants up to `count` calls now; when fewer, `waitMs` says when the next may go. */
  take(kind: PaceKind, channel: string, count: number): Promise<{ granted: number; waitMs: number }>;
  /** Slack said 429: nobody calls before that. */
  hold(kind: PaceKind, channel: string, ms: number): Promise<void>;
}
