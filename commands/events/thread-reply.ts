import type { Middleware, SlackEventMiddlewareArgs } from '@slack/bolt';
import { misunderstoodAnswer } from '../../views/messages/answers.ts';
import { withDeadline } from '../deadline.ts';
import { type CommandDeps, rebuildSurface } from '../deps.ts';
import { afterMention, parseThreadWords } from '../parse/thread-words.ts';
import { tellInTime } from '../rebuilds/answer.ts';
import { reply } from '../reply.ts';
import { Heard } from './heard.ts';
import { mentioned } from './mentioned.ts';
import { heardInRebuild } from './rebuild-verb.ts';
import { carryOut } from './thread-verb.ts';

/**
 * Somebody wrote a message. farmhand reacts only where its whole text is one of its words, in the thread of an
 * alert or a rebuild; to everything else it does not listen.
 */
export const threadReply = (deps: CommandDeps): Middleware<SlackEventMiddlewareArgs<'message'>> => {
  const surface = rebuildSurface(deps);
  return async ({ event, client, context }) => {
    const heard = Heard.safeParse(event).data;
    if (!heard) return;
    const bot = context.botUserId;
    // Not every Slack sends `app_mention` besides; where it does, only the first of the two gets here.
    const toMe = afterMention(heard.text, bot);
    if (toMe !== undefined) {
      await mentioned(deps, heard, toMe, { client, bot });
      return;
    }
    const { channel, thread_ts: thread, user, parent_user_id: parent, text } = heard;
    if (thread === undefined || thread === heard.ts || (parent !== undefined && parent !== bot)) return;
    const place = { client, user, channel, thread };
    const speaker = { user, client, bot };
    const words = parseThreadWords(text, false);
    const alert =
      words.kind === 'chatter'
        ? undefined
        : await withDeadline(deps.queries.byThread(channel, thread), deps.deadlineMs);
    if (words.kind !== 'chatter' && alert !== undefined) {
      const answer =
        words.kind === 'unclear'
          ? misunderstoodAnswer(words.problems, words.hint)
          : await carryOut(deps, words.said, alert, speaker);
      await reply(place, answer);
      return;
    }
    if (!surface) return;
    const said = { text, addressed: false };
    const answer = await heardInRebuild(surface, { channel, ts: thread }, said, speaker);
    if (answer) await tellInTime(place, 'the rebuild', answer());
  };
};
