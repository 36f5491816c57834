/** Small pure changes of a rebuild, each a line of what the larger ones do. */
import type { JournalEntry } from '../../core/journal.ts';
import type { Person } from '../../core/person.ts';
import type {
  ChartMark,
  Rebuild,
  RebuildNote,
  RebuildNoteKind,
  RebuildWrite,
  Step,
  StepName,
  TicketEntry,
} from './rebuild.ts';

/** Who acts when no person does. */
export const farmhand: Person = { id: 'farmhand' };

export const stepOf = (rebuild: Rebuild, name: StepName): Step => {
  const step = rebuild.steps.find((s) => s.name === name);
  if (!step) throw new TypeError(`a rebuild has no step ${name}`);
  return step;
};

/**
 * The first step that is neither done nor skipped; undefined when all are. Once it tears down, that is the teardown:
 * the step that failed stays failed.
 */
export const currentStep = (rebuild: Rebuild): Step | undefined =>
  rebuild.phase === 'cancelling' || rebuild.phase === 'failing'
    ? stepOf(rebuild, 'teardown')
    : rebuild.steps.find(({ state }) => state !== 'done' && state !== 'skipped');

/** What a person is asked at the moment. */
export const openIntervention = (rebuild: Rebuild) => currentStep(rebuild)?.ask;

export const setStep = (rebuild: Rebuild, name: StepName, change: (step: Step) => Step): Rebuild => ({
  ...rebuild,
  steps: rebuild.steps.map((step) => (step.name === name ? change(step) : step)),
});

export const hasEnded = ({ phase }: Rebuild): boolean =>
  phase === 'released' || phase === 'cancelled' || phase === 'failed';

/** When it ended, as far as it is known; ms. */
export const endedAt = ({ endedAt: ended, end, steps, at }: Rebuild): number =>
  // An older record does not say it. A cancel or a failure is only where the end began: the teardown comes after it.
  ended ?? Math.max(at, end?.at ?? at, ...steps.map((step) => step.endedAt ?? at));

/** The change of the world that is claimed and has no outcome yet. */
export const openEffect = ({ effects }: Rebuild) => effects.find(({ state }) => state === 'claimed');

/** More than are ever said at once; a thread that cannot be reached does not grow its record without end. */
const notesAtMost = 100;
const marksAtMost = 80;
const entriesAtMost = 500;

export interface NewNote {
  readonly kind: RebuildNoteKind;
  readonly text: string;
  readonly by?: Person;
  readonly url?: string;
  readonly chart?: true;
}

/** Something to be said in the thread. */
export const withNote = (rebuild: Rebuild, note: NewNote, now: number): Rebuild => {
  const n = rebuild.card.noteCount + 1;
  const added: RebuildNote = { ...note, n, at: now };
  const notes = [...rebuild.card.notes, added];
  const kept = notes.length > notesAtMost ? notes.toSpliced(0, notes.length - notesAtMost) : notes;
  return { ...rebuild, card: { ...rebuild.card, noteCount: n, notes: kept } };
};

export type NewEntry = Pick<TicketEntry, 'kind' | 'lines' | 'by'>;

/** Something to be written into the ticket. */
export const withEntry = (rebuild: Rebuild, entry: NewEntry, now: number): Rebuild => {
  const { ticket } = rebuild;
  if (ticket.state === 'none') return rebuild;
  const n = ticket.count + 1;
  const entries = [...ticket.entries, { ...entry, n, at: now }];
  return { ...rebuild, ticket: { ...ticket, count: n, entries: entries.slice(-entriesAtMost) } };
};

export const withMark = (rebuild: Rebuild, kind: ChartMark['kind'], says: string, now: number): Rebuild => ({
  ...rebuild,
  marks: [...rebuild.marks, { at: now, kind, says }].slice(-marksAtMost),
});

export const line = (at: number, who: string, what: string, why?: string): JournalEntry => ({
  at,
  who,
  what,
  ...(why !== undefined && { why }),
});

export const writeOf = (rebuild: Rebuild, ...journal: readonly JournalEntry[]): RebuildWrite => ({
  rebuild,
  journal,
});

/** The controller shall look at it at once. */
export const soon = (rebuild: Rebuild, now: number): Rebuild => ({ ...rebuild, driveAt: now });

/** Time that counts towards limits: since it was made, without pauses. ms */
export const activeMs = (rebuild: Rebuild, now: number): number =>
  now -
  rebuild.at -
  rebuild.pausedMs -
  (rebuild.pause?.pausedAt === undefined ? 0 : now - rebuild.pause.pausedAt);
