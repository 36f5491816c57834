import type { Middleware, SlackEventMiddlewareArgs } from '@slack/bolt';
import { z } from 'zod';
import type { Message } from '../../views/blocks.ts';
import { notAThreadAnswer } from '../../views/messages/answers.ts';
import { afterMention, parseThreadWords } from '../parse/thread-words.ts';
import { replyInTime } from '../rebuilds/answer.ts';
import { type CommandDeps, fromRecords, type RebuildSurface, rebuildSurface } from '../shared/deps.ts';
import { reply } from '../shared/reply.ts';
import { answerAnywhere, answerInAlert, type Speaker } from './alert-thread.ts';
import { heardInRebuild } from './rebuild-thread.ts';

/** A message by a person, as both `message` and `app_mention` carry it. Edits, joins, bots … have other shapes. */
const Heard = z.object({
  user: z.string(),
  channel: z.string(),
  ts: z.string(),
  text: z.string(),
  thread_ts: z.string().optional(),
  /** Who wrote the thread's root; not every Slack says so. */
  parent_user_id: z.string().optional(),
  subtype: z.undefined().optional(),
  bot_id: z.undefined().optional(),
});
type Heard = z.infer<typeof Heard>;

/** Somebody mentioned farmhand; only one that begins with it is a request, others just talk about it. */
export const appMention =
  (deps: CommandDeps): Middleware<SlackEventMiddlewareArgs<'app_mention'>> =>
  async ({ event, client, context }) => {
    const heard = Heard.safeParse(event).data;
    if (!heard) return;
    const text = afterMention(heard.text, context.botUserId);
    const { user, channel } = heard;
    const speaker = { user, channel, client, bot: context.botUserId, home: context.teamId };
    if (text !== undefined) await mentioned(deps, heard, text, speaker);
  };

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
    const { channel, thread_ts: thread, user, parent_user_id: parent, text } = heard;
    const speaker = { user, channel, client, bot, home: context.teamId };
    // Not every Slack sends `app_mention` besides; where it does, only the first of the two gets here.
    const toMe = afterMention(heard.text, bot);
    if (toMe !== undefined) {
      await mentioned(deps, heard, toMe, speaker);
      return;
    }
    if (thread === undefined || thread === heard.ts || (parent !== undefined && parent !== bot)) return;
    const to = { client, user, channel, thread, forms: deps.forms };
    const words = parseThreadWords(text, false);
    const alert =
      words.kind === 'chatter' ? undefined : await fromRecords(deps, deps.queries.byThread(channel, thread));
    if (words.kind !== 'chatter' && alert !== undefined) {
      await reply(to, await answerInAlert(deps, words, alert, speaker));
      return;
    }
    const answer = await inRebuild(surface, heard, text, false, speaker);
    if (answer) await replyInTime(to, 'the rebuild', answer());
  };
};

/** Somebody spoke to farmhand: it always answers, and says so when it did not understand. `text` is without the mention. */
const mentioned = async (deps: CommandDeps, heard: Heard, text: string, speaker: Speaker): Promise<void> => {
  const { user, channel, thread_ts: thread } = heard;
  const { client } = speaker;
  const to = { client, user, channel, forms: deps.forms, ...(thread !== undefined && { thread }) };
  await reply(to, await answerTo(deps, heard, text, speaker));
};

const answerTo = async (
  deps: CommandDeps,
  heard: Heard,
  text: string,
  speaker: Speaker,
): Promise<Message> => {
  const { channel, thread_ts: thread } = heard;
  const alert =
    thread === undefined ? undefined : await fromRecords(deps, deps.queries.byThread(channel, thread));
  const words = parseThreadWords(text, true);
  if (alert !== undefined) return answerInAlert(deps, words, alert, speaker);
  const answer = await inRebuild(rebuildSurface(deps), heard, text, true, speaker);
  if (answer) return answer();
  return words.kind === 'unclear' || words.kind === 'help' || words.kind === 'chatter'
    ? answerAnywhere(words, speaker.bot)
    : notAThreadAnswer();
};

const inRebuild = async (
  surface: RebuildSurface | undefined,
  { channel, thread_ts: ts }: Heard,
  text: string,
  addressed: boolean,
  speaker: Speaker,
): Promise<(() => Promise<Message>) | undefined> =>
  surface && ts !== undefined
    ? heardInRebuild(surface, { channel, ts }, { text, addressed }, speaker)
    : undefined;
