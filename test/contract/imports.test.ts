import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { cycles, violations } from '../../scripts/imports/check.ts';
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
