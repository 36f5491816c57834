import { isMatched } from '../../alerts/evolve/silence.ts';
import type { Alert } from '../../alerts/model/alert.ts';
import type { SilenceScopes } from '../../alerts/ports/ports.ts';
import { given } from '../../core/json.ts';
import { type ApiDeps, listAlerts } from './api.ts';
import { type AlertmanagerConfig, choose } from './choose.ts';
import { labelKey, matcherQuery, recordedKey } from './same-alert.ts';

/** What the configured Alertmanagers would silence. Only reads. */
export const createSilenceScopes = (
  configs: () => readonly AlertmanagerConfig[],
  deps: ApiDeps,
): SilenceScopes => ({
  placeOf: ({ links, cluster }: Alert) =>
    choose(configs(), given({ alertmanager: links.alertmanager, cluster }))?.config.name,
  others: async (place, matchers, members) => {
    const config = configs().find(({ name }) => name === place);
    if (!config) return { ok: false, error: `${place} is not configured any more` };
    const found = await listAlerts(deps, config, matcherQuery(matchers));
    if (!found.ok) return found;
    const own = new Set(members.map(({ labels }) => labelKey(labels)));
    const others = found.value.filter(
      ({ labels, status }) =>
        status.state === 'active' && isMatched(labels, matchers) && !own.has(recordedKey(labels)),
    );
    return { ok: true, others: others.map(({ labels }) => labels) };
  },
});
