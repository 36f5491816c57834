import type { webApi } from '@slack/bolt';
import { rootFacts } from '../../src/alerts/thread/root-facts.ts';
import type { Message } from '../../views/blocks.ts';
import { alertStatus } from '../../views/messages/alerts/alert-root.ts';
import { goneAnswer, helpAnswer, misunderstoodAnswer, whyAnswer } from '../../views/messages/answers.ts';
import { applyToAlert } from '../alerts/apply.ts';
import { trailOf } from '../alerts/trail.ts';
import type { ThreadWords } from '../parse/thread-words.ts';
import { type CommandDeps, fromRecords } from '../shared/deps.ts';

/** Who said it, and through which of farmhand's users. */
export interface Speaker {
  readonly user: string;
  readonly channel: string;
  readonly client: webApi.WebClient;
  readonly bot: string | undefined;
}

/** Does what was said in an alert's thread, and gives the answer for the one who said it. */
export const answerInAlert = async (
  deps: CommandDeps,
  words: ThreadWords,
  alert: string,
  { user, channel, client, bot }: Speaker,
): Promise<Message> => {
  switch (words.kind) {
    case 'command':
      return applyToAlert(
        deps,
        alert,
        words.command,
        await deps.people.person(client, { id: user, via: { client: 'thread', channel } }),
      );
    case 'status': {
      const found = await fromRecords(deps, deps.queries.get(alert));
      return found ? alertStatus(rootFacts(found), deps.view()) : goneAnswer();
    }
    case 'why': {
      const trail = await trailOf(deps, alert);
      return trail ? whyAnswer(trail, deps.view()) : goneAnswer();
    }
    case 'unclear':
    case 'help':
    case 'chatter':
      return answerAnywhere(words, bot);
    default:
      return words satisfies never;
  }
};

/** The same of words that are about no alert. */
export const answerAnywhere = (
  words: Extract<ThreadWords, { kind: 'unclear' | 'help' | 'chatter' }>,
  bot: string | undefined,
): Message =>
  words.kind === 'unclear'
    ? misunderstoodAnswer(words.problems, words.hint)
    : helpAnswer(bot === undefined ? undefined : { id: bot });
