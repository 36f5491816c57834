import type { JournalEntry } from '../../core/journal.ts';
import type { Person } from '../../core/person.ts';
import {
  type AlreadySo,
  alreadyWords,
  type CommandDone,
  doneWords,
} from '../messages/commands/command-news.ts';
import { type CommandDenied, deniedWords } from '../messages/commands/denials.ts';
import { markedWords } from '../messages/rules-news.ts';
import type { CommandRefusal, CommandResult, RebuildCommand } from '../model/command.ts';
import type { Glass } from '../model/parts/glass.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { announce, soon, type Transition, writeOf } from '../model/transition.ts';
import type { CommandDenial } from './denial.ts';

/** What came of a command: what is to be written, and what is answered. */
export interface CommandApplied {
  readonly write?: Transition;
  readonly result: CommandOutcome;
}

/** What `CommandResult` says in words. */
export type CommandOutcome = (
  | { readonly ok: true; readonly changed: true; readonly held?: true; readonly done: CommandDone }
  | { readonly ok: true; readonly changed: false; readonly held?: never; readonly already: AlreadySo }
  | ({ readonly ok: false } & CommandDenied)
) & { readonly rebuild: Rebuild };

/** Nothing of the rebuild changes. That it was tried is evidence: whoever carries it out notes it (`refusalNoted`). */
export const refused = (
  rebuild: Rebuild,
  reasons: CommandDenial | readonly CommandDenial[],
  code: CommandRefusal = 'not_now',
): CommandApplied => ({
  result: { ok: false, code, reasons: [reasons].flat(), rebuild },
});

export const already = (rebuild: Rebuild, so: AlreadySo): CommandApplied => ({
  result: { ok: true, changed: false, already: so, rebuild },
});

/**
 * Said in the thread, written into the ticket and the journal, and looked at by the controller at once.
 *
 * @param journal what led to it
 */
export const commandChanged = (
  rebuild: Rebuild,
  done: CommandDone,
  by: Person,
  now: number,
  why?: string,
  journal: readonly JournalEntry[] = [],
): CommandApplied => {
  const { says, ...words } = doneWords(done);
  const { text = says } = words;
  const because = why === undefined || why === '' ? '' : ` Because: ${why}`;
  const told = { what: done.code, entry: 'change', ...words, text: `${text}${because}`, by } as const;
  const write = announce(writeOf(soon(rebuild, now), ...journal), told, now);
  const held = done.code === 'asked' && { held: true as const };
  return { write, result: { ok: true, changed: true, ...held, done, rebuild: write.rebuild } };
};

/** The outcome in words, as people read it. */
export const commandResult = (outcome: CommandOutcome): CommandResult => {
  const { rebuild } = outcome;
  if (!outcome.ok) return { ok: false, code: outcome.code, says: deniedWords(outcome), rebuild };
  if (!outcome.changed) return { ok: true, changed: false, says: alreadyWords(outcome.already), rebuild };
  const { held, done } = outcome;
  return { ok: true, changed: true, ...(held && { held }), says: doneWords(done).says, rebuild };
};

/** What a person ordered under a glass that they broke: on the glass, in the journal and in the ticket as that. */
export const markedUnderGlass = (
  made: CommandApplied,
  glass: Glass,
  command: RebuildCommand,
  by: Person,
  now: number,
): CommandApplied => {
  const { write, result } = made;
  if (!write || !result.ok) return made;
  const did = markedWords(command);
  const { rebuild, journal } = announce(
    { ...write, rebuild: { ...write.rebuild, glass: withOrder(write.rebuild, glass, did) } },
    {
      what: 'under_glass',
      entry: 'override',
      text: `Under the broken glass, whose reason is “${glass.reason}”: ${did}.`,
      by,
    },
    now,
  );
  return { write: { ...write, rebuild, journal }, result: { ...result, rebuild } };
};

const ordersAtMost = 50;

const withOrder = ({ glass = [] }: Rebuild, { n }: Glass, did: string): readonly Glass[] =>
  glass.map((each) => (each.n === n ? { ...each, did: [...each.did, did].slice(-ordersAtMost) } : each));
