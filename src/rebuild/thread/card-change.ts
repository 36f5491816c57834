import type { JournalEntry } from '../../core/journal.ts';
import type { PostedMessage } from '../../delivery/slack-result.ts';
import type { Card, Rebuild } from '../model/rebuild.ts';

export interface CardChange {
  readonly rebuild: Rebuild;
  readonly journal: readonly JournalEntry[];
  /** A message of ours that is one too many: another one is on record. */
  readonly surplus?: PostedMessage;
}

export type CardChanged = CardChange | undefined;

export const cardChanged = (
  rebuild: Rebuild,
  card: Card,
  ...journal: readonly JournalEntry[]
): CardChange => ({
  rebuild: { ...rebuild, card },
  journal,
});

export const without = <K extends keyof Card>(card: Card, ...names: readonly K[]): Omit<Card, K> => {
  const rest = { ...card };
  for (const name of names) delete rest[name];
  return rest;
};
