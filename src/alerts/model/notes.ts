import type { Alert, Note } from './alert.ts';

type NewNote = Omit<Note, 'n'>;

/**
 * Adds something to be said in the thread. Before there is a thread nothing needs saying: its root shows the
 * present state. Changes of state that were not said yet become one, the latest; nobody needs the flapping one by
 * one. So do changes of severity: from what was last said to what it is now.
 */
export const addNote = (alert: Alert, note: NewNote): Alert => {
  if (alert.thread.state !== 'open' && alert.thread.state !== 'posting') return alert;
  const claimed = alert.thread.state === 'open' ? (alert.thread.posting?.through ?? 0) : 0;
  const known = reactions.has(note.kind) ? hushed(alert.notes, claimed, note.kind) : alert.notes;
  const replaced = known.filter((old) => old.n > claimed && family(old) === family(note));
  const notes = known.filter((old) => !replaced.includes(old));
  const folded = foldings[familyOf(note)](replaced, note);
  if (folded === undefined) return { ...alert, notes };
  const n = alert.noteCount + 1;
  return { ...alert, noteCount: n, notes: [...notes, { ...folded, n }] };
};

/** What ends the wait for somebody to react. */
const reactions: ReadonlySet<Note['kind']> = new Set([
  'acknowledged',
  'assigned',
  'unacknowledged',
  'silenced',
  'resolved',
]);

/** After a silence they still have it. */
const frees: ReadonlySet<Note['kind']> = new Set(['acknowledged', 'assigned', 'unacknowledged', 'resolved']);

/**
 * Nobody is called for what somebody has by now, or for what they were given and have no more. What was claimed may be in
 * Slack: it keeps its number, by which it is looked up, and calls nobody should it have to be posted again.
 */
const hushed = (notes: readonly Note[], claimed: number, by: Note['kind']): readonly Note[] =>
  notes.flatMap((note) => {
    if (note.kind === 'assigned' && frees.has(by)) {
      const { to: _, ...quiet } = note;
      return [quiet];
    }
    if (note.kind !== 'nobody_reacts' && note.kind !== 'still_open') return [note];
    const { to: _, broadcast: __, steps: ___, ...quiet } = note;
    return note.n > claimed ? [] : [quiet];
  });

/** Notes of one family replace each other; every other note is a family of its own. */
const family = (note: NewNote): Family | symbol => {
  const known = familyOf(note);
  return known === 'alone' ? Symbol(note.kind) : known;
};

type Family = 'state' | 'severity' | 'call' | 'reminder' | 'alone';

const familyOf = ({ kind }: NewNote): Family => {
  if (kind === 'resolved' || kind === 'refired') return 'state';
  if (kind === 'nobody_reacts') return 'call';
  if (kind === 'still_open') return 'reminder';
  return kind === 'severity' ? 'severity' : 'alone';
};

const foldState = (replaced: readonly Note[], note: NewNote): NewNote => {
  const refires = replaced.reduce((sum, old) => sum + timesFired(old), 0) + timesFired(note);
  // A resolve carries the re-fires before it on: without that the next one would begin to count again.
  const [first] = replaced;
  return {
    ...note,
    ...(first && { since: first.since ?? first.at }),
    ...(refires > timesFired(note) && { times: refires }),
    ...(replaced.some(({ broadcast }) => broadcast) && { broadcast: true }),
  };
};

const timesFired = (note: NewNote): number => note.times ?? (note.kind === 'refired' ? 1 : 0);

/** What the text of a change of severity looks like. */
export const severityChange = (from: string, to: string): string => `${from}${arrow}${to}`;
const arrow = ' → ';

/** Undefined when it is again as it was last said. */
const foldSeverity = (replaced: readonly Note[], note: NewNote): NewNote | undefined => {
  const [first] = replaced;
  if (first === undefined) return note;
  const from = first.text?.split(arrow)[0] ?? '';
  const to = note.text?.split(arrow)[1] ?? '';
  return from === to ? undefined : { ...note, text: severityChange(from, to) };
};

/** Who was not called yet is called with those who are called now. */
const foldCall = (replaced: readonly Note[], { steps, ...note }: NewNote): NewNote => {
  const all: readonly NewNote[] = [...replaced, { ...note, ...(steps !== undefined && { steps }) }];
  const since = replaced[0]?.since ?? note.since;
  const counts = all.flatMap(({ steps: told }) => told ?? []);
  return {
    ...note,
    to: [...new Set(all.flatMap(({ to = [] }) => to))],
    // Where one does not say it, nobody knows.
    ...(counts.length === all.length && { steps: counts.reduce((sum, count) => sum + count, 0) }),
    ...(since !== undefined && { since }),
    ...(all.some(({ broadcast }) => broadcast) && { broadcast: true }),
  };
};

const foldings: Readonly<Record<Family, (replaced: readonly Note[], note: NewNote) => NewNote | undefined>> =
  {
    state: foldState,
    severity: foldSeverity,
    call: foldCall,
    reminder: (_, note) => note,
    alone: (_, note) => note,
  };
