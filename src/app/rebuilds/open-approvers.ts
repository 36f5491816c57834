import { outsideBecause } from '../../../commands/shared/outside.ts';
import { createPeople } from '../../../commands/shared/people.ts';
import { placeName } from '../../access/access.ts';
import { createHolders } from '../../access/check.ts';
import { type SightPort, tierOfInstance } from '../../access/tiers.ts';
import { createUserGroups } from '../../integrations/slack/client/groups.ts';
import type { WhoMay } from '../../rebuild/approvers/message.ts';
import { isPerson, rolesOfAskers, selfAmong } from '../../rebuild/model/approval.ts';
import type { InstancesPort } from '../../rebuild/ports/ports.ts';
import type { AppContext } from '../shared/context.ts';
import type { Workspace } from '../shared/open-workspace.ts';
import { accessPlaces } from './access-places.ts';

/** Profiles that are looked up for one question: of more people than this nobody is told, so nobody is asked about. */
const profilesAtMost = 60;

/**
 * Everybody who may approve rebuilds of an instance: by the roles of now, and only whom farmhand would listen to. Never
 * fails; of whom Slack does not say enough is `unknown`.
 */
export const openApprovers = (
  context: AppContext,
  workspace: Workspace,
  instances: Pick<InstancesPort, 'get'>,
  sight: SightPort,
): WhoMay => {
  const { now, log } = context;
  const groups = createUserGroups({ web: workspace.client, now, log });
  const people = createPeople({ now, log }, 2_000);
  const holders = createHolders({
    ...accessPlaces(context, instances),
    membersOf: groups.membersOf,
  });
  return async (instance, askers) => {
    const { users, roles, unknown } = await holders.holders('approve', instance, rolesOfAskers(askers));
    const candidates = users.filter((id) => isPerson({ id }) && id !== workspace.self());
    if (candidates.length > profilesAtMost) return { people: candidates, roles, unknown };
    const home = await workspace.known().then(
      ({ teamId }) => teamId,
      () => undefined,
    );
    const { members } = context.config().slack;
    const looked = await Promise.all(
      candidates.map(async (id) => {
        const profile = await people.profile(workspace.client, id);
        const person = { id, ...(profile?.email !== undefined && { email: profile.email }) };
        const asked = selfAmong(askers, person) !== undefined;
        const seen = await sight.of({ id, ...(profile?.team !== undefined && { team: profile.team }) });
        const outside = outsideBecause(home, undefined, profile, members);
        const other = seen.sees(tierOfInstance(context.config().tiers, placeName(instance)))
          ? undefined
          : 'tier';
        return { id, asked, outside: outside ?? other };
      }),
    );
    return {
      people: looked.flatMap(({ id, asked, outside }) => (outside === undefined && !asked ? [id] : [])),
      roles,
      unknown: [...unknown, ...looked.flatMap(({ id, outside }) => (outside === 'unknown' ? [id] : []))],
    };
  };
};
