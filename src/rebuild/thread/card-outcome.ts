/**
 * What came of a call to Slack, put on the newest record, whatever happened to that meanwhile: what Slack shows is a
 * fact, and the next step closes the difference. Undefined: it no longer applies, nothing is written.
 */

import type { JournalEntry } from '../../core/journal.ts';
import type { PostedMessage } from '../../delivery/slack-result.ts';
import type { Card, Rebuild, RebuildNote } from '../model/rebuild.ts';
import { line, withNote } from '../model/transition.ts';
import { type CardChange, type CardChanged, cardChanged, without } from './card-change.ts';
import { inDoubt } from './card-doubt.ts';

type Posting = NonNullable<Card['posting']>;

/** Notes in one reply at the most: more would not be read, and not be taken by Slack. */
const notesAtOnce = 15;

const unsaid = ({ card }: Rebuild, through: number): readonly RebuildNote[] =>
  card.notes.filter(({ n }) => n > through);

/** Claims the post of the root, or of the next notes; `over` is the lost claim that this one replaces. */
export const claimPost = (
  rebuild: Rebuild,
  claim: string,
  over: Posting | undefined,
  now: number,
): CardChange | undefined => {
  const { card } = rebuild;
  const { posting } = card;
  if (posting?.claim !== over?.claim || card.state === 'failed') return undefined;
  const root = card.state !== 'open';
  const next = root ? 0 : (card.notes[notesAtOnce - 1] ?? card.notes.at(-1))?.n;
  const through = posting?.through ?? next;
  if (through === undefined) return undefined;
  const claimed: Posting = { through, since: now, claim, first: posting?.first ?? posting?.since ?? now };
  const again = posting ? [line(now, 'farmhand', 'post_again', `note ${through}; not found in Slack`)] : [];
  return cardChanged(rebuild, { ...card, ...(root && { state: 'posting' }), posting: claimed }, ...again);
};

/** The root is there. `shown` is the key it was rendered from, or another word when it was found. */
export const rootPosted = (
  rebuild: Rebuild,
  message: PostedMessage,
  shown: string,
  unsure: boolean,
  now: number,
): CardChanged => {
  const { card } = rebuild;
  if (card.state === 'open') {
    if (card.ts === message.ts && card.channel === message.channel) return undefined;
    return { ...cardChanged(rebuild, card, line(now, 'farmhand', 'surplus', message.ts)), surplus: message };
  }
  const { posting } = card;
  // A post of an earlier claim may still come.
  const doubt = unsure || (posting !== undefined && posting.first !== posting.since);
  const open: Card = {
    ...without(card, 'posting', 'retryAt', 'tries', 'error'),
    state: 'open',
    channel: message.channel,
    ts: message.ts,
    shown,
    shownAt: now,
    ...(doubt && inDoubt(card, now, posting?.first ?? posting?.since)),
  };
  return cardChanged(rebuild, open, line(now, 'farmhand', 'thread_open', `${message.channel} ${message.ts}`));
};

/** The notes are there; `by` is who posted them now, absent when they were found. */
export const notesPosted = (
  rebuild: Rebuild,
  through: number,
  by: { readonly claim: string; readonly message: PostedMessage } | undefined,
  now: number,
): CardChanged => {
  const { card } = rebuild;
  const rest = unsaid(rebuild, through);
  if (by && by.claim !== card.posting?.claim && rest.length === card.notes.length) {
    return {
      ...cardChanged(rebuild, card, line(now, 'farmhand', 'surplus', by.message.ts)),
      surplus: by.message,
    };
  }
  const done = card.posting !== undefined && card.posting.through <= through;
  const free = done ? without(card, 'posting', 'tries', 'retryAt') : card;
  return cardChanged(rebuild, { ...free, notes: rest });
};

/** Surely not posted: the claim is given back, unless an earlier one of the same post may still have come. */
export const notPosted = (rebuild: Rebuild, claim: string, retryAt: number, tries: number): CardChanged => {
  const { card } = rebuild;
  const { posting } = card;
  if (posting?.claim !== claim) return undefined;
  const tried = { retryAt, ...(tries > 0 && { tries }) };
  if (posting.first !== posting.since)
    return cardChanged(rebuild, { ...card, ...tried, posting: { ...posting, lookAt: retryAt } });
  return cardChanged(rebuild, { ...withdrawn(card), ...tried });
};

const withdrawn = (card: Card): Card => ({
  ...without(card, 'posting'),
  state: card.state === 'posting' ? 'wanted' : card.state,
});

/** Perhaps posted: the claim is kept, and looked up from `lookAt` on. */
export const cardPostUnknown = (
  rebuild: Rebuild,
  claim: string,
  lookAt: number,
  error: string,
  now: number,
): CardChanged => {
  const { card } = rebuild;
  const { posting } = card;
  if (posting?.claim !== claim) return undefined;
  const news = posting.lookAt === undefined ? [line(now, 'farmhand', 'post_unknown', error)] : [];
  return cardChanged(rebuild, { ...card, posting: { ...posting, lookAt } }, ...news);
};

/** Nobody could say whether it is there: looked up once more from `lookAt` on. */
export const lookUpFailed = (
  rebuild: Rebuild,
  claim: string,
  lookAt: number,
  error: string,
  now: number,
): CardChanged => {
  const { posting } = rebuild.card;
  if (posting?.claim !== claim) return undefined;
  const { since = now, looks = 0 } = posting.unanswered ?? {};
  const counted: Posting = { ...posting, unanswered: { since, looks: looks + 1 } };
  return cardPostUnknown(
    { ...rebuild, card: { ...rebuild.card, posting: counted } },
    claim,
    lookAt,
    error,
    now,
  );
};

/** Slack does not take these notes, as they are: they stay in the journal. */
export const notesRefused = (rebuild: Rebuild, claim: string, error: string, now: number): CardChanged => {
  const { card } = rebuild;
  if (card.posting?.claim !== claim) return undefined;
  const { through } = card.posting;
  const lost = card.notes.filter(({ n }) => n <= through).map(({ text }) => text);
  const refused = line(now, 'farmhand', 'notes_refused', `${error}: ${lost.join(' / ')}`.slice(0, 2_000));
  return cardChanged(rebuild, { ...without(card, 'posting'), notes: unsaid(rebuild, through) }, refused);
};

/** Somebody deleted the root: it is posted anew, once, and says so. */
export const rootGone = (rebuild: Rebuild, ts: string, error: string, now: number): CardChanged => {
  const { card } = rebuild;
  if (card.state !== 'open' || card.ts !== ts) return undefined;
  const gone = line(now, 'farmhand', 'root_gone', error);
  if (card.anew) return undeliverable(rebuild, `The thread was deleted twice (${error}).`, gone);
  const text = 'The first message of this thread was deleted. The rebuild is told here from now on.';
  return again(rebuild, card.channel, text, { anew: true }, gone, now);
};

/** Its channel takes nothing any more: another one, or none. */
export const channelRefused = (
  rebuild: Rebuild,
  refused: string,
  next: string | undefined,
  error: string,
  now: number,
): CardChanged => {
  const { card } = rebuild;
  if (card.channel !== refused || card.state === 'failed') return undefined;
  const what = line(now, 'farmhand', 'channel_refused', `${refused}: ${error}; next ${next ?? 'none'}`);
  if (next === undefined)
    return undeliverable(rebuild, `No channel accepts the thread; the last answer was ${error}.`, what);
  if (card.state !== 'open') return cardChanged(rebuild, anewIn(card, next), what);
  const text = 'The channel of this rebuild takes no messages any more. It is told here from now on.';
  return again(rebuild, next, text, {}, what, now);
};

const again = (
  rebuild: Rebuild,
  channel: string,
  text: string,
  more: Pick<Card, 'anew'>,
  what: JournalEntry,
  now: number,
): CardChange => {
  const told = withNote(rebuild, { kind: 'step', text }, now);
  return cardChanged(told, { ...anewIn(told.card, channel), ...more }, what);
};

const anewIn = (card: Card, channel: string): Card => ({
  ...without(card, 'ts', 'shown', 'shownAt', 'posting', 'retryAt', 'tries', 'showAgainAt', 'doubt', 'stays'),
  channel,
  state: 'wanted',
});

const undeliverable = (rebuild: Rebuild, error: string, what: JournalEntry): CardChange =>
  cardChanged(
    rebuild,
    {
      ...without(rebuild.card, 'posting', 'retryAt', 'tries', 'showAgainAt', 'doubt'),
      state: 'failed',
      error,
    },
    what,
  );
