import { rootFacts } from '../../src/alerts/root-facts.ts';
import type { Message } from '../../views/blocks.ts';
import { alertStatus } from '../../views/messages/alert-root.ts';
import { goneAnswer, helpAnswer, whyAnswer } from '../../views/messages/answers.ts';
import { ask } from '../ask.ts';
import { withDeadline } from '../deadline.ts';
import type { CommandDeps } from '../deps.ts';
import type { ThreadVerb } from '../parse/thread-words.ts';
import { trailOf } from '../trail.ts';

/** Does what was said in an alert's thread, and gives the answer for the one who said it. */
export const carryOut = async (
  deps: CommandDeps,
  said: ThreadVerb,
  alert: string,
  user: string,
  bot: string | undefined,
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
      return ask(deps, said, alert, { id: user });
    case 'acknowledge':
    case 'unacknowledge':
    case 'ticket':
      return ask(deps, { verb: said.verb }, alert, { id: user });
    default:
      return said satisfies never;
  }
};
