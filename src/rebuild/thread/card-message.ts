import { type JournalEntry, ownLine } from '../../core/journal.ts';
import { journalWords } from '../../delivery/journal-words.ts';
import type { MessageChange, MessageState } from '../../delivery/message.ts';
import { wantedIn } from '../../delivery/transitions.ts';
import { noCardWords, noted } from '../messages/notes.ts';
import { written } from '../messages/own-lines.ts';
import type { Card } from '../model/parts/told.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { type Transition, writeOf } from '../model/transition.ts';

const words = journalWords.card;

/** What is known of the card's message, without what is to be said under it. */
export const cardMessage = ({
  notes: _,
  noteCount: __,
  anew: ___,
  error: ____,
  ...message
}: Card): MessageState => message;

const unsaidAfter = ({ notes }: Card, through: number) => notes.filter(({ n }) => n > through);

/** The record with its card as it is now known, and what that means to the rebuild: its journal, and what is to be said. */
export const withCard = (rebuild: Rebuild, { message, happened }: MessageChange, now: number): Transition => {
  const { card } = rebuild;
  const next: Card = {
    ...message,
    notes: card.notes,
    noteCount: card.noteCount,
    ...(card.anew && { anew: true }),
    ...(card.error !== undefined && { error: card.error }),
  };
  const wrote = (changed: Card, ...journal: readonly JournalEntry[]): Transition =>
    writeOf({ ...rebuild, card: changed }, ...journal);
  switch (happened?.what) {
    case undefined:
    case 'put_off':
      return wrote(next);
    case 'claimed_again':
      return wrote(next, written({ code: words.claimed_again, note: happened.through }, now));
    case 'perhaps_posted':
      return wrote(next, ownLine(now, words.perhaps_posted, happened.error));
    case 'opened': {
      const { error: _, ...open } = next;
      return wrote(open, written({ code: words.opened, ...happened.message }, now));
    }
    case 'replied':
      return wrote({ ...next, notes: unsaidAfter(card, happened.through) });
    case 'reply_refused': {
      const { through, error } = happened;
      const lost = card.notes.filter(({ n }) => n <= through).map(({ text }) => text);
      return wrote(
        { ...next, notes: unsaidAfter(card, through) },
        written({ code: words.reply_refused, error, lost }, now),
      );
    }
    case 'shown':
      return wrote(
        next,
        ...(happened.error === undefined ? [] : [ownLine(now, words.shown, happened.error)]),
      );
    case 'stays': {
      if (happened.told) return wrote(next);
      const { error } = happened;
      const told = noted({ ...rebuild, card: next }, { code: 'card_stays', error }, now);
      return writeOf(told, ownLine(now, words.stays, error));
    }
    case 'gone':
      return deleted(rebuild, next, happened.error, now);
    case 'refused':
      return refused(rebuild, next, happened, now);
    case 'duplicate':
      return wrote(next, ownLine(now, words.duplicate, happened.message.ts));
    case 'duplicates_left':
      return wrote(next, ownLine(now, words.duplicates_left));
    case 'repaired':
      return wrote(next, ...(happened.again ? [] : [ownLine(now, words.repaired)]));
    default:
      return happened satisfies never;
  }
};

/** Somebody deleted the card: posted again, once, and says so. */
const deleted = (rebuild: Rebuild, failed: Card, error: string, now: number): Transition => {
  const gone = ownLine(now, words.gone, error);
  if (failed.anew) {
    const twice = noCardWords({ code: 'deleted_twice', error });
    return writeOf({ ...rebuild, card: { ...failed, error: twice } }, gone);
  }
  const card: Card = { ...failed, ...wantedIn(failed, failed.channel), anew: true };
  return writeOf(noted({ ...rebuild, card }, { code: 'card_deleted' }, now), gone);
};

const refused = (
  rebuild: Rebuild,
  next: Card,
  { from, to, error }: { readonly from: string; readonly to: string | undefined; readonly error: string },
  now: number,
): Transition => {
  const why = written({ code: words.refused, from, to, error }, now);
  if (to === undefined) {
    const none = noCardWords({ code: 'no_channel', error });
    return writeOf({ ...rebuild, card: { ...next, error: none } }, why);
  }
  const moved: Rebuild = { ...rebuild, card: next };
  const told = rebuild.card.state === 'open';
  return writeOf(told ? noted(moved, { code: 'channel_closed' }, now) : moved, why);
};
