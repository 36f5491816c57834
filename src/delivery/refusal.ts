/** What a refusal of Slack is about, and so what would help. */
export type RefusalAbout =
  /** Nothing of ours: it may be taken later, as it is. */
  | 'later'
  /** farmhand itself: a person must put its access right, and nothing is given up meanwhile. */
  | 'token'
  /** The message, or the root of the thread, is not there any more. */
  | 'gone'
  /** The message or its thread is there, and is not to be changed or added to. */
  | 'message'
  /** What we sent. */
  | 'content'
  /** farmhand may not post here; what it has posted stays. */
  | 'posting'
  /** The channel is closed to farmhand: nothing in it can be reached or changed. */
  | 'channel'
  /** A word that Slack did not use when this was written. Says nothing about what is there. */
  | 'unknown';

type Known = Exclude<RefusalAbout, 'unknown'>;

/**
 * The words of Slack's Web API for chat.postMessage, chat.update, chat.delete, conversations.history and .replies, and
 * the upload of files, as its reference lists them.
 */
const words: Readonly<Record<Known, readonly string[]>> = {
  later: [
    ...['ratelimited', 'rate_limited', 'message_limit_exceeded', 'accesslimited', 'request_timeout'],
    ...['fatal_error', 'internal_error', 'service_unavailable', 'team_added_to_org'],
    ...['external_channel_migrating', 'update_failed', 'streaming_state_conflict'],
    ...['file_update_failed', 'storage_limit_reached'],
  ],
  token: [
    ...['not_authed', 'invalid_auth', 'account_inactive', 'token_revoked', 'token_expired'],
    ...['not_allowed_token_type', 'missing_scope', 'org_login_required', 'ekm_access_denied'],
    ...['team_access_not_granted', 'team_disabled', 'user_removed_from_team', 'enterprise_is_restricted'],
    ...['two_factor_setup_required', 'method_deprecated', 'deprecated_endpoint', 'invalid_app_id'],
  ],
  gone: ['message_not_found', 'thread_not_found', 'parent_not_found'],
  message: [
    ...['cant_update_message', 'edit_window_closed', 'cant_delete_message', 'cant_broadcast_message'],
    ...['compliance_exports_prevent_deletion', 'no_dual_broadcast_content_update', 'block_mismatch'],
    ...['as_user_not_supported', 'cannot_reply_to_message', 'thread_locked', 'invalid_thread_ts'],
    ...['restricted_action_thread_locked', 'restricted_action_non_threadable_channel'],
  ],
  content: [
    ...['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long', 'msg_too_long', 'no_text'],
    ...['invalid_attachments', 'too_many_attachments', 'attachment_payload_limit_exceeded'],
    ...['too_many_contact_cards', 'markdown_text_conflict', 'invalid_metadata_format'],
    ...['invalid_metadata_schema', 'metadata_must_be_sent_from_app', 'metadata_too_large'],
    ...['invalid_arguments', 'invalid_arg_name', 'invalid_array_arg', 'invalid_charset', 'invalid_json'],
    ...['invalid_form_data', 'invalid_post_type', 'missing_post_type', 'json_not_object', 'missing_argument'],
    ...['invalid_cursor', 'invalid_limit', 'limit_required', 'invalid_metadata_keys'],
    ...['invalid_ts_latest', 'invalid_ts_oldest', 'no_file_data', 'file_not_found', 'file_deleted'],
    ...['file_upload_size_restricted', 'file_type_blocked', 'blocked_file_type', 'malware_detected'],
    ...[
      'unknown_snippet_type',
      'unknown_subtype',
      'alt_txt_too_large',
      'file_uploads_disabled',
      'file_uploads_except_images_disabled',
    ],
    ...['slack_connect_blocked_file_type', 'slack_connect_canvas_sharing_blocked'],
    ...['slack_connect_clip_sharing_blocked', 'slack_connect_file_link_sharing_blocked'],
    ...['slack_connect_file_upload_sharing_blocked', 'slack_connect_lists_sharing_blocked'],
  ],
  posting: [
    ...['restricted_action', 'restricted_action_read_only_channel', 'restricted_action_thread_only_channel'],
    'posting_to_general_channel_denied',
    ...['posting_to_channel_denied', 'no_permission', 'access_denied', 'messages_tab_disabled'],
    ...['ekm_message_delivery_prevented', 'cannot_dm_bot', 'user_is_restricted', 'is_bot'],
  ],
  channel: [
    ...['channel_not_found', 'not_in_channel', 'is_archived', 'is_inactive', 'invalid_channel'],
    ...['channel_type_not_supported', 'method_not_supported_for_channel_type', 'team_not_found'],
    ...['duplicate_channel_not_found', 'channel_is_limited_access'],
  ],
};

const about: ReadonlyMap<string, Known> = new Map(
  (Object.keys(words) as readonly Known[]).flatMap((kind) =>
    words[kind].map((word) => [word, kind] as const),
  ),
);

/** Total: a word that is not known is `unknown`, which nobody may take for "deleted" or "closed". */
export const refusalAbout = (error: string): RefusalAbout => about.get(error) ?? 'unknown';

/** True when nothing of what was asked is refused: `classify.ts` answers such a call as not done, and never as refused. */
export const passesLater = (error: string): boolean => {
  const kind = refusalAbout(error);
  return kind === 'later' || kind === 'token';
};

/** What the refusal of a call is about. */
export type Refusal = Exclude<RefusalAbout, 'later' | 'token'>;

/** Of a call that was refused: see `passesLater`. */
export const refusalOf = (error: string): Refusal => {
  const kind = refusalAbout(error);
  return kind === 'later' || kind === 'token' ? 'unknown' : kind;
};
