import { refusalAbout } from '../../delivery/refusal.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { answered, backOff, type CardDeps, cardClaimStaleAfter, record } from './card-call.ts';
import type { CardChange } from './card-change.ts';
import { lookFrom } from './card-doubt.ts';
import { cardKey } from './card-key.ts';
import { channelRefused, rootGone } from './card-outcome.ts';
import { allRemoved, others } from './card-remove.ts';
import {
  cardRefused,
  cardRepaired,
  cardStays,
  cardUpdated,
  claimUpdate,
  updateFailed,
} from './card-shown.ts';
import type { CardStep } from './decide-card.ts';

/** Brings the root up to date. */
export const updateCard = async (
  deps: CardDeps,
  seen: Rebuild,
  { ts }: Extract<CardStep, { do: 'update_card' }>,
): Promise<Rebuild | undefined> => {
  const { now } = deps;
  const claim = deps.newClaim();
  const asked = now();
  const claimed = await record(deps, seen.id, (rebuild) => claimUpdate(rebuild, claim, ts, now()));
  if (!claimed?.change) return claimed?.rebuild;
  const { rebuild } = claimed;
  const { channel, tries = 0 } = rebuild.card;
  const key = cardKey(rebuild);
  const stale = now() - asked > cardClaimStaleAfter;
  const result = stale ? undefined : await answered(deps, deps.cards.updateCard(rebuild, ts));
  const outcome = (newest: Rebuild): CardChange | undefined => {
    if (result === undefined)
      return updateFailed(newest, claim, { retryAt: now(), tries, late: false }, now());
    if (result.ok) return cardUpdated(newest, claim, key, now());
    const later = { retryAt: now() + backOff(result, tries), tries: tries + 1 };
    if (result.kind === 'rate_limited')
      return updateFailed(newest, claim, { retryAt: now() + result.retryAfterMs, tries, late: false }, now());
    if (result.kind !== 'refused')
      return updateFailed(newest, claim, { ...later, late: result.kind === 'ambiguous' }, now());
    const about = refusalAbout(result.error);
    switch (about) {
      case 'later':
      case 'token':
        return updateFailed(newest, claim, { ...later, late: false }, now());
      case 'gone':
        return rootGone(newest, ts, result.error, now());
      case 'content':
        return cardRefused(newest, claim, key, result.error, now());
      case 'channel':
        return newest.card.ts === ts
          ? channelRefused(newest, channel, deps.nextChannel(channel), result.error, now())
          : undefined;
      case 'message':
      case 'posting':
      case 'unknown':
        return cardStays(newest, claim, key, result.error, now());
      default:
        return about satisfies never;
    }
  };
  if (result?.ok === false && result.kind === 'rate_limited')
    await deps.pacer.hold('update', channel, result.retryAfterMs);
  return (await record(deps, seen.id, outcome))?.rebuild;
};

/** What was given up may have come late: one root stays, and shows the present state once more. */
export const repairCard = async (
  deps: CardDeps,
  seen: Rebuild,
  { ts, doubt }: Extract<CardStep, { do: 'heal' }>,
): Promise<Rebuild | undefined> => {
  const found = await answered(deps, deps.cards.find(seen, 0, lookFrom(seen.card)));
  const clean = found.ok && (await allRemoved(deps, others(found.value, ts)));
  return (await record(deps, seen.id, (rebuild) => cardRepaired(rebuild, doubt, clean, deps.now())))?.rebuild;
};
