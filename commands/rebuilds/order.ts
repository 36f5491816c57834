import type { Person } from '../../src/core/person.ts';
import type { RebuildCommand } from '../../src/rebuild/model/command.ts';
import type { Message } from '../../views/blocks.ts';
import { commandAnswer } from '../../views/messages/rebuilds/rebuild-answers.ts';
import { withDeadline } from '../deadline.ts';
import type { RebuildSurface } from '../deps.ts';

/** Asking Slack who is in which user group may take as long again as the records, and a little. */
const withGroups = 2.25;

/** Puts an order to the records, in time, and says how it ended. Slash commands, buttons, forms and words pass here. */
export const giveOrder = async (
  deps: RebuildSurface,
  rebuild: string,
  command: RebuildCommand,
  by: Person,
): Promise<Message> => {
  const work = deps.rebuilds.service.apply(rebuild, command, by);
  const result = await withDeadline(work, deps.deadlineMs * withGroups);
  const ended = result.ok ? (result.changed ? 'done' : 'already so') : result.code;
  deps.log.info({ rebuild, user: by.id, verb: command.verb, ended }, 'rebuild command');
  return commandAnswer(result, deps.view());
};
