import { farmhand, line, withEntry, withMark, withNote } from './edit.ts';
import type { JournalEntry, Mark, Person, Rebuild, RebuildNoteKind, TicketEntry } from './rebuild.ts';

/** A record in the making, with what goes into its journal. */
export interface Sheet {
  readonly rebuild: Rebuild;
  readonly journal: readonly JournalEntry[];
}

/** One thing that happened, and who hears of it: always the journal, and where named thread, ticket and chart. */
export interface Tell {
  /** The journal's word for it. */
  readonly what: string;
  /** Plain text: what happened, what was (not) changed, what to do next. */
  readonly text: string;
  readonly note?: RebuildNoteKind;
  readonly entry?: TicketEntry['kind'];
  /** More paragraphs for the ticket. */
  readonly lines?: readonly string[];
  readonly mark?: Mark['kind'];
  /** The mark's own words; the text where absent. */
  readonly marked?: string;
  readonly url?: string;
  readonly by?: Person;
  readonly chart?: true;
}

export const change = (sheet: Sheet, how: (rebuild: Rebuild) => Rebuild): Sheet => ({
  ...sheet,
  rebuild: how(sheet.rebuild),
});

export const tell = (sheet: Sheet, told: Tell, now: number): Sheet => {
  const { what, text, note, entry, mark, by, url } = told;
  let { rebuild } = sheet;
  if (note) {
    rebuild = withNote(
      rebuild,
      { kind: note, text, ...(by && { by }), ...(url && { url }), ...(told.chart && { chart: true }) },
      now,
    );
  }
  if (entry) {
    rebuild = withEntry(
      rebuild,
      { kind: entry, lines: [text, ...(told.lines ?? [])], ...(by && { by }) },
      now,
    );
  }
  if (mark) rebuild = withMark(rebuild, mark, told.marked ?? text, now);
  return { rebuild, journal: [...sheet.journal, line(now, (by ?? farmhand).id, what, text)] };
};

export const wasTold = ({ told }: Rebuild, word: string): number | undefined => told?.[word];

/** Remembers that `word` was said, or that what it stands for happened. */
export const remember = (rebuild: Rebuild, word: string, now: number): Rebuild => ({
  ...rebuild,
  told: { ...rebuild.told, [word]: now },
});

/** Forgets every word that begins so: it may be said again. */
export const forget = (rebuild: Rebuild, beginning: string): Rebuild => {
  if (!rebuild.told || !Object.keys(rebuild.told).some((word) => word.startsWith(beginning))) return rebuild;
  const kept = Object.entries(rebuild.told).filter(([word]) => !word.startsWith(beginning));
  return { ...rebuild, told: Object.fromEntries(kept) };
};

export const tellOnce = (sheet: Sheet, word: string, told: Tell, now: number): Sheet =>
  wasTold(sheet.rebuild, word) === undefined
    ? tell(
        change(sheet, (rebuild) => remember(rebuild, word, now)),
        told,
        now,
      )
    : sheet;
