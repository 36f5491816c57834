import type { AnyMiddlewareArgs, Middleware, RespondFn, webApi } from '@slack/bolt';
import type { Message } from '../../views/blocks.ts';
import { readModalContext, readRebuildContext } from '../../views/ids.ts';
import { actorOf } from './slack-actor.ts';

/** Where an answer can go that only one person sees. */
export interface ReplyTarget {
  readonly client: webApi.WebClient;
  /** Of a click or a slash command: good for half an hour, and not counted against Slack's limits. */
  readonly respond?: RespondFn;
  readonly user?: string;
  readonly channel?: string;
  readonly thread?: string;
}

/** Where the person of any request can be answered. */
export const replyTargetOf = (
  args: Pick<Parameters<Middleware<AnyMiddlewareArgs>>[0], 'client' | 'body'> & { respond?: RespondFn },
): ReplyTarget => {
  const actor = actorOf(args.body);
  const metadata = 'view' in args.body ? (args.body.view?.private_metadata ?? '') : '';
  const modal = readModalContext(metadata) ?? readRebuildContext(metadata);
  const channel = actor?.channel ?? modal?.channel;
  const thread = actor?.thread ?? modal?.thread;
  return {
    client: args.client,
    ...(args.respond && { respond: args.respond }),
    ...(actor?.user !== undefined && { user: actor.user }),
    ...(channel !== undefined && { channel }),
    ...(thread !== undefined && { thread }),
  };
};

/**
 * Answers one person, seen by nobody else; false when there is nowhere to do so. `replacing`: in place of the
 * message that was clicked, where only that person sees it. `inChannel`: seen by everybody there, as they asked.
 */
export const reply = async (
  to: ReplyTarget,
  message: Message,
  {
    replacing = false,
    inChannel = false,
  }: { readonly replacing?: boolean; readonly inChannel?: boolean } = {},
): Promise<boolean> => {
  const { client, respond, user, channel, thread } = to;
  if (respond) {
    await respond({
      ...message,
      response_type: inChannel ? 'in_channel' : 'ephemeral',
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
