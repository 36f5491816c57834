import { readFileSync } from 'node:fs';
import type { Terminal } from '../../src/cli/terminal/terminal.ts';

export interface FakeTerminal extends Terminal {
  readonly stdout: () => string;
  readonly stderr: () => string;
}

/** A terminal that keeps what is printed; `files` win over those of the project. */
export const fakeTerminal = (
  files: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
): FakeTerminal => {
  const out: string[] = [];
  const err: string[] = [];
  const readFile = (path: string) => files[path] ?? readFileSync(path, 'utf8');
  return {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    env,
    readFile,
    readInput: async (path) => Buffer.from(readFile(path)),
    style: (_, text) => text,
    now: () => Date.UTC(2026, 10, 20, 14, 15),
    stdout: () => out.join('\n'),
    stderr: () => err.join('\n'),
  };
};
