import { type Part, parts } from '../../reconcile/work.ts';
import { approversDueAt } from '../approvers/decide-approvers.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { cardContent } from '../thread/card-content.ts';
import { descriptionDueAt } from '../ticket/description.ts';
import { lookDueAt } from '../ticket/look.ts';
import { moveDue } from '../ticket/moves.ts';
import { taskDueAt } from '../ticket/review-task.ts';

/**
 * When a part of a rebuild wants its controller; undefined: not before something changes. ms, and never what is due
 * by itself later than that. The card's own pace (`cardEvery`) is left to its controller.
 */
export const dueAt = (rebuild: Rebuild, part: Part): number | undefined => {
  switch (part) {
    case 'drive':
      return rebuild.driveAt;
    case 'card': {
      const { card } = rebuild;
      if (card.state === 'failed') return undefined;
      const behind =
        card.state !== 'open' || card.notes.length > 0 || card.posting || cardContent(rebuild) !== card.shown;
      if (behind) return card.retryAt ?? 0;
      return card.showAgainAt === undefined ? undefined : Math.max(card.showAgainAt, card.retryAt ?? 0);
    }
    case 'ticket': {
      const due = [ticketDueAt(rebuild), taskDueAt(rebuild)].filter((at) => at !== undefined);
      return due.length === 0 ? undefined : Math.min(...due);
    }
    case 'approvers':
      return approversDueAt(rebuild);
    default:
      return part satisfies never;
  }
};

const ticketDueAt = (rebuild: Rebuild): number | undefined => {
  const { ticket } = rebuild;
  if (ticket.state === 'none' || ticket.state === 'failed') return undefined;
  if (ticket.state === 'wanted' || ticket.entries.length > 0) return ticket.retryAt ?? 0;
  const due = [descriptionDueAt(rebuild), lookDueAt(rebuild), moveDue(rebuild) && 0].filter(
    (at) => at !== undefined,
  );
  return due.length === 0 ? undefined : Math.max(Math.min(...due), ticket.retryAt ?? 0);
};

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

/**
 * The next look at a rebuild that nothing urges: half to one and a half `idlePoll` from now, and always a whole number
 * of them after its start. So rebuilds that were late together (a restart, an outage) do not stay so: their looks are
 * as far apart as their starts were. ms
 */
export const idleLook = (startedAt: number, now: number, idlePoll: number): number => {
  const next = now + idlePoll - (Math.max(0, now - startedAt) % idlePoll);
  return next - now < idlePoll / 2 ? next + idlePoll : next;
};
