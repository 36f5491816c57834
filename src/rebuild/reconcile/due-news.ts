import type { Rebuild } from '../model/rebuild.ts';
import type { Part } from '../ports/store.ts';
import { dueAt } from './due.ts';

export const parts = ['drive', 'card', 'ticket', 'approvers'] as const satisfies readonly Part[];

export interface DueNews {
  readonly part: Part;
  /** ms; in the past: at once. */
  readonly at: number;
}

/**
 * What a write makes due that was not due then before, or gives something more to say or to write: whoever stores it
 * nudges those parts. A part that waits out its pace is not nudged again by what it will find anyway.
 */
export const dueNews = (before: Rebuild | undefined, after: Rebuild): readonly DueNews[] =>
  parts.flatMap((part) => {
    const at = dueAt(after, part);
    if (at === undefined) return [];
    const news = before === undefined || dueAt(before, part) !== at || hasMore(before, after, part);
    return news ? [{ part, at }] : [];
  });

const hasMore = (before: Rebuild, after: Rebuild, part: Part): boolean => {
  switch (part) {
    case 'drive':
      return false;
    case 'card':
      return after.card.noteCount > before.card.noteCount;
    case 'ticket':
      // A ticket that waits to name its thread need not wait any longer.
      return after.ticket.count > before.ticket.count || after.card.state !== before.card.state;
    case 'approvers':
      return false;
    default:
      return part satisfies never;
  }
};
