import { describe, expect, test } from 'vitest';
import { type RefusalAbout, refusalAbout } from '../../src/delivery/refusal.ts';

/** Slack's words and what each must be taken for, method by method as its reference lists them. */
const documented: Readonly<Record<string, RefusalAbout>> = {
  message_not_found: 'gone',
  thread_not_found: 'gone',
  cant_update_message: 'message',
  edit_window_closed: 'message',
  cant_delete_message: 'message',
  block_mismatch: 'message',
  thread_locked: 'message',
  cannot_reply_to_message: 'message',
  restricted_action_thread_locked: 'message',
  restricted_action_non_threadable_channel: 'message',
  compliance_exports_prevent_deletion: 'message',
  update_failed: 'later',
  external_channel_migrating: 'later',
  message_limit_exceeded: 'later',
  team_added_to_org: 'later',
  request_timeout: 'later',
  internal_error: 'later',
  is_inactive: 'channel',
  is_archived: 'channel',
  channel_not_found: 'channel',
  not_in_channel: 'channel',
  restricted_action: 'posting',
  restricted_action_read_only_channel: 'posting',
  restricted_action_thread_only_channel: 'posting',
  no_permission: 'posting',
  access_denied: 'posting',
  ekm_access_denied: 'token',
  team_access_not_granted: 'token',
  missing_scope: 'token',
  token_revoked: 'token',
  account_inactive: 'token',
  msg_too_long: 'content',
  msg_blocks_too_long: 'content',
  invalid_blocks: 'content',
  invalid_blocks_format: 'content',
  invalid_attachments: 'content',
  metadata_too_large: 'content',
  no_text: 'content',
  slack_connect_file_upload_sharing_blocked: 'content',
};

describe('a refusal of Slack', () => {
  test.each(Object.entries(documented))('%s is about: %s', (word, about) => {
    expect(refusalAbout(word)).toBe(about);
  });

  test('a word of tomorrow, or one that objects inherit, never says that something is gone', () => {
    for (const word of ['a_word_of_tomorrow', 'constructor', '__proto__', '']) {
      expect(refusalAbout(word)).toBe('unknown');
    }
  });
});
