import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { isProduction, readHouse } from '../../scripts/house/read.ts';
import { crowded, exportedTwice, roomCycles } from '../../scripts/house/shape.ts';

const house = readHouse(fileURLToPath(new URL('../..', import.meta.url)));

test('no folder holds more files than one takes in at a glance', () => {
  expect(crowded(house.imports.keys())).toEqual([]);
});

test('no two files of src export the same name', () => {
  expect(exportedTwice(house.exports)).toEqual([]);
});

test('no two rooms import each other, types included', () => {
  expect(roomCycles(new Map([...house.imports].filter(([path]) => isProduction(path))))).toEqual([]);
});
