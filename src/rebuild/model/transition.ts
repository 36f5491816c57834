import type { JournalEntry } from '../../core/journal.ts';
import type { Person } from '../../core/person.ts';
import type { ChartMark, Rebuild, RebuildNoteKind, TicketEntry } from './rebuild.ts';
import { farmhand, line, withEntry, withMark, withNote } from './record.ts';

/** A record in the making, with what goes into its journal. */
export interface Transition {
  readonly rebuild: Rebuild;
  readonly journal: readonly JournalEntry[];
}

/** One thing that happened, and who hears of it: always the journal, and where named thread, ticket and chart. */
export interface Announcement {
  /** The journal's word for it. */
  readonly what: string;
  /** Plain text: what happened, what was (not) changed, what to do next. */
  readonly text: string;
  readonly note?: RebuildNoteKind;
  readonly entry?: TicketEntry['kind'];
  /** More paragraphs for the ticket. */
  readonly lines?: readonly string[];
  readonly mark?: ChartMark['kind'];
  /** The mark's own words; the text where absent. */
  readonly marked?: string;
  readonly url?: string;
  readonly by?: Person;
  readonly chart?: true;
}

export const change = (transition: Transition, how: (rebuild: Rebuild) => Rebuild): Transition => ({
  ...transition,
  rebuild: how(transition.rebuild),
});

export const announce = (transition: Transition, told: Announcement, now: number): Transition => {
  const { what, text, note, entry, mark, by, url } = told;
  let { rebuild } = transition;
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
  return { rebuild, journal: [...transition.journal, line(now, (by ?? farmhand).id, what, text)] };
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

export const announceOnce = (
  transition: Transition,
  word: string,
  told: Announcement,
  now: number,
): Transition =>
  wasTold(transition.rebuild, word) === undefined
    ? announce(
        change(transition, (rebuild) => remember(rebuild, word, now)),
        told,
        now,
      )
    : transition;
