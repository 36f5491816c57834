import type { AccessPort } from '../access/access.ts';
import { createAccess } from '../access/check.ts';
import { createRights, type RightsPort } from '../access/rights.ts';
import { createSight, type SightPort, tierOfInstance } from '../access/tiers.ts';
import { accessWarnings } from '../config/checks/access-warnings.ts';
import { createUserGroups } from '../integrations/slack/client/groups.ts';
import type { InstancesPort } from '../rebuild/ports/ports.ts';
import { accessPlaces } from './rebuilds/access-places.ts';
import type { AppContext } from './shared/context.ts';
import type { Workspace } from './shared/open-workspace.ts';

/** Who may do what, and what is told to whoever asks for it. */
export interface Access extends AccessPort {
  readonly rights: RightsPort;
  /** Of which tiers somebody sees what is on record. */
  readonly sight: SightPort;
}

/** Who may do what, by the rules in force now. Without `access:` nobody may. */
export const openAccess = (
  context: AppContext,
  workspace: Workspace,
  instances: Pick<InstancesPort, 'get'> | undefined,
): Access => {
  for (const warning of accessWarnings(context.config())) {
    context.log.warn(
      { warning },
      'A rule of access or policy will surprise somebody; farmhand check says so too',
    );
  }
  const groups = createUserGroups({ web: workspace.client, now: context.now, log: context.log });
  const tiers = () => context.config().tiers;
  const sight = createSight({ rules: tiers, groupsOf: groups.groupsOf });
  const deps = {
    ...accessPlaces(context, instances),
    groupsOf: groups.groupsOf,
    tiers: { sight, ofInstance: (instance: string) => tierOfInstance(tiers(), instance) },
  };
  return { ...createAccess(deps), rights: createRights(deps), sight };
};
