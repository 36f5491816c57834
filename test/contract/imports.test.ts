import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { cycles, folderCycles, roomCycles, staleRules, violations } from '../../scripts/imports/check.ts';
import { readTree } from '../../scripts/imports/files.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const production = readTree(root, ['src', 'commands', 'views']);

test('production files import only what their area may', () => {
  expect(violations(production)).toEqual([]);
});

test('no file of the project imports itself through others', () => {
  expect(cycles(readTree(root, ['src', 'commands', 'views', 'sandbox', 'scripts', 'bench', 'test']))).toEqual(
    [],
  );
});

test('no room imports itself through others', () => {
  expect(roomCycles(production)).toEqual([]);
});

test('no folder imports itself through others, but for those of a rebuild', () => {
  const outside = [...production].filter(([path]) => !path.startsWith('src/rebuild/'));
  expect(folderCycles(new Map(outside))).toEqual([]);
});

test('what the rules name is there, and is used', () => {
  expect(staleRules(production)).toEqual([]);
});
