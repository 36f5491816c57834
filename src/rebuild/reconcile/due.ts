import { approversDueAt } from '../approvers/step.ts';
import type { Rebuild } from '../model/rebuild.ts';
import type { Part } from '../ports/store.ts';
import { cardKey } from '../thread/card-key.ts';

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
        card.state !== 'open' || card.notes.length > 0 || card.posting || cardKey(rebuild) !== card.shown;
      if (behind) return card.retryAt ?? 0;
      return card.showAgainAt === undefined ? undefined : Math.max(card.showAgainAt, card.retryAt ?? 0);
    }
    case 'ticket': {
      const { ticket } = rebuild;
      if (ticket.state === 'none' || ticket.state === 'failed') return undefined;
      return ticket.state === 'wanted' || ticket.entries.length > 0 ? (ticket.retryAt ?? 0) : undefined;
    }
    case 'approvers':
      return approversDueAt(rebuild);
    default:
      return part satisfies never;
  }
};
