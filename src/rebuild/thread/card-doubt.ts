/** How long a call that was given up is looked out for: it may come late, as a second root or an older state. */

import type { Card } from '../model/rebuild.ts';
import { without } from './card-change.ts';

/** Longer than nearly every call that was given up is still on its way; the first look is taken then. ms */
const lateBy = 60_000;

/** From one clean look to the next: ten minutes and an hour after the first. Slack promises no bound. ms */
const looksAgainAfter: readonly number[] = [600_000, 3_600_000];

/** A message may carry a time that is earlier than the claim it was posted under, by clocks that differ; ms. */
const lookBack = 3_600_000;

type Doubt = Pick<Card, 'showAgainAt' | 'doubt'>;

/** In doubt from now on. `since` is when the first call was made whose end is not known; ms. */
export const inDoubt = (card: Card, now: number, since: number = now): Doubt => ({
  showAgainAt: now + lateBy,
  doubt: { since: Math.min(since, card.doubt?.since ?? since), looks: 0 },
});

/** How far back a look has to go; ms. */
export const lookFrom = ({ doubt, showAgainAt = 0 }: Card): number =>
  (doubt?.since ?? showAgainAt - lateBy) - lookBack;

/** After a look that found, or left, nothing that is one too many: looked again later, or in no doubt any more. */
export const lookedClean = (card: Card, now: number): Card => {
  const { since = now, looks = 0 } = card.doubt ?? {};
  const next = looksAgainAfter[looks];
  if (next === undefined) return without(card, 'showAgainAt', 'doubt');
  return { ...card, showAgainAt: now + next, doubt: { since, looks: looks + 1 } };
};
