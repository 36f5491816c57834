import { type JournalEntry, line } from '../../core/journal.ts';
import type { MessageChange, MessageState } from '../../delivery/message.ts';
import { wantedIn } from '../../delivery/transitions.ts';
import type { Card, Rebuild } from '../model/rebuild.ts';
import { type Transition, withNote, writeOf } from '../model/transition.ts';

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
  const log = (what: string, why?: string) => line(now, 'farmhand', what, why);
  switch (happened?.what) {
    case undefined:
    case 'put_off':
      return wrote(next);
    case 'claimed_again':
      return wrote(next, log('post_again', `note ${happened.through}; not found in Slack`));
    case 'perhaps_posted':
      return wrote(next, log('post_unknown', happened.error));
    case 'opened': {
      const { error: _, ...open } = next;
      return wrote(open, log('thread_open', `${happened.message.channel} ${happened.message.ts}`));
    }
    case 'replied':
      return wrote({ ...next, notes: unsaidAfter(card, happened.through) });
    case 'reply_refused': {
      const { through, error } = happened;
      const lost = card.notes.filter(({ n }) => n <= through).map(({ text }) => text);
      const why = `${error}: ${lost.join(' / ')}`.slice(0, 2_000);
      return wrote({ ...next, notes: unsaidAfter(card, through) }, log('notes_refused', why));
    }
    case 'shown':
      return wrote(next, ...(happened.error === undefined ? [] : [log('card_refused', happened.error)]));
    case 'stays': {
      if (happened.told) return wrote(next);
      const text = `Slack does not let farmhand change the first message of this thread any more (${happened.error}). It may show an older state: what happens is told here, and \`status\` shows how it is now.`;
      return saying({ ...rebuild, card: next }, text, now, log('card_stays', happened.error));
    }
    case 'gone':
      return deleted(rebuild, next, happened.error, now);
    case 'refused':
      return refused(rebuild, next, happened, now);
    case 'duplicate':
      return wrote(next, log('surplus', happened.message.ts));
    case 'duplicates_left':
      return wrote(next, log('surplus_left'));
    case 'repaired':
      return wrote(next, ...(happened.again ? [] : [log('healed')]));
    default:
      return happened satisfies never;
  }
};

const saying = (
  rebuild: Rebuild,
  text: string,
  now: number,
  ...journal: readonly JournalEntry[]
): Transition => writeOf(withNote(rebuild, { kind: 'step', text }, now), ...journal);

/** Somebody deleted the card: posted again, once, and says so. */
const deleted = (rebuild: Rebuild, failed: Card, error: string, now: number): Transition => {
  const gone = line(now, 'farmhand', 'root_gone', error);
  if (failed.anew) {
    const twice = `The thread was deleted twice (${error}).`;
    return writeOf({ ...rebuild, card: { ...failed, error: twice } }, gone);
  }
  const card: Card = { ...failed, ...wantedIn(failed, failed.channel), anew: true };
  const text = 'The first message of this thread was deleted. The rebuild is told here from now on.';
  return saying({ ...rebuild, card }, text, now, gone);
};

const refused = (
  rebuild: Rebuild,
  next: Card,
  { from, to, error }: { readonly from: string; readonly to: string | undefined; readonly error: string },
  now: number,
): Transition => {
  const why = line(now, 'farmhand', 'channel_refused', `${from}: ${error}; next ${to ?? 'none'}`);
  if (to === undefined) {
    const none = `No channel accepts the thread; the last answer was ${error}.`;
    return writeOf({ ...rebuild, card: { ...next, error: none } }, why);
  }
  if (rebuild.card.state !== 'open') return writeOf({ ...rebuild, card: next }, why);
  const text = 'The channel of this rebuild takes no messages any more. It is told here from now on.';
  return saying({ ...rebuild, card: next }, text, now, why);
};
