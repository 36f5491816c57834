import type { AuditEntry } from '../../audit/record.ts';
import { type JournalEntry, line } from '../../core/journal.ts';
import type { Person } from '../../core/person.ts';
import { cut, oneLine } from '../../core/text.ts';
import { atMost } from './parts/outbox.ts';
import type { Step } from './parts/step.ts';
import type { ChartMark, EvidenceRow, RebuildNote, RebuildNoteKind, TicketEntry } from './parts/told.ts';
import type { Rebuild } from './rebuild.ts';
import type { StepName } from './steps.ts';

/** The next record, and what goes into its journal: what a decider answers, and what a store writes. */
export interface Transition {
  readonly rebuild: Rebuild;
  readonly journal: readonly JournalEntry[];
  /** What the audit is told besides what the record itself shows (`auditOfWrite`): commands. */
  readonly audited?: readonly AuditEntry[];
}

export const writeOf = (rebuild: Rebuild, ...journal: readonly JournalEntry[]): Transition => ({
  rebuild,
  journal,
});

export const change = (transition: Transition, how: (rebuild: Rebuild) => Rebuild): Transition => ({
  ...transition,
  rebuild: how(transition.rebuild),
});

/** Who acts when no person does. */
export const farmhand: Person = { id: 'farmhand' };

/** One thing that happened, and who hears of it: always the journal, and where named thread, ticket and chart. */
export interface Announcement {
  /** The journal's word for it. */
  readonly what: string;
  /** Plain text: what happened, what was (not) changed, what to do next. */
  readonly text: string;
  readonly note?: RebuildNoteKind;
  /** A comment on the ticket, and a row of its evidence table; `row`: only that. */
  readonly entry?: TicketEntry['kind'] | 'row';
  readonly topic?: TicketEntry['topic'];
  /** Whose wish it was, where that is not `by`. */
  readonly asker?: Person;
  /** More paragraphs for the comment, and a table after them. */
  readonly lines?: readonly string[];
  readonly table?: TicketEntry['table'];
  readonly mark?: ChartMark['kind'];
  /** The mark's own words; the text where absent. */
  readonly marked?: string;
  readonly url?: string;
  readonly by?: Person;
  /** Mentioned in the note: Slack ids. */
  readonly to?: readonly string[];
  readonly chart?: true;
}

export const announce = (transition: Transition, told: Announcement, now: number): Transition => {
  const { what, text, note, entry, topic, table, mark, by, url } = told;
  let { rebuild } = transition;
  if (note) {
    rebuild = withNote(
      rebuild,
      {
        ...{ kind: note, text },
        ...(by && { by }),
        ...(url && { url }),
        ...(told.to && { to: told.to }),
        ...(told.chart && { chart: true }),
      },
      now,
    );
  }
  const asker = by ?? told.asker;
  if (entry === 'row') {
    // What somebody asked for and was done is a change; what a person says is an order.
    const kind = told.asker ? 'change' : by ? 'order' : 'progress';
    rebuild = withRow(rebuild, { kind, says: text, ...(asker && { by: asker }) }, now);
  } else if (entry) {
    const lines = [text, ...(told.lines ?? [])];
    rebuild = withEntry(
      rebuild,
      { kind: entry, lines, ...(topic && { topic }), ...(table && { table }), ...(by && { by }) },
      now,
      asker,
    );
  }
  if (mark) rebuild = withMark(rebuild, mark, told.marked ?? text, now);
  return { rebuild, journal: [...transition.journal, line(now, (by ?? farmhand).id, what, text)] };
};

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

export const setStep = (rebuild: Rebuild, name: StepName, how: (step: Step) => Step): Rebuild => ({
  ...rebuild,
  steps: rebuild.steps.map((step) => (step.name === name ? how(step) : step)),
});

/** The controller looks at it at once. */
export const soon = (rebuild: Rebuild, now: number): Rebuild => ({ ...rebuild, driveAt: now });

/** More than are ever said at once. */
const notesAtMost = 100;
const marksAtMost = 80;
const entriesAtMost = 500;
const rowsAtMost = 150;
const rowLength = 300;

/** Something to be said in the thread. */
export const withNote = (rebuild: Rebuild, note: Omit<RebuildNote, 'n' | 'at'>, now: number): Rebuild => {
  const n = rebuild.card.noteCount + 1;
  const notes = [...rebuild.card.notes, { ...note, n, at: now }];
  const kept = atMost(notes, notesAtMost, { kind: 'error', text: '' });
  return { ...rebuild, card: { ...rebuild.card, noteCount: n, notes: kept } };
};

/** Something to be commented on the ticket, and a row of its evidence table. */
export const withEntry = (
  rebuild: Rebuild,
  entry: Omit<TicketEntry, 'n' | 'at'>,
  now: number,
  asker: Person | undefined = entry.by,
): Rebuild => {
  const { ticket } = rebuild;
  if (ticket.state === 'none') return rebuild;
  const n = ticket.count + 1;
  const entries = [...ticket.entries, { ...entry, n, at: now }];
  const kept = atMost(entries, entriesAtMost, { kind: 'error', lines: [] });
  const told = { ...rebuild, ticket: { ...ticket, count: n, entries: kept } };
  const { kind, topic, lines } = entry;
  const row = { kind, says: lines[0] ?? '', ...(topic && { topic }), ...(asker && { by: asker }) };
  return withRow(told, row, now);
};

/** A row of the evidence table, and no comment. Where there are too many, the oldest gives way that tells least. */
export const withRow = (rebuild: Rebuild, row: Omit<EvidenceRow, 'at'>, now: number): Rebuild => {
  const { ticket } = rebuild;
  if (ticket.state === 'none') return rebuild;
  const rows = [...(ticket.rows ?? []), { ...row, at: now, says: cut(oneLine(row.says), rowLength) }];
  if (rows.length <= rowsAtMost) return { ...rebuild, ticket: { ...ticket, rows } };
  const progress = rows.findIndex(({ kind }) => kind === 'progress');
  const change = rows.findIndex(({ kind }) => kind === 'change');
  const first = progress >= 0 ? progress : Math.max(0, change);
  const rowsCut = (ticket.rowsCut ?? 0) + 1;
  return { ...rebuild, ticket: { ...ticket, rows: rows.filter((_, i) => i !== first), rowsCut } };
};

export const withMark = (rebuild: Rebuild, kind: ChartMark['kind'], says: string, now: number): Rebuild => ({
  ...rebuild,
  marks: [...rebuild.marks, { at: now, kind, says }].slice(-marksAtMost),
});
