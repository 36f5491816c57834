import type { Alert, AlertId } from '../alerts/model/alert.ts';
import type { AlertChange, AlertStore } from '../alerts/ports/store.ts';
import type { JournalEntry } from '../core/journal.ts';
import { type LostRoot, ownRoot, seriesNameOf, withRoot } from './lost-root.ts';
import type { RecoveryStore } from './ports.ts';

export interface AdoptDeps {
  readonly alerts: AlertStore;
  readonly store: RecoveryStore;
  /** A thread is opened again within this of its resolve; ms. */
  readonly refireWindow: () => number;
  readonly now: () => number;
  readonly onAdopted: (alert: Alert) => void;
}

/**
 * Gives alerts that wait for a thread the root that they had before farmhand lost its records. Answers how many got
 * one. Safe to repeat: a record that has its thread is left alone.
 */
export const adoptRoots = async (deps: AdoptDeps, ids: readonly AlertId[]): Promise<number> => {
  const waiting = [...(await deps.alerts.getMany(ids)).values()].filter(
    ({ thread }) => thread.state === 'wanted',
  );
  const names = waiting.map((alert) => ({ id: alert.id, series: seriesNameOf(alert) }));
  const roots = await deps.store.lostOf(names);
  if (roots.length === 0) return 0;
  const byName = Map.groupBy(
    roots.flatMap((root) =>
      [root.id, ...(root.state ? [root.state.series] : [])].map((name) => ({ name, root })),
    ),
    ({ name }) => name,
  );
  let adopted = 0;
  for (const { id, series } of names) {
    const mine = [...(byName.get(id) ?? []), ...(byName.get(series) ?? [])].map(({ root }) => root);
    if (mine.length === 0) continue;
    const change = await deps.alerts.update(id, (alert): AlertChange & { root?: LostRoot } => {
      const root = ownRoot(alert, mine, deps.refireWindow());
      if (!root || alert.thread.state !== 'wanted') return {};
      const journal = [adoptedLine(root, deps.now())];
      const { event } = alert.thread;
      // Of a group nothing waits to be counted.
      const settles = event !== '' && ({ settles: { event, reason: 'thread_open' } } as const);
      return { root, write: { alert: withRoot(alert, root, deps.now()), journal, ...settles } };
    });
    if (!change?.root || !change.write) continue;
    adopted += 1;
    deps.onAdopted(change.write.alert);
    await deps.store.forgetLost([change.root.id]);
  }
  return adopted;
};

const adoptedLine = ({ channel, ts, id }: LostRoot, at: number): JournalEntry => ({
  at,
  who: 'farmhand',
  what: 'adopted',
  why: `${channel} ${ts}, of ${id}`,
});
