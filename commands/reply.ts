import type { RespondFn, webApi } from '@slack/bolt';
import type { Message } from '../views/blocks.ts';

/** Where an answer can go that only one person sees. */
export interface ReplyTarget {
  readonly client: webApi.WebClient;
  /** Of a click or a slash command: good for half an hour, and not counted against Slack's limits. */
  readonly respond?: RespondFn;
  readonly user?: string;
  readonly channel?: string;
  readonly thread?: string;
}

/**
 * Answers one person, seen by nobody else; false when there is no place to do so. `replacing`: in place of the
 * message that was clicked, where only that person sees it.
 */
export const reply = async (
  place: ReplyTarget,
  message: Message,
  { replacing = false }: { readonly replacing?: boolean } = {},
): Promise<boolean> => {
  const { client, respond, user, channel, thread } = place;
  if (respond) {
    await respond({
      ...message,
      response_type: 'ephemeral',
      replace_original: replacing,
      unfurl_links: false,
    });
    return true;
  }
  if (user === undefined || channel === undefined) return false;
  await client.chat.postEphemeral({
    channel,
    user,
    ...message,
    ...(thread !== undefined && { thread_ts: thread }),
  });
  return true;
};
