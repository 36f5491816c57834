import { refusalAbout } from '../../delivery/refusal.ts';
import type { Card, Rebuild } from '../model/rebuild.ts';
import {
  answered,
  backOff,
  type CardDeps,
  cardClaimStaleAfter,
  describe,
  type Failed,
  record,
  retryAfter,
  wait,
} from './card-call.ts';
import type { CardChange } from './card-change.ts';
import { cardKey } from './card-key.ts';
import {
  cardPostUnknown,
  channelRefused,
  claimPost,
  lookUpFailed,
  notesPosted,
  notesRefused,
  notPosted,
  rootGone,
  rootPosted,
} from './card-outcome.ts';
import { others, removeAll, removeDuplicates } from './card-remove.ts';

type Posting = NonNullable<Card['posting']>;

/** A look-up that found nothing says so for this long, its own time included; ms. */
const lookUpGood = 15_000;

/** For so long, and so often, a look-up that fails is repeated before a post is risked; ms. */
const lookUpLimit = 600_000;
const looksAtLeast = 8;

/** Clocks of ours and of Slack may differ by this; ms. */
const clockSkew = 60_000;

/** Claims and posts the root or the next notes; `over` is a claim that was surely lost. */
export const post = async (
  deps: CardDeps,
  seen: Rebuild,
  over: Posting | undefined,
  unsure = false,
): Promise<Rebuild | undefined> => {
  const { now, cards } = deps;
  const claim = deps.newClaim();
  const claimed = await record(deps, seen.id, (rebuild) => claimPost(rebuild, claim, over, now()));
  const posting = claimed?.change?.rebuild.card.posting;
  if (!claimed || !posting) return claimed?.rebuild;
  const { rebuild } = claimed;
  const { card } = rebuild;
  if (now() - posting.since > cardClaimStaleAfter) {
    return (await record(deps, seen.id, (newest) => notPosted(newest, claim, now(), card.tries ?? 0)))
      ?.rebuild;
  }
  const { through } = posting;
  const root = card.state !== 'open' || card.ts === undefined;
  const notes = card.notes.filter(({ n }) => n <= through);
  const result = root
    ? await answered(deps, cards.postCard(rebuild))
    : await answered(deps, cards.postNotes(rebuild, card.ts, notes));
  if (!result.ok) return postFailed(deps, rebuild, posting, result);
  const message = result.value;
  const done = await record(deps, seen.id, (newest) =>
    root
      ? rootPosted(newest, message, cardKey(rebuild), unsure, now())
      : notesPosted(newest, through, { claim, message }, now()),
  );
  return removeDuplicates(deps, done);
};

const postFailed = async (
  deps: CardDeps,
  rebuild: Rebuild,
  posting: Posting,
  result: Failed,
): Promise<Rebuild | undefined> => {
  const { now } = deps;
  const { claim } = posting;
  const { channel, ts = '', state } = rebuild.card;
  const { tries = 0 } = rebuild.card;
  const error = describe(result);
  const outcome = (newest: Rebuild): CardChange | undefined => {
    const later = notPosted(newest, claim, now() + backOff(result, tries), tries + 1);
    if (result.kind === 'ambiguous') {
      const lost = posting.since - (posting.first ?? posting.since);
      const lookAt = now() + Math.min(wait.most, Math.max(wait.first, lost));
      return cardPostUnknown(newest, claim, lookAt, error, now());
    }
    if (result.kind === 'rate_limited') return notPosted(newest, claim, now() + result.retryAfterMs, tries);
    if (result.kind === 'unavailable' || newest.card.posting?.claim !== claim) return later;
    const elsewhere = () => channelRefused(newest, channel, deps.nextChannel(channel), error, now());
    const unsaid = () => notesRefused(newest, claim, error, now());
    const about = refusalAbout(error);
    switch (about) {
      case 'later':
      case 'token':
        return later;
      case 'content':
        return state === 'open' ? unsaid() : later;
      case 'gone':
        return state === 'open' ? rootGone(newest, ts, error, now()) : elsewhere();
      // The card is there, and shows the state: it stays where it is, though this reply is not taken.
      case 'message':
      case 'posting':
      case 'unknown':
        return state === 'open' ? unsaid() : elsewhere();
      case 'channel':
        return elsewhere();
      default:
        return about satisfies never;
    }
  };
  if (result.kind === 'rate_limited') await deps.pacer.hold('post', channel, result.retryAfterMs);
  return (await record(deps, rebuild.id, outcome))?.rebuild;
};

/** Looks for a post whose answer was lost; only what is surely not there is posted again. */
export const findPost = async (
  deps: CardDeps,
  seen: Rebuild,
  posting: Posting,
): Promise<Rebuild | undefined> => {
  const { now } = deps;
  const { through, claim } = posting;
  const asked = now();
  const since = (posting.first ?? posting.since) - clockSkew;
  const found = await answered(deps, deps.cards.find(seen, through, since));
  if (!found.ok && !isNowhere(found)) {
    // From the first look that failed: what was claimed before a long sleep has not been looked for all that time.
    const { since: failing = asked, looks = 0 } = posting.unanswered ?? {};
    const held = now() - failing;
    if (held > lookUpLimit && looks >= looksAtLeast) return post(deps, seen, posting, true);
    const lookAt = now() + Math.max(retryAfter(found), Math.min(wait.most, Math.max(wait.first, held / 2)));
    const error = describe(found);
    return (await record(deps, seen.id, (rebuild) => lookUpFailed(rebuild, claim, lookAt, error, now())))
      ?.rebuild;
  }
  const [first, ...more] = found.ok ? found.value : [];
  // Too long ago to say that nothing is there: another look is taken.
  if (!first) return now() - asked > lookUpGood ? seen : post(deps, seen, posting);
  const done = await record(deps, seen.id, (rebuild) =>
    through === 0
      ? rootPosted(rebuild, first, 'adopted', more.length > 0, now())
      : notesPosted(rebuild, through, undefined, now()),
  );
  // Meanwhile another copy may have got on record: that one stays, whichever was found first.
  const kept = through === 0 && done?.rebuild.card.state === 'open' ? done.rebuild.card.ts : first.ts;
  return removeAll(deps, done?.rebuild, others([first, ...more], kept));
};

/** Where there is no thread or channel, there is no message of ours. */
const isNowhere = (found: Failed): boolean =>
  found.kind === 'refused' && (refusalAbout(found.error) === 'gone' || found.error === 'channel_not_found');
