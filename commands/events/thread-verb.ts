import type { webApi } from '@slack/bolt';
import { rootFacts } from '../../src/alerts/thread/root-facts.ts';
import type { Message } from '../../views/blocks.ts';
import { alertStatus } from '../../views/messages/alerts/alert-root.ts';
import { goneAnswer, helpAnswer, whyAnswer } from '../../views/messages/answers.ts';
import { applyToAlert } from '../alerts/apply.ts';
import { trailOf } from '../alerts/trail.ts';
import { withDeadline } from '../deadline.ts';
import type { CommandDeps } from '../deps.ts';
import type { ThreadVerb } from '../parse/thread-words.ts';

/** Who said it, and through which of farmhand's users. */
export interface Speaker {
  readonly user: string;
  readonly client: webApi.WebClient;
  readonly bot: string | undefined;
}

/** Does what was said in an alert's thread, and gives the answer for the one who said it. */
export const carryOut = async (
  deps: CommandDeps,
  said: ThreadVerb,
  alert: string,
  { user, client, bot }: Speaker,
): Promise<Message> => {
  switch (said.verb) {
    case 'help':
      return helpAnswer(bot === undefined ? undefined : { id: bot });
    case 'status': {
      const found = await withDeadline(deps.queries.get(alert), deps.deadlineMs);
      return found ? alertStatus(rootFacts(found), deps.view()) : goneAnswer();
    }
    case 'why': {
      const trail = await trailOf(deps, alert);
      return trail ? whyAnswer(trail, deps.view()) : goneAnswer();
    }
    case 'silence':
      return applyToAlert(deps, alert, said, await deps.people.person(client, user));
    case 'acknowledge':
    case 'unacknowledge':
    case 'ticket':
      return applyToAlert(deps, alert, { verb: said.verb }, await deps.people.person(client, user));
    default:
      return said satisfies never;
  }
};
