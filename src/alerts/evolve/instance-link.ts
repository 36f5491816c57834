import type { JournalEntry } from '../../core/journal.ts';
import { remark } from '../messages/remarks.ts';
import type { Alert } from '../model/alert.ts';
import { addNote } from '../model/notes.ts';
import type { Evolution } from './evolve.ts';

export interface RebuildPlace {
  readonly id: string;
  readonly channel: string;
  /** Root of its thread; absent until the card is posted. */
  readonly ts?: string;
}

/** What is known of instances while events are taken in. Answers at once, from what was read a moment ago. */
export interface InstanceLinks {
  /** Labels that may name an instance, the first that does counts. */
  readonly labels: readonly string[];
  readonly isInstance: (name: string) => boolean;
  /** Whether what comes in as this tier may concern the instance; absent: it always may. */
  readonly mayConcern?: (tier: string, instance: string) => boolean;
  /** The rebuild of the instance that is in flight. */
  readonly rebuildOf: (instance: string) => RebuildPlace | undefined;
}

/** Where rebuilds are not configured. */
export const noInstanceLinks: InstanceLinks = {
  labels: [],
  isInstance: () => false,
  rebuildOf: () => undefined,
};

/** The instance that the labels of an alert name, where its tier may concern that one. */
export const instanceOfAlert = (
  { labels, tier }: Pick<Alert, 'labels' | 'tier'>,
  links: Pick<InstanceLinks, 'labels' | 'isInstance' | 'mayConcern'>,
): string | undefined => {
  for (const label of links.labels) {
    const value = labels[label];
    if (value === undefined || !links.isInstance(value)) continue;
    return links.mayConcern?.(tier, value) === false ? undefined : value;
  }
  return undefined;
};

/**
 * What was taken in, with the instance it is about and the rebuild it came up during. A link stays when the rebuild
 * is over; the next rebuild of the instance takes its place while the alert fires. Pure; the same object when there
 * is nothing to add.
 */
export const linkTaken = (taken: Evolution, links: InstanceLinks, now: number): Evolution => {
  const { alert } = taken;
  const instance = instanceOfAlert(alert, links);
  if (instance === undefined) return taken;
  const named = alert.instance === instance ? alert : { ...alert, instance };
  const rebuild = alert.status === 'firing' ? links.rebuildOf(instance) : undefined;
  const linked = rebuild && linkRebuild(named, rebuild, now);
  if (linked) return { ...taken, ...linked, journal: [...taken.journal, ...linked.journal] };
  return named === alert ? taken : { ...taken, alert: named };
};

export interface Linked {
  readonly alert: Alert;
  readonly journal: readonly JournalEntry[];
}

/** Undefined when it is linked already and nothing more is known of the thread. */
const linkRebuild = (alert: Alert, rebuild: RebuildPlace, now: number): Linked | undefined => {
  const { id, channel, ts = alert.rebuild?.id === id ? alert.rebuild.ts : undefined } = rebuild;
  const place = { id, channel, ...(ts !== undefined && { ts }) };
  if (alert.rebuild?.id !== id) {
    const linked = { ...alert, rebuild: place };
    return {
      alert: addNote(linked, { kind: 'rebuild', at: now, text: remark({ code: 'during_rebuild', id }) }),
      journal: [{ at: now, who: 'farmhand', what: 'rebuild_linked', why: id }],
    };
  }
  if (alert.rebuild.ts === ts && alert.rebuild.channel === channel) return undefined;
  return { alert: { ...alert, rebuild: { ...alert.rebuild, ...place } }, journal: [] };
};

/** The rebuild has the alert on its record as well: both ways. Undefined when that is known. */
export const linkBothWays = (alert: Alert, rebuild: RebuildPlace, now: number): Linked | undefined => {
  const linked = linkRebuild(alert, rebuild, now);
  const next = linked?.alert ?? alert;
  if (next.rebuild === undefined || next.rebuild.bothWays === true) return linked;
  return {
    alert: { ...next, rebuild: { ...next.rebuild, bothWays: true } },
    journal: linked?.journal ?? [],
  };
};
