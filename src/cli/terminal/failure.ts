import { ConfigError, FarmhandError, messageOf } from '../../core/errors.ts';
import type { Terminal } from './terminal.ts';

/** How a command ended, for the shell. */
export const exitCodes = {
  /** Done; for `serve`: stopped when asked, everything finished. */
  ok: 0,
  /** Not done, or problems were found: they are on standard error. Also a wrong command line. */
  failed: 1,
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
  if (error instanceof FarmhandError || isSystemError(error)) return `farmhand: ${messageOf(error)}`;
  const stack = error instanceof Error ? `\n${error.stack}` : '';
  return `farmhand: this should not happen, please report it: ${messageOf(error)}${stack}`;
};

/** Files that are not there, refused connections: the world's doing, not a mistake in the program. */
const isSystemError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && /^E[A-Z]+$/.test(error.code);
