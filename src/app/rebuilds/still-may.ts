import { outsideBecause } from '../../../commands/shared/outside.ts';
import { createPeople } from '../../../commands/shared/people.ts';
import type { AccessPort } from '../../access/access.ts';
import type { Person } from '../../core/person.ts';
import { askersOf, rolesOfAskers, selfAmong } from '../../rebuild/model/approval.ts';
import type { ObserveDeps } from '../../rebuild/observe/observe.ts';
import type { AppContext } from '../shared/context.ts';
import type { Workspace } from '../shared/open-workspace.ts';

/** What Slack does not tell within this is not known; ms. */
const within = 5_000;

/**
 * Whether whoever approved a rebuild still may, right before its first change: members leave, groups and rules change,
 * and an e-mail address that was not told before may be by now. What nobody can tell is no answer: then nothing begins.
 */
export const openStillMay = (
  context: AppContext,
  workspace: Workspace,
  access: AccessPort,
): NonNullable<ObserveDeps['stillMay']> => {
  const people = createPeople(context, within);
  return async (rebuild) => {
    const { approval, plan } = rebuild;
    if (!approval) return { ok: true, value: { may: true } };
    const { teamId } = await workspace.known();
    const profile = await people.profile(workspace.client, approval.by.id);
    const outside = outsideBecause(teamId, undefined, profile, context.config().slack.members);
    if (outside === 'unknown') return { ok: false, error: 'Slack did not tell who they are.' };
    if (outside !== undefined) return { ok: true, value: { may: false, code: 'outside' } };
    const email = profile?.email ?? approval.by.email;
    const by: Person = { ...approval.by, ...(email !== undefined && { email }) };
    const askers = askersOf(rebuild);
    const asker = selfAmong(askers, by);
    if (asker) return { ok: true, value: { may: false, code: 'same_person', asker } };
    // Only the role on record: whoever has left it would be let in by another one that nobody was shown.
    const roles = context.config().access?.roles ?? [];
    const others = roles.map(({ name }) => name).filter((name) => by.as && name !== by.as.role);
    const verdict = await access.check(by, 'approve', plan.instance, [...rolesOfAskers(askers), ...others]);
    if (verdict.allowed) return { ok: true, value: { may: true } };
    const { code, says } = verdict;
    if (code === 'groups_unknown' || code === 'environment_unknown' || code === 'tier_unknown')
      return { ok: false, error: says };
    return { ok: true, value: { may: false, code: 'no_role', roles: verdict.roles } };
  };
};
