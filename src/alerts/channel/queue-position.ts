import { severityRank } from '../../core/severity.ts';
import { pagesBehind } from '../groups/pages.ts';
import type { Alert } from '../model/alert.ts';
import { openWakeAt } from '../thread/decide-thread.ts';
import { rootHash } from '../thread/root-facts.ts';

/**
 * Where an alert stands in its channel's lane: `post` waits for a root message, `update` has an open thread that is
 * out of date, `idle` has nothing to do now. Lower classes go first.
 */
export type QueuePosition =
  | { readonly queue: 'post'; readonly class: number }
  /** `root`: its root is out of date, which need not wait for what holds up its notes. */
  | { readonly queue: 'update'; readonly class: number; readonly root: boolean }
  /** `wakeAt`: something is due by itself then; ms. */
  | { readonly queue: 'idle'; readonly wakeAt?: number };

/** A person waits for the answer: goes before everything else. */
export const operatorClass = 0;
/** Resolved before its turn: last, and first to be folded into a digest. */
export const foldableClass = 8;

/** Pure: the place follows from the record alone. */
export const queuePosition = (alert: Alert): QueuePosition => {
  switch (alert.thread.state) {
    case 'posting':
      return { queue: 'post', class: postClass(alert) };
    case 'wanted':
      return { queue: 'post', class: alert.status === 'resolved' ? foldableClass : postClass(alert) };
    case 'open': {
      const root = rootHash(alert) !== alert.thread.shown;
      const said = alert.notes.length === 0 && alert.thread.posting === undefined;
      const behind = root || !said || (alert.group !== undefined && pagesBehind(alert));
      if (behind) return { queue: 'update', class: 1 + severityRank(alert.severity), root };
      const wakeAt = openWakeAt(alert);
      return wakeAt === undefined ? { queue: 'idle' } : { queue: 'idle', wakeAt };
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

export const samePosition = (a: QueuePosition, b: QueuePosition): boolean => {
  if (a.queue === 'idle') return b.queue === 'idle' && a.wakeAt === b.wakeAt;
  if (a.queue === 'post') return b.queue === 'post' && a.class === b.class;
  return b.queue === 'update' && a.class === b.class && a.root === b.root;
};
