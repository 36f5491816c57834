import type { Alert } from './alert.ts';
import { severityRank } from './event.ts';
import { rootFacts, shownKey } from './root-facts.ts';

/**
 * Where an alert stands in its channel's lane: `post` waits for a root message, `update` has an open thread that is
 * out of date, `idle` has nothing to do now. Lower classes go first.
 */
export type LanePlace =
  | { readonly queue: 'post'; readonly class: number }
  | { readonly queue: 'update'; readonly class: number }
  /** `wakeAt`: something is due by itself then; ms. */
  | { readonly queue: 'idle'; readonly wakeAt?: number };

/** A person waits for the answer: goes before everything else. */
export const operatorClass = 0;
/** Resolved before its turn: last, and first to be folded into a digest. */
export const foldableClass = 8;

/** Pure: the place follows from the record alone. */
export const lanePlace = (alert: Alert): LanePlace => {
  switch (alert.thread.state) {
    case 'posting':
      return { queue: 'post', class: postClass(alert) };
    case 'wanted':
      return { queue: 'post', class: alert.status === 'resolved' ? foldableClass : postClass(alert) };
    case 'open': {
      const behind =
        alert.notes.length > 0 ||
        alert.thread.posting !== undefined ||
        alert.thread.possibleDuplicate === true ||
        shownKey(rootFacts(alert)) !== alert.thread.shown;
      if (behind) return { queue: 'update', class: 1 + severityRank(alert.severity) };
      return alert.silence ? { queue: 'idle', wakeAt: alert.silence.until } : { queue: 'idle' };
    }
    case 'none':
    case 'folded':
    case 'failed':
      return { queue: 'idle' };
    default:
      return alert.thread satisfies never;
  }
};

const postClass = (alert: Alert): number => 1 + severityRank(alert.severity);

export const samePlace = (a: LanePlace, b: LanePlace): boolean =>
  a.queue === 'idle' || b.queue === 'idle'
    ? a.queue === b.queue && wakeOf(a) === wakeOf(b)
    : a.queue === b.queue && a.class === b.class;

const wakeOf = (place: LanePlace): number | undefined => (place.queue === 'idle' ? place.wakeAt : undefined);
