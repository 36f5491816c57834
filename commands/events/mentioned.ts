import type { Message } from '../../views/blocks.ts';
import { helpAnswer, misunderstoodAnswer, notAThreadAnswer } from '../../views/messages/answers.ts';
import { withDeadline } from '../deadline.ts';
import { type CommandDeps, rebuildSurface } from '../deps.ts';
import { parseThreadWords } from '../parse/thread-words.ts';
import { reply } from '../reply.ts';
import type { Heard } from './heard.ts';
import { heardInRebuild } from './rebuild-verb.ts';
import { carryOut, type Speaker } from './thread-verb.ts';

/** Somebody spoke to farmhand: it always answers, and says so when it did not understand. `text` is without the mention. */
export const mentioned = async (
  deps: CommandDeps,
  heard: Heard,
  text: string,
  to: Omit<Speaker, 'user'>,
): Promise<void> => {
  const { user, channel, thread_ts: thread } = heard;
  const place = { client: to.client, user, channel, ...(thread !== undefined && { thread }) };
  await reply(place, await answerTo(deps, heard, text, { user, ...to }));
};

const answerTo = async (
  deps: CommandDeps,
  heard: Heard,
  text: string,
  speaker: Speaker,
): Promise<Message> => {
  const { channel, thread_ts: root } = heard;
  const alert = root && (await withDeadline(deps.queries.byThread(channel, root), deps.deadlineMs));
  const surface = rebuildSurface(deps);
  if (!alert && root !== undefined && surface) {
    const said = { text, addressed: true };
    const inRebuild = await heardInRebuild(surface, { channel, ts: root }, said, speaker);
    if (inRebuild) return inRebuild();
  }
  const words = parseThreadWords(text, true);
  if (words.kind === 'unclear') return misunderstoodAnswer(words.problems, words.hint);
  const help = words.kind === 'chatter' || words.said.verb === 'help';
  if (help) return helpAnswer(speaker.bot === undefined ? undefined : { id: speaker.bot });
  return alert ? carryOut(deps, words.said, alert, speaker) : notAThreadAnswer();
};
