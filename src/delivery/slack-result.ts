/** How a call to Slack ended. `ambiguous` means it may have happened: look before repeating. */
export type SlackResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly kind: 'ambiguous'; readonly error: string }
  /** Surely not done. `scope` says what the wait is for: this channel and method, or the whole workspace. */
  | { readonly ok: false; readonly kind: 'rate_limited'; readonly retryAfterMs: number }
  | { readonly ok: false; readonly kind: 'unavailable'; readonly error: string }
  /** Slack understood and said no: `channel_not_found`, `is_archived`, `message_not_found`, `invalid_blocks` … */
  | { readonly ok: false; readonly kind: 'refused'; readonly error: string };

export interface PostedMessage {
  readonly channel: string;
  readonly ts: string;
}

/** What a post is looked up by: travels as message metadata and in the first `block_id`. */
export interface PostKey {
  readonly kind:
    | 'alert'
    | 'note'
    | 'digest'
    | 'handover'
    | 'rebuild'
    | 'rebuild_note'
    | 'recovery'
    | 'approver'
    | 'members'
    | 'region'
    /** Told once in a channel: see `notices.ts`. */
    | 'notice';
  readonly id: string;
}
