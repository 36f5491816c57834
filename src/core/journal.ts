/** One line of the journal of an alert or a rebuild: its decision trail. */
export interface JournalEntry {
  readonly at: number;
  readonly who: string;
  /** A reason code or the name of a step: `opened`, `route`, `ack`, `root_posted` … */
  readonly what: string;
  readonly why?: string;
}

/** `at`: ms. `why` is left out of the entry where there is none. */
export const line = (at: number, who: string, what: string, why?: string): JournalEntry => ({
  at,
  who,
  what,
  ...(why !== undefined && { why }),
});

/** The same, of what farmhand does by itself. */
export const ownLine = (at: number, what: string, why?: string): JournalEntry =>
  line(at, 'farmhand', what, why);

/** The word of the line that stands first in a journal that is cut: its `why` is how many lines are gone, `at` when the last of them went. */
export const droppedWord = 'lines_dropped';

export interface DroppedLines {
  readonly count: number;
  /** ms */
  readonly at: number;
}

/** A journal as it lies there, with what it says of lines that are not there any more told apart. */
export const partedJournal = (
  journal: readonly JournalEntry[],
): { readonly lines: readonly JournalEntry[]; readonly dropped?: DroppedLines } => {
  const [first, ...lines] = journal;
  return first?.what === droppedWord
    ? { lines, dropped: { count: Number(first.why ?? 0), at: first.at } }
    : { lines: journal };
};
