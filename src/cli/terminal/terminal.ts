import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { styleText } from 'node:util';
import type { Environment } from '../../config/environment.ts';

/** What a command line program has of the world. Tests give their own. */
export interface Terminal {
  /** Results, on standard output; a newline is added. */
  readonly out: (text: string) => void;
  /** What went wrong, on standard error; a newline is added. */
  readonly err: (text: string) => void;
  readonly env: Environment;
  readonly readFile: (path: string) => string;
  /** The bytes of a file, or of standard input for `-`. */
  readonly readInput: (path: string) => Promise<Buffer>;
  readonly style: (style: Style, text: string) => string;
  /** ms since the epoch. */
  readonly now: () => number;
}

export type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow';

/** The terminal of this process. Colours only where they are wanted (TTY, `NO_COLOR`, `FORCE_COLOR`). */
export const processTerminal = (): Terminal => {
  // Whoever read it has gone, as in `farmhand check | head -1`: what was asked is done, and nobody is to be told.
  const nobodyReads = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') throw error;
  };
  process.stdout.on('error', nobodyReads);
  process.stderr.on('error', nobodyReads);
  return terminalOfProcess();
};

const terminalOfProcess = (): Terminal => ({
  out: (text) => process.stdout.write(`${text}\n`),
  err: (text) => process.stderr.write(`${text}\n`),
  env: process.env,
  readFile: (path) => readFileSync(path, 'utf8'),
  readInput: async (path) => (path === '-' ? buffer(process.stdin) : readFileSync(path)),
  style: (style, text) => styleText(style, text, { stream: process.stdout }),
  now: Date.now,
});

/** Two columns, the first as wide as its widest cell. `label` styles the first after it was padded. */
export const columns = (
  rows: readonly (readonly [string, string])[],
  label: (text: string) => string,
): string => {
  const width = Math.max(...rows.map(([first]) => first.length));
  return rows.map(([first, second]) => `${label(first.padEnd(width))}  ${second}`.trimEnd()).join('\n');
};
