import { type DeliveryStep, nextStep } from '../../delivery/next-step.ts';
import type { RebuildPolicy } from '../model/policy.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { farmhand } from '../model/transition.ts';
import { cardContent } from './card-content.ts';

export type CardPolicy = Pick<RebuildPolicy, 'cardEvery' | 'claimTimeout'>;

/** Even what a person waits for is shown no more often than this; ms. */
const urgentEvery = 1_000;

/** A person waits to see what came of a command. */
export const isUrgent = ({ card }: Rebuild): boolean =>
  card.notes.some(({ by }) => by !== undefined && by.id !== farmhand.id);

/** Pure: the next step for the thread, from the record and the time alone. */
export const decideCard = (rebuild: Rebuild, now: number, policy: CardPolicy): DeliveryStep => {
  const { card } = rebuild;
  const urgent = isUrgent(rebuild);
  const update = showNext(rebuild, urgent, policy);
  // What a person did is shown first and told then: without its note it would not be known to be urgent.
  const held = urgent && update !== undefined;
  const reply = card.notes.length > 0 && !held ? now : undefined;
  return nextStep(card, { update, reply }, now, policy.claimTimeout);
};

/** When the root may be brought up to date; undefined while it shows the present state. ms */
const showNext = (rebuild: Rebuild, urgent: boolean, { cardEvery }: CardPolicy): number | undefined => {
  const { shown, shownAt = 0 } = rebuild.card;
  if (cardContent(rebuild) === shown) return undefined;
  return shownAt + (urgent ? Math.min(urgentEvery, cardEvery) : cardEvery);
};
