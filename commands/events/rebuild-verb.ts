import type { Message } from '../../views/blocks.ts';
import { dcrMisunderstoodAnswer } from '../../views/messages/rebuilds/rebuild-answers.ts';
import { withDeadline } from '../deadline.ts';
import type { RebuildSurface } from '../deps.ts';
import { parseRebuildWords, type RebuildSaid, type RebuildWords } from '../parse/rebuild-words.ts';
import { approveShown } from '../rebuilds/approve.ts';
import { rebuildHelp } from '../rebuilds/help.ts';
import { giveOrder } from '../rebuilds/order.ts';
import { historyOf, statusById } from '../rebuilds/read.ts';
import type { Speaker } from './thread-verb.ts';

/** What was said in a rebuild's thread is answered; undefined where the thread is no rebuild's, or people just talk. */
export const heardInRebuild = async (
  deps: RebuildSurface,
  thread: { readonly channel: string; readonly ts: string },
  heard: { readonly text: string; readonly addressed: boolean },
  speaker: Speaker,
): Promise<(() => Promise<Message>) | undefined> => {
  const words = parseRebuildWords(heard.text, heard.addressed);
  if (words.kind === 'chatter') return undefined;
  const { queries } = deps.rebuilds;
  const rebuild = await withDeadline(queries.byThread(thread.channel, thread.ts), deps.deadlineMs);
  return rebuild === undefined ? undefined : () => answerTo(deps, words, rebuild, speaker);
};

const answerTo = async (
  deps: RebuildSurface,
  words: Exclude<RebuildWords, { kind: 'chatter' }>,
  rebuild: string,
  speaker: Speaker,
): Promise<Message> =>
  words.kind === 'unclear'
    ? dcrMisunderstoodAnswer(words.problems, words.hint)
    : carryOut(deps, words.said, rebuild, speaker);

const carryOut = async (
  deps: RebuildSurface,
  said: RebuildSaid,
  rebuild: string,
  { user, client, bot }: Speaker,
): Promise<Message> => {
  const by = await deps.people.person(client, user);
  switch (said.verb) {
    case 'help':
      return rebuildHelp(bot);
    case 'approve':
      return approveShown(deps, rebuild, said.hash, by);
    case 'status':
      return statusById(deps, by, rebuild);
    case 'why':
      return historyOf(deps, by, rebuild);
    case 'scale':
    case 'pause':
    case 'resume':
    case 'cancel':
    case 'retry':
    case 'withdraw':
      return giveOrder(deps, rebuild, said, by);
    default:
      return said satisfies never;
  }
};
