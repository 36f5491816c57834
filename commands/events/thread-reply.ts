import type { Middleware, SlackEventMiddlewareArgs } from '@slack/bolt';
import { withDeadline } from '../deadline.ts';
import type { CommandDeps } from '../deps.ts';
import { afterMention, parseThreadWords } from '../parse/thread-words.ts';
import { tell } from '../tell.ts';
import { Heard } from './heard.ts';
import { mentioned } from './mentioned.ts';
import { carryOut } from './thread-verb.ts';

/**
 * Somebody wrote a message. farmhand reacts only where its whole text is one of its words, in the thread of an
 * alert; to everything else it does not listen.
 */
export const threadReply =
  (deps: CommandDeps): Middleware<SlackEventMiddlewareArgs<'message'>> =>
  async ({ event, client, context }) => {
    const heard = Heard.safeParse(event).data;
    if (!heard) return;
    const bot = context.botUserId;
    // Not every Slack sends `app_mention` besides; where it does, only the first of the two gets here.
    const toMe = afterMention(heard.text, bot);
    if (toMe !== undefined) {
      await mentioned(deps, heard, toMe, { client, bot });
      return;
    }
    const { channel, thread_ts: thread, user, parent_user_id: parent } = heard;
    if (thread === undefined || thread === heard.ts || (parent !== undefined && parent !== bot)) return;
    const words = parseThreadWords(heard.text, false);
    if (words.kind !== 'verb') return;
    const alert = await withDeadline(deps.queries.byThread(channel, thread), deps.deadlineMs);
    if (alert === undefined) return;
    await tell(
      { client, user, channel, thread },
      await carryOut(deps, words.said, alert, { user, client, bot }),
    );
  };
