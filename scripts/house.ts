import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isProduction, readHouse } from './house/read.ts';
import { crowded, exportedTwice, filesAtMost } from './house/shape.ts';
import { walkProblems, walksOf } from './house/walks.ts';
import { roomCycles } from './imports/check.ts';

/** Prints how far a stranger has to walk, and what the rooms look like. `test/contract/house.test.ts` holds the goals. */
const root = fileURLToPath(new URL('..', import.meta.url));
const house = readHouse(root);
const sum = (take: (path: string) => boolean): { readonly files: number; readonly lines: number } => {
  const lines = [...house.imports.keys()]
    .filter(take)
    .map((path) => readFileSync(join(root, path), 'utf8').split('\n').length - 1);
  return { files: lines.length, lines: lines.reduce((all, one) => all + one, 0) };
};

console.log('Files that one opens');
for (const walk of walksOf(house.architecture)) {
  console.log(`  ${String(walk.files.length).padStart(3)}  (at most ${walk.goal})  ${walk.title}`);
  for (const problem of walkProblems(walk, house.imports)) console.log(`       ${problem}`);
}

const big = crowded(house.imports.keys());
console.log(`\nFolders with more than ${filesAtMost} files of their own: ${big.length}`);
for (const [folder, files] of big) console.log(`  ${folder}: ${files}`);

const twice = exportedTwice(house.exports);
console.log(`Names that two files of src export: ${twice.length}`);
for (const [name, files] of twice) console.log(`  ${name}: ${files.join(', ')}`);

const cycles = roomCycles(house.production);
console.log(`Cycles between rooms, types included: ${cycles.length}`);
for (const rooms of cycles) console.log(`  ${rooms.join(' ↔ ')}`);

const source = sum(isProduction);
const test = sum((path) => path.startsWith('test/'));
console.log(`\nSource: ${source.files} files, ${source.lines} lines`);
console.log(
  `Tests:  ${test.files} files, ${test.lines} lines, ${(test.lines / source.lines).toFixed(2)} of the source`,
);
