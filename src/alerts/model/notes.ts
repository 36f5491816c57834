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
  const replaced = alert.notes.filter((old) => old.n > claimed && family(old) === family(note));
  const notes = alert.notes.filter((old) => !replaced.includes(old));
  const folded = note.kind === 'severity' ? foldSeverity(replaced, note) : foldState(replaced, note);
  if (folded === undefined) return { ...alert, notes };
  const n = alert.noteCount + 1;
  return { ...alert, noteCount: n, notes: [...notes, { ...folded, n }] };
};

/** Notes of one family replace each other; every other note is a family of its own. */
const family = (note: NewNote): 'state' | 'severity' | symbol => {
  if (note.kind === 'resolved' || note.kind === 'refired') return 'state';
  return note.kind === 'severity' ? 'severity' : Symbol(note.kind);
};

const foldState = (replaced: readonly Note[], note: NewNote): NewNote => {
  const refires = replaced.reduce((sum, old) => sum + timesFired(old), 0) + timesFired(note);
  // A resolve carries the re-fires before it on: without that the next one would begin to count again.
  const [first] = replaced;
  return {
    ...note,
    ...(first && { since: first.since ?? first.at }),
    ...(refires > timesFired(note) && { times: refires }),
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
