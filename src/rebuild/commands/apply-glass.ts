import type { Person } from '../../core/person.ts';
import type { RebuildCommand } from '../model/command.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { openGlass } from '../model/rules/controlled.ts';
import { type CommandApplied, markedUnderGlass } from './commanded.ts';

/** What somebody ordered under a glass that they broke: done at once, and marked as that wherever it is told. */
export const underGlass = (
  rebuild: Rebuild,
  command: RebuildCommand,
  by: Person,
  now: number,
  made: CommandApplied,
): CommandApplied => {
  const open = openGlass(rebuild);
  return open ? markedUnderGlass(made, open, command, by, now) : made;
};
