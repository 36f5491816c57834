import type { CommandOutcome } from '../src/alerts/ports/commands.ts';
import type { Person } from '../src/core/person.ts';
import type { Message } from '../views/blocks.ts';
import { type Asked, outcomeAnswer } from '../views/messages/answers.ts';
import { withDeadline } from './deadline.ts';
import type { CommandDeps } from './deps.ts';

export type Wish =
  | { readonly verb: 'acknowledge' | 'unacknowledge' | 'ticket' }
  | { readonly verb: 'silence'; readonly durationMs: number; readonly reason: string };

/** Puts a person's wish to the records, in time, and says how it ended. Buttons, modals and words all pass here. */
export const ask = async (deps: CommandDeps, wish: Wish, alert: string, by: Person): Promise<Message> => {
  const outcome = await withDeadline(put(deps, wish, alert, by), deps.deadlineMs);
  const ended = outcome.ok ? (outcome.changed ? 'done' : 'already so') : outcome.code;
  deps.log.info({ alert, user: by.id, verb: wish.verb, ended }, 'command');
  const asked: Asked =
    wish.verb === 'silence' ? { verb: 'silence', durationMs: wish.durationMs } : { verb: wish.verb };
  return outcomeAnswer(asked, outcome);
};

const put = (deps: CommandDeps, wish: Wish, alert: string, by: Person): Promise<CommandOutcome> => {
  switch (wish.verb) {
    case 'acknowledge':
      return deps.commands.acknowledge(alert, by);
    case 'unacknowledge':
      return deps.commands.unacknowledge(alert, by);
    case 'ticket':
      return deps.commands.raiseTicket(alert, by);
    case 'silence':
      return deps.commands.silence(alert, by, { durationMs: wish.durationMs, reason: wish.reason });
    default:
      return wish satisfies never;
  }
};
