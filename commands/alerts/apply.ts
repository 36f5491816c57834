import type { AlertId } from '../../src/alerts/model/alert.ts';
import type { AlertCommand } from '../../src/alerts/model/command.ts';
import type { Person } from '../../src/core/person.ts';
import type { Message } from '../../views/blocks.ts';
import { alertCommandAnswer } from '../../views/messages/alerts/command-answer.ts';
import { type CommandDeps, fromRecords } from '../shared/deps.ts';

/** Puts a person's command on record, in time, and says how it ended. Buttons, modals and words all pass here. */
export const applyToAlert = async (
  deps: CommandDeps,
  id: AlertId,
  command: AlertCommand,
  by: Person,
): Promise<Message> => {
  const outcome = await fromRecords(deps, deps.alerts.apply(id, command, by));
  const ended = outcome.ok ? (outcome.changed ? 'done' : 'already so') : outcome.code;
  deps.log.info({ alert: id, user: by.id, verb: command.verb, ended }, 'command');
  return alertCommandAnswer(command, outcome);
};
