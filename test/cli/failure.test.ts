import { expect, test } from 'vitest';
import { guarded } from '../../src/cli/terminal/failure.ts';
import { fakeTerminal } from './fake-terminal.ts';

const trouble = (code: string, more: Partial<NodeJS.ErrnoException> = {}): Error =>
  Object.assign(new Error(`${code}: as Node says it`), { code, ...more });

test.each([
  [trouble('ENOENT', { path: 'a.ndjson' }), 'farmhand: a.ndjson is not there; name one that is.'],
  [trouble('EISDIR'), 'farmhand: What was named is a folder; name a file.'],
  [trouble('EISDIR', { path: 'out' }), 'farmhand: out is a folder; name a file.'],
  [
    trouble('ENOTDIR', { path: 'a.txt/b' }),
    'farmhand: a.txt/b goes through, or would replace, a file where a folder has to be; name another place.',
  ],
  [
    trouble('EACCES', { path: '/root/a', syscall: 'open' }),
    'farmhand: /root/a: not permitted to open (EACCES); run this as somebody who may, or name another place.',
  ],
  [
    trouble('ENOSPC', { path: 'pack.zip' }),
    'farmhand: pack.zip: the disk is full. What was written so far is not whole: delete it, and run this again with more room.',
  ],
  [trouble('ECONNREFUSED'), 'farmhand: ECONNREFUSED: as Node says it'],
  [trouble('EMFILE', { path: 'a' }), 'farmhand: EMFILE: as Node says it'],
])('%s is told in words, without a stack', async (error, words) => {
  const terminal = fakeTerminal();
  expect(
    await guarded(terminal, () => {
      throw error;
    }),
  ).toBe(1);
  expect(terminal.stderr()).toBe(words);
});
