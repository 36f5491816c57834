import type { GroupSilenceDeps } from '../../src/alerts/groups/silence-scope.ts';
import type { SilenceScopes } from '../../src/alerts/ports/ports.ts';

/** Every alert came from one Alertmanager, which lists nothing besides. */
export const oneAlertmanager: SilenceScopes = {
  placeOf: () => 'main',
  others: async () => ({ ok: true, others: [] }),
};

export const noGroups: Omit<GroupSilenceDeps, 'store'> = {
  groups: { members: async () => undefined },
  scopes: oneAlertmanager,
};
