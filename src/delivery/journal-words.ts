import type { Happened } from './message.ts';

type Words = Readonly<Partial<Record<Happened['what'], string>>>;

const ofThread = {
  claimed_again: 'post_again',
  perhaps_posted: 'post_unknown',
  opened: 'thread_open',
  reply_refused: 'notes_refused',
  gone: 'root_gone',
  refused: 'channel_refused',
  duplicate: 'surplus',
  duplicates_left: 'surplus_left',
  repaired: 'healed',
} as const satisfies Words;

/** The journal's word for what happened to a message, by whose it is. They are on record: a new word is a new entry. */
export const journalWords = {
  alert: { ...ofThread, stays: 'root_stays' },
  card: { ...ofThread, stays: 'card_stays', shown: 'card_refused' },
  approver: { opened: 'approver_told', refused: 'approver_not_told' },
} as const satisfies Readonly<Record<string, Words>>;

/** The words of a card. */
export type CardWord = (typeof journalWords.card)[keyof typeof journalWords.card];
