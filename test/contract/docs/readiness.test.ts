import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const rows = (text: string): readonly (readonly string[])[] =>
  text
    .split('\n')
    .filter((line) => /^\| \d+ \|/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

// That files and headings are there is held for every document: test/contract/readme.test.ts.
test('docs/readiness.md answers 22 questions, each with its place', () => {
  const answers = rows(read('docs/readiness.md'));
  expect(answers.map(([number]) => Number(number))).toEqual(Array.from({ length: 22 }, (_, i) => i + 1));
  const lacking = answers.filter(
    ([, question = '', answer = '', place = '']) =>
      !question.endsWith('?') || answer.length < 40 || !/\]\([^)]+\)/.test(place),
  );
  expect(lacking).toEqual([]);
});

test('each fault row from 24 to 37 names tests that are there', () => {
  const faults = rows(read('docs/failure-modes.md').split('## Faults and their tests')[1] ?? '');
  expect(faults.map(([number]) => Number(number))).toEqual(Array.from({ length: 14 }, (_, i) => i + 24));
  const named = faults.map((cells) =>
    [...(cells[3] ?? '').matchAll(/`(test\/[^`]+)`/g)].map(([, path = '']) => path),
  );
  expect(named.filter((paths) => paths.length === 0)).toEqual([]);
  expect(named.flat().filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
