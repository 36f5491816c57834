import { ConfigError, FarmhandError, messageOf } from '../../core/errors.ts';
import type { Terminal } from './terminal.ts';

/** How a command ended, for the shell. */
export const exitCodes = {
  /** Done; for `serve`: stopped when asked, everything finished. */
  ok: 0,
  /** Not done, or problems were found: they are on standard error. Also a wrong command line. */
  failed: 1,
  /** Of `doctor`: nothing is known to be wrong, and not everything could be looked at. */
  unknown: 2,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Runs a command and tells what went wrong in words: no stack, unless it is a mistake of farmhand itself. */
export const guarded = async (
  terminal: Terminal,
  command: () => ExitCode | Promise<ExitCode>,
): Promise<ExitCode> => {
  try {
    return await command();
  } catch (error) {
    terminal.err(failureText(error));
    return exitCodes.failed;
  }
};

const failureText = (error: unknown): string => {
  if (error instanceof ConfigError) return error.message;
  if (error instanceof FarmhandError) return `farmhand: ${messageOf(error)}`;
  if (isSystemError(error)) return `farmhand: ${fileWords(error) ?? messageOf(error)}`;
  const stack = error instanceof Error ? `\n${error.stack}` : '';
  return `farmhand: this should not happen, please report it: ${messageOf(error)}${stack}`;
};

/** Files that are not there, refused connections: the world's doing, not a mistake in the program. */
const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && /^E[A-Z]+$/.test(error.code);

/** Where a file was named that cannot be read or written; undefined where it is about something else. */
const fileWords = ({ code, path, syscall }: NodeJS.ErrnoException): string | undefined => {
  // A folder can be opened like a file; what then fails to read it does not know its name.
  if (code === 'EISDIR') return `${path ?? 'What was named'} is a folder; name a file.`;
  if (path === undefined) return undefined;
  switch (code) {
    case 'ENOENT':
      return `${path} is not there; name one that is.`;
    case 'ENOTDIR':
    case 'EEXIST':
      return `${path} goes through, or would replace, a file where a folder has to be; name another place.`;
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `${path}: not permitted to ${syscall ?? 'use it'} (${code}); run this as somebody who may, or name another place.`;
    case 'ENOSPC':
      return `${path}: the disk is full. What was written so far is not whole: delete it, and run this again with more room.`;
    default:
      return undefined;
  }
};
