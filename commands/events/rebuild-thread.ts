import type { RebuildId } from '../../src/rebuild/model/rebuild-id.ts';
import type { Message } from '../../views/blocks.ts';
import { replyMisunderstoodAnswer } from '../../views/messages/rebuilds/rebuild-answers.ts';
import { parseRebuildWords, type RebuildWords } from '../parse/rebuild-words.ts';
import { applyToRebuild } from '../rebuilds/apply.ts';
import { historyOf, rebuildHelp, statusById } from '../rebuilds/read.ts';
import { fromRecords, type RebuildSurface } from '../shared/deps.ts';
import type { Speaker } from './alert-thread.ts';

/** What was said in a rebuild's thread is answered; undefined where the thread is no rebuild's, or people just talk. */
export const heardInRebuild = async (
  deps: RebuildSurface,
  thread: { readonly channel: string; readonly ts: string },
  heard: { readonly text: string; readonly addressed: boolean },
  speaker: Speaker,
): Promise<(() => Promise<Message>) | undefined> => {
  const words = parseRebuildWords(heard.text, heard.addressed);
  if (words.kind === 'chatter') return undefined;
  const rebuild = await fromRecords(deps, deps.rebuilds.queries.byThread(thread.channel, thread.ts));
  return rebuild === undefined ? undefined : () => answerTo(deps, words, rebuild, speaker);
};

const answerTo = async (
  deps: RebuildSurface,
  words: Exclude<RebuildWords, { kind: 'chatter' }>,
  rebuild: RebuildId,
  { user, channel, client, bot }: Speaker,
): Promise<Message> => {
  if (words.kind === 'unclear') return replyMisunderstoodAnswer(words.problems, words.hint);
  const by = await deps.people.person(client, { id: user, via: { client: 'thread', channel } });
  switch (words.kind) {
    case 'command':
      return applyToRebuild(deps, rebuild, words.command, by);
    case 'status':
      return statusById(deps, rebuild, by);
    case 'why':
      return historyOf(deps, rebuild, by);
    case 'help':
      return rebuildHelp(bot, 'thread');
    default:
      return words satisfies never;
  }
};
