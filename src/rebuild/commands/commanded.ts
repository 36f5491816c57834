import type { Person } from '../../core/person.ts';
import type { CommandRefusal, CommandResult } from '../model/command.ts';
import type { Rebuild, RebuildNoteKind, RebuildWrite } from '../model/rebuild.ts';
import { line, soon, withEntry, withNote, writeOf } from '../model/record.ts';

/** What came of a command: what is to be written, and what is answered. */
export interface CommandApplied {
  readonly write?: RebuildWrite;
  readonly result: CommandResult;
}

/** Nothing of the rebuild changes. That it was tried is evidence: whoever carries it out notes it (`refusalNoted`). */
export const refused = (
  rebuild: Rebuild,
  says: readonly string[],
  code: CommandRefusal = 'not_now',
): CommandApplied => ({
  result: { ok: false, code, says, rebuild },
});

export const commandChanged = (write: RebuildWrite, says: string): CommandApplied => ({
  write,
  result: { ok: true, changed: true, says, rebuild: write.rebuild },
});

export const already = (rebuild: Rebuild, says: string): CommandApplied => ({
  result: { ok: true, changed: false, says, rebuild },
});

/** Said in the thread, written into the ticket and the journal, and looked at by the controller at once. */
export const announced = (
  rebuild: Rebuild,
  by: Person,
  now: number,
  tell: {
    readonly kind: RebuildNoteKind;
    readonly text: string;
    readonly what: string;
    readonly why?: string | undefined;
    /** More paragraphs for the ticket. */
    readonly lines?: readonly string[];
  },
): RebuildWrite => {
  const withWhy = tell.why === undefined || tell.why === '' ? tell.text : `${tell.text} Because: ${tell.why}`;
  const noted = withNote(rebuild, { kind: tell.kind, text: withWhy, by }, now);
  const entered = withEntry(noted, { kind: 'change', by, lines: [withWhy, ...(tell.lines ?? [])] }, now);
  return writeOf(soon(entered, now), line(now, by.id, tell.what, withWhy));
};
