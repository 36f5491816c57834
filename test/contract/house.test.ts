import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readHouse } from '../../scripts/house/read.ts';
import { crowded, exportedTwice } from '../../scripts/house/shape.ts';
import { walkProblems, walksOf } from '../../scripts/house/walks.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const house = readHouse(root);

test('no folder holds more files than one takes in at a glance', () => {
  const files = globSync('{src,commands,views,test,sandbox,bench,scripts}/**/*.*', { cwd: root });
  expect(crowded(files.filter((path) => !path.includes('/fixtures/')))).toEqual([]);
});

test('no two files of src export the same name', () => {
  expect(exportedTwice(house.exports)).toEqual([]);
});

describe('the walks of docs/architecture.md', () => {
  const walks = walksOf(house.architecture);

  test('are three', () => {
    expect(walks.map(({ goal }) => goal)).toEqual([40, 50, 14]);
  });

  test.each(walks)('$title: every file is there and leads on, within the goal', (walk) => {
    expect(walkProblems(walk, house.imports)).toEqual([]);
  });
});
