import type { RebuildPolicy } from '../model/policy.ts';
import type { Card, Rebuild } from '../model/rebuild.ts';
import { farmhand } from '../model/transition.ts';
import { cardKey } from './card-key.ts';

export type CardPolicy = Pick<RebuildPolicy, 'cardEvery' | 'claimTimeout'>;

/** What Slack needs next so that a rebuild's thread shows what its record says. */
export type CardStep =
  | { readonly do: 'nothing' }
  /** ms */
  | { readonly do: 'wait'; readonly until: number }
  /** Claim, then post. */
  | { readonly do: 'post_card' }
  | { readonly do: 'post_notes' }
  /** A post was claimed and has no outcome: look in Slack before anything else. */
  | { readonly do: 'find'; readonly posting: NonNullable<Card['posting']> }
  /** `urgent`: a person waits to see it. */
  | { readonly do: 'update_card'; readonly ts: string; readonly urgent: boolean }
  /** A call that was given up may have come late: remove a second root, and show the present state once more. */
  | { readonly do: 'heal'; readonly ts: string; readonly doubt: number };

/** Even what a person waits for is shown no more often than this; ms. */
const urgentEvery = 1_000;

/** Pure: the next step for the thread, from the record and the time alone. */
export const decideCard = (rebuild: Rebuild, now: number, policy: CardPolicy): CardStep => {
  const { card } = rebuild;
  if (card.state === 'failed') return { do: 'nothing' };
  if (card.retryAt !== undefined && card.retryAt > now) return { do: 'wait', until: card.retryAt };
  const { posting, ts } = card;
  const lookAt = posting && (posting.lookAt ?? posting.since + policy.claimTimeout);
  if (posting && lookAt !== undefined && lookAt <= now) return { do: 'find', posting };
  if (card.state !== 'open' || ts === undefined) {
    return lookAt === undefined ? { do: 'post_card' } : { do: 'wait', until: lookAt };
  }
  if (card.showAgainAt !== undefined && card.showAgainAt <= now) {
    return { do: 'heal', ts, doubt: card.showAgainAt };
  }
  const urgent = card.notes.some(({ by }) => by !== undefined && by.id !== farmhand.id);
  const showAt = showNext(rebuild, urgent, policy);
  if (showAt !== undefined && showAt <= now) return { do: 'update_card', ts, urgent };
  // What a person did is shown first and told then: without its note it would not be known to be urgent.
  const held = urgent && showAt !== undefined;
  if (card.notes.length > 0 && !posting && !held) return { do: 'post_notes' };
  const next = [showAt, lookAt, card.showAgainAt].filter((at) => at !== undefined);
  return next.length === 0 ? { do: 'nothing' } : { do: 'wait', until: Math.min(...next) };
};

/** When the root may be brought up to date; undefined while it shows the present state. ms */
const showNext = (rebuild: Rebuild, urgent: boolean, { cardEvery }: CardPolicy): number | undefined => {
  const { shown, shownAt = 0 } = rebuild.card;
  if (cardKey(rebuild) === shown) return undefined;
  return shownAt + (urgent ? Math.min(urgentEvery, cardEvery) : cardEvery);
};
