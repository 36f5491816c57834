import { type InstanceLinks, instanceOfAlert, linkBothWays } from '../../alerts/evolve/instance-link.ts';
import type { Alert, AlertId } from '../../alerts/model/alert.ts';
import type { AlertQueries } from '../../alerts/ports/queries.ts';
import type { AlertChange, AlertStore } from '../../alerts/ports/store.ts';
import type { AlertLinks } from '../ports/ports.ts';

export interface AlertLinkerDeps {
  readonly store: Pick<AlertStore, 'update'>;
  readonly queries: Pick<AlertQueries, 'list'>;
  readonly links: () => InstanceLinks;
  readonly now: () => number;
  /** The open alerts are read no more often than this, for all rebuilds together; ms. Default: 20 s. */
  readonly every?: number;
}

/** Alerts read at the most: in a storm the newest, and the rest with their next event. */
const mostAlerts = 4_000;
const page = 200;

/** Open alerts of an instance, for the rebuild's side of the link. One reading of the alerts serves every rebuild. */
export const createAlertLinker = (deps: AlertLinkerDeps): AlertLinks => {
  const { every = 20_000 } = deps;
  let read: { readonly at: number; readonly alerts: Promise<Map<AlertId, Alert>> } | undefined;
  const open = (): Promise<Map<AlertId, Alert>> => {
    if (read && deps.now() - read.at < every) return read.alerts;
    const alerts = readOpen(deps.queries);
    read = { at: deps.now(), alerts };
    alerts.catch(() => {
      read = undefined;
    });
    return alerts;
  };
  return {
    unlinked: async (instance) => {
      const links = deps.links();
      const rebuild = links.rebuildOf(instance);
      // Whoever asks knows that it is one; the list of instances may not have been read yet.
      const isInstance = (name: string): boolean => name === instance || links.isInstance(name);
      const named = { ...links, isInstance };
      return [...(await open()).values()]
        .filter((alert) => instanceOfAlert(alert, named) === instance && !isLinked(alert, rebuild?.id))
        .map(({ id, name }) => ({ id, name }));
    },
    link: async (id, rebuild) => {
      const change = await deps.store.update(id, (alert): AlertChange & { seen: Alert } => {
        const named = {
          ...alert,
          instance: alert.instance ?? instanceOfAlert(alert, deps.links()) ?? '',
        };
        const linked = linkBothWays(named.instance === '' ? alert : named, rebuild, deps.now());
        return linked ? { seen: linked.alert, write: linked } : { seen: alert };
      });
      const known = await read?.alerts.catch(() => undefined);
      if (change) known?.set(id, change.seen);
      else known?.delete(id);
    },
  };
};

const isLinked = ({ rebuild }: Alert, current: string | undefined): boolean =>
  rebuild?.bothWays === true && (current === undefined || rebuild.id === current);

const readOpen = async (queries: Pick<AlertQueries, 'list'>): Promise<Map<AlertId, Alert>> => {
  const found = new Map<AlertId, Alert>();
  let cursor: string | undefined;
  do {
    const { alerts, next } = await queries.list({
      status: 'firing',
      limit: page,
      ...(cursor !== undefined && { cursor }),
    });
    for (const alert of alerts) found.set(alert.id, alert);
    cursor = next;
  } while (cursor !== undefined && found.size < mostAlerts);
  return found;
};
