import type { webApi } from '@slack/bolt';
import { rootFacts } from '../../src/alerts/thread/root-facts.ts';
import type { Message } from '../../views/blocks.ts';
import { alertStatus } from '../../views/messages/alerts/alert-root.ts';
import {
  goneAnswer,
  helpAnswer,
  misunderstoodAnswer,
  notAssignableAnswer,
  whyAnswer,
} from '../../views/messages/answers.ts';
import { applyToAlert } from '../alerts/apply.ts';
import { trailOf } from '../alerts/trail.ts';
import type { ThreadWords } from '../parse/thread-words.ts';
import type { CommandDeps } from '../shared/deps.ts';
import { outsideBecause } from '../shared/outside.ts';
import { alertFor } from '../shared/reads.ts';

/** Who said it, and through which of farmhand's users. */
export interface Speaker {
  readonly user: string;
  readonly channel: string;
  readonly client: webApi.WebClient;
  readonly bot: string | undefined;
  /** The workspace that farmhand belongs to. */
  readonly home: string | undefined;
}

/** Does what was said in an alert's thread, and gives the answer for the one who said it. */
export const answerInAlert = async (
  deps: CommandDeps,
  words: ThreadWords,
  alert: string,
  speaker: Speaker,
): Promise<Message> => {
  const { user, channel, client, bot } = speaker;
  const by = () => deps.people.person(client, { id: user, via: { client: 'thread', channel } });
  switch (words.kind) {
    case 'command':
      return applyToAlert(deps, alert, words.command, await by());
    case 'assign':
      return assign(deps, alert, words.user, speaker);
    case 'status': {
      const found = await alertFor(deps, alert, by);
      return found ? alertStatus(rootFacts(found), deps.view()) : goneAnswer();
    }
    case 'why': {
      const trail = await trailOf(deps, alert, by);
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

/** Gives it to whom farmhand would listen to: they see the thread, and can give it back. */
const assign = async (
  deps: CommandDeps,
  alert: string,
  user: string | undefined,
  { user: asker, channel, client, bot, home }: Speaker,
): Promise<Message> => {
  const by = await deps.people.person(client, { id: asker, via: { client: 'thread', channel } });
  if (user === undefined || user === asker) return applyToAlert(deps, alert, { verb: 'assign', to: by }, by);
  const profile = await deps.people.profile(client, user);
  const outside =
    user === bot || profile?.bot ? 'bot' : outsideBecause(home, undefined, profile, deps.members());
  if (outside) return notAssignableAnswer(user, outside);
  const { name, team, email } = profile ?? {};
  const to = {
    id: user,
    ...(name !== undefined && { name }),
    ...(team !== undefined && { team }),
    ...(email !== undefined && { email }),
  };
  return applyToAlert(deps, alert, { verb: 'assign', to }, by);
};

/** The same of words that are about no alert. */
export const answerAnywhere = (
  words: Extract<ThreadWords, { kind: 'unclear' | 'help' | 'chatter' }>,
  bot: string | undefined,
): Message =>
  words.kind === 'unclear'
    ? misunderstoodAnswer(words.problems, words.hint)
    : helpAnswer(bot === undefined ? undefined : { id: bot });
