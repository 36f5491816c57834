/** What came of showing the card; see card-outcome.ts. */

import type { Rebuild } from '../model/rebuild.ts';
import { line, withNote } from '../model/transition.ts';
import { type CardChanged, cardChanged, without } from './card-change.ts';
import { inDoubt, lookedClean } from './card-doubt.ts';

/** In place of what is shown while an update is under way; never equal to a key. */
const updating = 'updating ';

/** Before an update: should its outcome never come, nobody knows what is shown. */
export const claimUpdate = (rebuild: Rebuild, claim: string, ts: string, now: number): CardChanged => {
  const { card } = rebuild;
  if (card.state !== 'open' || card.ts !== ts) return undefined;
  const lost = card.shown?.startsWith(updating) === true;
  const shown = `${updating}${claim}`;
  return cardChanged(rebuild, { ...card, shown, ...(lost && inDoubt(card, now)) });
};

/** Counts only while nobody has begun another update since. */
export const cardUpdated = (rebuild: Rebuild, claim: string, key: string, now: number): CardChanged =>
  rebuild.card.shown === `${updating}${claim}`
    ? cardChanged(rebuild, {
        ...without(rebuild.card, 'retryAt', 'tries', 'stays'),
        shown: key,
        shownAt: now,
      })
    : undefined;

/** `late`: it may still arrive, and be older than what is shown then. */
export const updateFailed = (
  rebuild: Rebuild,
  claim: string,
  { retryAt, tries, late }: { readonly retryAt: number; readonly tries: number; readonly late: boolean },
  now: number,
): CardChanged => {
  const { card } = rebuild;
  if (card.shown !== `${updating}${claim}`) return undefined;
  const tried = { retryAt, ...(tries > 0 && { tries }) };
  return cardChanged(rebuild, {
    ...card,
    ...tried,
    shown: 'unknown',
    ...(late && inDoubt(card, now)),
  });
};

/** Slack does not take the card as it is: it is tried again when it has something else to show. */
export const cardRefused = (
  rebuild: Rebuild,
  claim: string,
  key: string,
  error: string,
  now: number,
): CardChanged =>
  rebuild.card.shown === `${updating}${claim}`
    ? cardChanged(
        rebuild,
        { ...rebuild.card, shown: key, shownAt: now },
        line(now, 'farmhand', 'card_refused', error),
      )
    : undefined;

/**
 * The card is there, and Slack does not let it be changed: said once in the thread. It is asked again when it has
 * something else to show.
 */
export const cardStays = (
  rebuild: Rebuild,
  claim: string,
  key: string,
  error: string,
  now: number,
): CardChanged => {
  if (rebuild.card.shown !== `${updating}${claim}`) return undefined;
  const card = { ...without(rebuild.card, 'retryAt', 'tries'), shown: key, shownAt: now };
  if (card.stays) return cardChanged(rebuild, card);
  const text = `Slack does not let farmhand change the first message of this thread any more (${error}). It may show an older state: what happens is told here, and \`status\` shows how it is now.`;
  const told = withNote({ ...rebuild, card: { ...card, stays: true } }, { kind: 'step', text }, now);
  return cardChanged(told, told.card, line(now, 'farmhand', 'card_stays', error));
};

/** `clean`: nothing of ours is there twice. Otherwise it is looked at once more. */
export const cardRepaired = (rebuild: Rebuild, doubt: number, clean: boolean, now: number): CardChanged => {
  const { card } = rebuild;
  if (card.state !== 'open' || card.showAgainAt !== doubt) return undefined;
  if (!clean) return cardChanged(rebuild, { ...card, ...inDoubt(card, now) });
  // Looked at again later; said in the journal once.
  const said = (card.doubt?.looks ?? 0) === 0 ? [line(now, 'farmhand', 'healed')] : [];
  return cardChanged(rebuild, { ...lookedClean(card, now), shown: 'healed' }, ...said);
};

/** A root that is one too many could not be removed: to be healed later. */
export const duplicatesLeft = (rebuild: Rebuild, now: number): CardChanged =>
  rebuild.card.state === 'open'
    ? cardChanged(
        rebuild,
        { ...rebuild.card, ...inDoubt(rebuild.card, now) },
        line(now, 'farmhand', 'surplus_left'),
      )
    : undefined;
