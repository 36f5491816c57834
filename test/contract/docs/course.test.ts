import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const course = readFileSync(`${root}/docs/course.md`, 'utf8');

/** Commands that need no sandbox, with what the course says that they print. */
const exercises = [...course.matchAll(/```sh\nfarmhand (.+)\n```(?:\n\n```text\n([^`]+)```)?/g)].map(
  ([, command = '', printed = '']) => ({ command, printed }),
);

test.each(exercises)('farmhand $command', { timeout: 60_000 }, async ({ command, printed }) => {
  const { stdout } = await promisify(execFile)(process.execPath, ['src/main.ts', ...command.split(' ')], {
    cwd: root,
  });
  expect(stdout).toContain(printed);
  expect(stdout).not.toBe('');
});

test('three of them are run here', () => {
  expect(exercises.map(({ printed }) => printed !== '')).toEqual([true, true, false]);
});
