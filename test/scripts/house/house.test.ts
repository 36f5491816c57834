import { describe, expect, test } from 'vitest';
import { crowded, exportedTwice } from '../../../scripts/house/shape.ts';
import { walkProblems, walksOf } from '../../../scripts/house/walks.ts';

const imports = (edges: Readonly<Record<string, readonly string[]>>) =>
  new Map(Object.entries(edges).map(([path, targets]) => [path, new Set(targets)]));

describe('walks', () => {
  const text = `# Architecture

## Event to thread (at most 3 files)

Text.

1. [\`src/a.ts\`](../src/a.ts): reads
2. \`src/b.ts\`: decides

## Something else

1. \`src/c.ts\`
`;
  const [walk] = walksOf(text);

  test('are the lists under headings that name a goal', () => {
    expect(walksOf(text)).toEqual([{ title: 'Event to thread', goal: 3, files: ['src/a.ts', 'src/b.ts'] }]);
  });

  test('are sound when each file is there and leads to another', () => {
    expect(walk && walkProblems(walk, imports({ 'src/a.ts': ['src/b.ts'], 'src/b.ts': [] }))).toEqual([]);
  });

  test('say what is missing, too much, listed twice, or led to by nothing', () => {
    const files = ['src/a.ts', 'src/b.ts', 'src/a.ts', 'src/x.ts'];
    const there = imports({ 'src/a.ts': ['src/b.ts'], 'src/b.ts': [], 'src/y.ts': [] });
    expect(walkProblems({ title: 'T', goal: 3, files }, there)).toEqual([
      'T: 4 files, at most 3',
      'T: src/a.ts is listed twice',
      'T: src/x.ts is not there',
      'T: nothing in it leads to src/x.ts',
    ]);
  });
});

test('a folder is crowded by its own files, not by those of its sub-folders', () => {
  const files = (folder: string, count: number) =>
    Array.from({ length: count }, (_, i) => `${folder}/${i}.ts`);
  expect(crowded([...files('src/a', 16), ...files('src/b', 15), ...files('src/b/c', 15)])).toEqual([
    ['src/a', 16],
  ]);
});

test('a name is exported once', () => {
  expect(
    exportedTwice(
      new Map([
        ['src/a.ts', ['Gate', 'open']],
        ['src/b.ts', ['Gate']],
      ]),
    ),
  ).toEqual([['Gate', ['src/a.ts', 'src/b.ts']]]);
});
