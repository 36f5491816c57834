import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const rows = readFileSync(`${root}/docs/glossary.md`, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| word '))
  .filter((line) => !line.startsWith('| ---'));

test('each word of the glossary names a type or function that its file exports', () => {
  expect(rows.length).toBeGreaterThan(20);
  const wrong = rows.flatMap((row) => {
    const [, name, path] = /`(\w+)` in `([^`]+)` *\|$/.exec(row) ?? [];
    if (name === undefined || path === undefined) return [`names no type: ${row}`];
    if (!existsSync(`${root}/${path}`)) return [`no such file: ${path}`];
    const source = readFileSync(`${root}/${path}`, 'utf8');
    const exported = new RegExp(`^export (?:interface|type|class|const|function) ${name}\\b`, 'm');
    return exported.test(source) ? [] : [`${path} does not export ${name}`];
  });
  expect(wrong).toEqual([]);
});

test('the words are each there once', () => {
  const words = rows.map((row) => row.split('|')[1]?.trim());
  expect(words).toEqual([...new Set(words)]);
});
