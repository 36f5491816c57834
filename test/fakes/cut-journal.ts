import { droppedWord, type JournalEntry, ownLine, partedJournal } from '../../src/core/journal.ts';

/** As the stores in Redis cut a journal (`cut_journal`): see journal-script.ts. */
export const cutJournal = (
  all: readonly JournalEntry[],
  keep: number,
  now: number,
): readonly JournalEntry[] => {
  if (all.length <= keep + Math.floor(keep / 10)) return all;
  const { dropped } = partedJournal(all);
  const drop = all.length - keep + 1;
  const gone = dropped ? drop - 1 + dropped.count : drop;
  return [ownLine(now, droppedWord, String(gone)), ...all.slice(drop)];
};
