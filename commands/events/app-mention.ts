import type { Middleware, SlackEventMiddlewareArgs } from '@slack/bolt';
import type { CommandDeps } from '../deps.ts';
import { afterMention } from '../parse/thread-words.ts';
import { Heard } from './heard.ts';
import { mentioned } from './mentioned.ts';

/** Somebody mentioned farmhand; only one that begins with it is a request, others just talk about it. */
export const appMention =
  (deps: CommandDeps): Middleware<SlackEventMiddlewareArgs<'app_mention'>> =>
  async ({ event, client, context }) => {
    const heard = Heard.safeParse(event).data;
    if (!heard) return;
    const text = afterMention(heard.text, context.botUserId);
    if (text !== undefined) await mentioned(deps, heard, text, { client, bot: context.botUserId });
  };
