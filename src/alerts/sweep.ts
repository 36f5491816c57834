import { afterReading, lookReason, type ReadOutcome, type Sighting } from './evolve/after-reading.ts';
import type { Alert, AlertId, LookReason } from './model/alert.ts';
import type { AlertEvent } from './model/event.ts';
import type { AlertQueries } from './ports/queries.ts';
import type { AlertChange, AlertStore } from './ports/store.ts';

/** Alertmanagers, as the sweep needs them. */
export interface SightingPort {
  /** The longest time after which the alert's Alertmanager says again that it fires; undefined: it is not known. ms */
  repeatOf(alert: Alert): number | undefined;
  /**
   * What the Alertmanager of each alert says of it now. `witnesses` are alerts that were heard of lately: one of them
   * in its list shows that an Alertmanager is the one that they all come from. May leave some for the next time.
   */
  look(alerts: readonly Alert[], witnesses: readonly Alert[]): Promise<ReadonlyMap<AlertId, Sighting>>;
}

export interface SweepDeps {
  readonly queries: Pick<AlertQueries, 'list'>;
  readonly store: Pick<AlertStore, 'update'>;
  readonly sightings: SightingPort;
  /** Puts events on record like those that come in. */
  readonly takeIn: (events: readonly AlertEvent[]) => Promise<void>;
  readonly now: () => number;
  readonly stopping: () => boolean;
  readonly onLook?: (outcome: Sighting['kind'] | 'resolved') => void;
  /** Once for each reason why nothing could be said. */
  readonly onUnknown?: (alertmanager: string, why: string, alerts: number) => void;
}

/** Records read at once: nothing else of the process waits for longer than one such page. */
const pageSize = 200;
/** Of one Alertmanager looked for in one sweep at the most; the rest has its turn in the next. */
const mostAtOnce = 500;
/** Heard of within this, an alert is surely listed; ms. */
const fresh = 300_000;
const mostWitnesses = 60;

/** One round over everything that fires: what was not heard of for too long is looked for where it comes from. */
export const sweep = async (deps: SweepDeps): Promise<void> => {
  const { due, witnesses } = await findDue(deps);
  if (due.size === 0 || deps.stopping()) return;
  const alerts = [...due.values()].map(({ alert }) => alert);
  const seen = await deps.sightings.look(alerts, witnesses);
  const unknown = new Map<string, { alertmanager: string; why: string; count: number }>();
  for (const [id, sighting] of seen) {
    const reason = due.get(id)?.reason;
    if (reason === undefined || deps.stopping()) continue;
    deps.onLook?.(sighting.kind);
    if (sighting.kind !== 'unknown') {
      await put(deps, id, sighting, reason);
      continue;
    }
    const { alertmanager, why } = sighting;
    const key = `${alertmanager} ${why}`;
    unknown.set(key, { alertmanager, why, count: (unknown.get(key)?.count ?? 0) + 1 });
  }
  for (const { alertmanager, why, count } of unknown.values()) deps.onUnknown?.(alertmanager, why, count);
};

const put = async (deps: SweepDeps, id: AlertId, sighting: Sighting, reason: LookReason): Promise<void> => {
  const done = await deps.store.update(id, (alert): AlertChange & Pick<ReadOutcome, 'gone'> => {
    // Heard of meanwhile: the look says nothing new.
    if (lookReason(alert, deps.now(), deps.sightings.repeatOf(alert) ?? never) === undefined) return {};
    const { alert: after, journal, gone } = afterReading(alert, sighting, reason, deps.now());
    return { ...(after && { write: { alert: after, journal } }), ...(gone && { gone }) };
  });
  if (!done?.gone) return;
  await deps.takeIn([done.gone]);
  deps.onLook?.('resolved');
};

const never = Number.POSITIVE_INFINITY;

interface Due {
  readonly alert: Alert;
  readonly reason: LookReason;
}

const findDue = async (
  deps: SweepDeps,
): Promise<{ readonly due: ReadonlyMap<AlertId, Due>; readonly witnesses: readonly Alert[] }> => {
  const due = new Map<AlertId, Due>();
  const counts = new Map<string, number>();
  const witnesses = new Map<string, Alert[]>();
  let cursor: string | undefined;
  do {
    const page = await deps.queries.list({
      status: 'firing',
      limit: pageSize,
      ...(cursor !== undefined && { cursor }),
    });
    const now = deps.now();
    for (const alert of page.alerts) {
      if (alert.type !== 'alertmanager') continue;
      const repeat = deps.sightings.repeatOf(alert);
      if (repeat === undefined) continue;
      const reason = lookReason(alert, now, repeat);
      const from = alert.links.alertmanager ?? '';
      const count = counts.get(from) ?? 0;
      if (reason !== undefined && count < mostAtOnce) {
        due.set(alert.id, { alert, reason });
        counts.set(from, count + 1);
      }
      if (reason === undefined && now - alert.lastSeen < fresh) addWitness(witnesses, alert);
    }
    cursor = page.next;
  } while (cursor !== undefined && !deps.stopping());
  return { due, witnesses: [...witnesses.values()].flat().slice(0, mostWitnesses) };
};

const addWitness = (witnesses: Map<string, Alert[]>, alert: Alert): void => {
  const from = alert.links.alertmanager ?? '';
  const known = witnesses.get(from) ?? [];
  if (known.length < 3) witnesses.set(from, [...known, alert]);
};
