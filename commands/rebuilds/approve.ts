import type { Person } from '../../src/core/person.ts';
import { pendingOf } from '../../src/rebuild/model/approval.ts';
import type { Message } from '../../views/blocks.ts';
import { refusedAnswer } from '../../views/messages/rebuilds/rebuild-answers.ts';
import { approvalAnswer } from '../../views/messages/rebuilds/rebuild-approval.ts';
import { withDeadline } from '../deadline.ts';
import type { RebuildSurface } from '../deps.ts';
import { giveOrder } from './order.ts';
import { hiddenBecause } from './visible.ts';

/**
 * Approves what a person was shown, named by its hash. Who was shown nothing (typed it somewhere, an old button, a list)
 * or something else is shown all of it first, with a button that carries its hash.
 */
export const approveShown = async (
  deps: RebuildSurface,
  id: string,
  hash: string | undefined,
  by: Person,
): Promise<Message> => {
  const rebuild = await withDeadline(deps.rebuilds.queries.get(id), deps.deadlineMs);
  const pending = rebuild && pendingOf(rebuild);
  const fits = pending !== undefined && hash !== undefined && pending.hash.startsWith(hash);
  const known = hash !== undefined && rebuild?.approval?.hash?.startsWith(hash) === true;
  if (!rebuild || !pending || fits || known) {
    return giveOrder(deps, id, { verb: 'approve', ...(hash !== undefined && { hash }) }, by);
  }
  const hidden = await hiddenBecause(deps, by, rebuild.plan.instance.name);
  if (hidden !== undefined) return refusedAnswer([hidden, 'Nothing was approved.']);
  return approvalAnswer(rebuild, hash === undefined ? 'unseen' : 'stale', deps.view());
};
