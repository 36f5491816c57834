import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { mutants } from '../simulator/alerts/mutants.ts';
import { approvalMutants } from '../simulator/approval/mutants.ts';
import { rebuildMutants } from '../simulator/rebuild/mutants.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const occurrences = (file: string, text: string): number =>
  readFileSync(join(root, file), 'utf8').split(text).length - 1;

/** As `mutate.ts` takes them: `'src/….ts|text|text instead'`. */
const inFaults = globSync('test/faults/*.e2e.test.ts', { cwd: root }).flatMap((path) =>
  [...readFileSync(join(root, path), 'utf8').matchAll(/(['"])(src\/[^'"|]+)\|([^|]+)\|.*?\1/g)].map(
    ([, , file = '', text = '']) => ({ by: path, file, text }),
  ),
);
const inSimulators = [...mutants, ...approvalMutants, ...rebuildMutants].map(({ name, file, find }) => ({
  by: name,
  file,
  text: find,
}));

// The tests that plant them take long, and this is told at once.
test('what is planted in the code is there to be changed, once', () => {
  expect(inFaults.length).toBeGreaterThan(9);
  const wrong = [...inFaults, ...inSimulators].filter(({ file, text }) => occurrences(file, text) !== 1);
  expect(wrong).toEqual([]);
});
