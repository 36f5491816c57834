import type { WebClient } from '@slack/web-api';
import { parsePostBlockId } from '../../../views/ids.ts';
import type { PostedMessage, PostKey, SlackResult } from '../../delivery/slack-result.ts';
import { classifyRead } from './client/classify.ts';
import { platformError, type SlackIdentity } from './client/identity.ts';

/** `event_type` of the metadata of a post, by the kind of its key. */
export const metadataTypes = {
  alert: 'farmhand_alert',
  note: 'farmhand_note',
  digest: 'farmhand_digest',
  handover: 'farmhand_handover',
  rebuild: 'farmhand_rebuild',
  rebuild_note: 'farmhand_rebuild_note',
  recovery: 'farmhand_recovery',
  approver: 'farmhand_approver',
  members: 'farmhand_members',
  region: 'farmhand_region',
  notice: 'farmhand_notice',
} as const satisfies Record<PostKey['kind'], string>;

/** What a message says about itself; the fields that are looked at. */
export interface SeenMessage {
  readonly ts?: string;
  readonly thread_ts?: string;
  readonly user?: string;
  readonly bot_id?: string;
  readonly metadata?: { readonly event_type?: string; readonly event_payload?: object };
  readonly blocks?: readonly { readonly block_id?: string }[];
}

/** True when `message` is farmhand's own and carries `key`, in its metadata or in its first `block_id`. */
export const carriesKey = (message: SeenMessage, key: PostKey, me: SlackIdentity): boolean => {
  if (!isOwn(message, me)) return false;
  const { event_type, event_payload } = message.metadata ?? {};
  if (event_type === metadataTypes[key.kind] && event_payload && 'id' in event_payload) {
    return event_payload.id === key.id;
  }
  const blockKey = parsePostBlockId(message.blocks?.[0]?.block_id ?? '');
  return blockKey?.kind === key.kind && blockKey.id === key.id;
};

export const isOwn = (message: SeenMessage, me: SlackIdentity): boolean =>
  message.user === me.botUserId || message.bot_id === me.botId;

interface FindRequest {
  readonly channel: string;
  readonly key: PostKey;
  readonly sinceMs: number;
  /** Looks among the replies of this root. */
  readonly threadTs?: string;
}

const pageSize = 500;
/** 20,000 messages: more than five hours of a channel at its limit. */
const mostPages = 40;

/**
 * farmhand's own messages with this key, oldest first. Reads every page back to `sinceMs`: only a complete look says
 * that there is none. Slack's timestamps are its own clock's; the caller allows for skew.
 */
export const findPosts = async (
  web: WebClient,
  me: SlackIdentity,
  request: FindRequest,
): Promise<SlackResult<readonly PostedMessage[]>> => {
  const found: PostedMessage[] = [];
  let cursor: string | undefined;
  try {
    for (let page = 0; page < mostPages; page++) {
      const { messages, next } = await readPage(web, request, cursor);
      for (const message of messages) {
        if (typeof message.ts === 'string' && carriesKey(message, request.key, me)) {
          found.push({ channel: request.channel, ts: message.ts });
        }
      }
      if (next === undefined) return { ok: true, value: found.sort((a, b) => (a.ts < b.ts ? -1 : 1)) };
      cursor = next;
    }
  } catch (error) {
    // No root, so no replies of ours either.
    if (request.threadTs !== undefined && platformError(error) === 'thread_not_found')
      return { ok: true, value: [] };
    return classifyRead(error);
  }
  return {
    ok: false,
    kind: 'unavailable',
    error: `more than ${mostPages * pageSize} messages to look through`,
  };
};

/** One page, newest first. */
export const readPage = async (
  web: WebClient,
  { channel, sinceMs, threadTs }: Omit<FindRequest, 'key'>,
  cursor: string | undefined,
): Promise<{ messages: readonly SeenMessage[]; next: string | undefined }> => {
  const window = {
    channel,
    // Whole seconds: what was posted within the same second is looked at as well.
    oldest: String(Math.max(1, Math.floor(sinceMs / 1000))),
    inclusive: true,
    include_all_metadata: true,
    limit: pageSize,
    ...(cursor !== undefined && { cursor }),
  };
  const answer =
    threadTs === undefined
      ? await web.conversations.history(window)
      : await web.conversations.replies({ ...window, ts: threadTs });
  const next = answer.response_metadata?.next_cursor;
  return { messages: (answer.messages ?? []).filter(Boolean), next: next || undefined };
};
