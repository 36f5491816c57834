import type { Alert, Note } from './alert.ts';

type NewNote = Omit<Note, 'n'>;

/**
 * Adds something to be said in the thread. Before there is a thread nothing needs saying: its root shows the
 * present state. Changes of state that were not said yet become one, the latest; nobody needs the flapping one by one.
 */
export const addNote = (alert: Alert, note: NewNote): Alert => {
  if (alert.thread.state !== 'open' && alert.thread.state !== 'posting') return alert;
  const n = alert.noteCount + 1;
  const claimed = alert.thread.state === 'open' ? (alert.thread.posting?.through ?? 0) : 0;
  const replaced = isStateNote(note) ? alert.notes.filter((old) => isStateNote(old) && old.n > claimed) : [];
  const refires = replaced.reduce((sum, old) => sum + timesFired(old), 0) + timesFired(note);
  const notes = alert.notes.filter((old) => !replaced.includes(old));
  return {
    ...alert,
    noteCount: n,
    notes: [...notes, { ...note, n, ...(refires > 1 && { times: refires }) }],
  };
};

const isStateNote = (note: NewNote): boolean => note.kind === 'resolved' || note.kind === 'refired';
const timesFired = (note: NewNote): number => note.times ?? (note.kind === 'refired' ? 1 : 0);
