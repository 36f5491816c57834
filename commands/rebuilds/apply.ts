import type { Person } from '../../src/core/person.ts';
import { pendingOf } from '../../src/rebuild/model/approval.ts';
import type { RebuildCommand } from '../../src/rebuild/model/command.ts';
import type { RebuildId } from '../../src/rebuild/model/rebuild-id.ts';
import type { Message } from '../../views/blocks.ts';
import { commandAnswer, refusedAnswer } from '../../views/messages/rebuilds/rebuild-answers.ts';
import { approvalAnswer } from '../../views/messages/rebuilds/rebuild-approval.ts';
import { fromRecords, type RebuildSurface } from '../shared/deps.ts';
import { hiddenBecause } from './visible.ts';

/** Asking Slack who is in which user group may take as long again as the records, and a little. */
const withGroups = 2.25;

/** Puts a person's command on record, in time, and says how it ended. Words, buttons and forms all pass here. */
export const applyToRebuild = async (
  deps: RebuildSurface,
  id: RebuildId,
  command: RebuildCommand,
  by: Person,
): Promise<Message> => {
  const toBeSeen = command.verb === 'approve' ? await showFirst(deps, id, command.hash, by) : undefined;
  if (toBeSeen) return toBeSeen;
  const result = await fromRecords(deps, deps.rebuilds.service.apply(id, command, by), withGroups);
  const ended = result.ok ? (result.changed ? 'done' : 'already so') : result.code;
  deps.log.info({ rebuild: id, user: by.id, verb: command.verb, ended }, 'rebuild command');
  return commandAnswer(result, deps.view());
};

/**
 * An approval is of what a person was shown, named by its hash. Who was shown nothing (typed it somewhere, an old
 * button, a list) or something else is shown all of it first, with a button that carries its hash.
 */
const showFirst = async (
  deps: RebuildSurface,
  id: RebuildId,
  hash: string | undefined,
  by: Person,
): Promise<Message | undefined> => {
  const rebuild = await fromRecords(deps, deps.rebuilds.queries.get(id));
  const pending = rebuild && pendingOf(rebuild);
  if (!rebuild || !pending) return undefined;
  const fits = hash !== undefined && pending.hash.startsWith(hash);
  const known = hash !== undefined && rebuild.approval?.hash?.startsWith(hash) === true;
  if (fits || known) return undefined;
  const hidden = await hiddenBecause(deps, by, rebuild.plan.instance);
  if (hidden !== undefined) return refusedAnswer([hidden, 'Nothing was approved.']);
  return approvalAnswer(rebuild, hash === undefined ? 'unseen' : 'stale', deps.view());
};
