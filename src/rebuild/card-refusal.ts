/** What a refusal of Slack is about, and so what would help. */
export type RefusalKind = 'token' | 'gone' | 'channel' | 'content';

const token = new Set(['invalid_auth', 'not_authed', 'token_revoked', 'token_expired', 'account_inactive']);
const gone = new Set(['message_not_found', 'thread_not_found', 'cant_update_message', 'parent_not_found']);
const content =
  /^(invalid_blocks|invalid_arg|invalid_attachments|invalid_metadata|msg_|no_text|too_many|metadata_|file_|invalid_form|invalid_json)/;

/** `token`: somebody must put it right. `gone`: the message. `content`: what we sent. Everything else: the channel. */
export const refusalKind = (error: string): RefusalKind => {
  if (token.has(error)) return 'token';
  if (gone.has(error)) return 'gone';
  return content.test(error) ? 'content' : 'channel';
};
