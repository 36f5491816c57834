import type { Person } from '../../core/person.ts';
import type { CommandRefusal, CommandResult } from '../model/command.ts';
import type { RebuildNoteKind } from '../model/parts/told.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { announce, soon, type Transition, writeOf } from '../model/transition.ts';

/** What came of a command: what is to be written, and what is answered. */
export interface CommandApplied {
  readonly write?: Transition;
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

export const commandChanged = (write: Transition, says: string): CommandApplied => ({
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
  told: {
    readonly kind: RebuildNoteKind;
    readonly text: string;
    readonly what: string;
    readonly why?: string | undefined;
    /** More paragraphs for the ticket. */
    readonly lines?: readonly string[];
  },
): Transition => {
  const text = told.why === undefined || told.why === '' ? told.text : `${told.text} Because: ${told.why}`;
  const { kind: note, what, lines } = told;
  const announcement = { what, text, note, entry: 'change', by, ...(lines && { lines }) } as const;
  return announce(writeOf(soon(rebuild, now)), announcement, now);
};
