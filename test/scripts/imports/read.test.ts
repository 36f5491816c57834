import { expect, test } from 'vitest';
import { readSource } from '../../../scripts/imports/read.ts';

const read = (source: string) => readSource('x.ts', source);

test('every form of import is seen, with its line and whether it is only a type', () => {
  const source = [
    "import a from 'a';",
    "import type { B } from './b.ts';",
    "import { type C } from './c.ts';",
    "import { type D, d } from './d.ts';",
    "import 'e';",
    "export { f } from './f.ts';",
    "export type { G } from './g.ts';",
    "export * from './h.ts';",
    "const i = await import('./i.ts');",
    'export const j = 1;',
  ].join('\n');
  expect(read(source).imports).toEqual([
    { specifier: 'a', typeOnly: false, line: 1 },
    { specifier: './b.ts', typeOnly: true, line: 2 },
    { specifier: './c.ts', typeOnly: true, line: 3 },
    { specifier: './d.ts', typeOnly: false, line: 4 },
    { specifier: 'e', typeOnly: false, line: 5 },
    { specifier: './f.ts', typeOnly: false, line: 6 },
    { specifier: './g.ts', typeOnly: true, line: 7 },
    { specifier: './h.ts', typeOnly: false, line: 8 },
    { specifier: './i.ts', typeOnly: false, line: 9 },
  ]);
});

test.each([
  ['Date.now()', 'Date.now'],
  ['new Date()', 'new Date()'],
  ['Date()', 'Date()'],
  ['Math.random()', 'Math.random'],
  ['process.env.X', 'process.env'],
  ["process.env['X']", 'process.env'],
  ['performance.now()', 'performance.now'],
  ['randomUUID()', 'randomUUID()'],
  ['crypto.randomUUID()', 'crypto.randomUUID'],
  ['setTimeout(f, 1)', 'setTimeout()'],
  ['fetch(url)', 'fetch()'],
])('%s is seen as impure', (expression, what) => {
  expect(read(`export const x = () => ${expression};`).impure).toEqual([{ what, line: 1 }]);
});

test.each(['new Date(time)', 'Date.parse(text)', 'Math.max(1, 2)', '"Date.now()"', '/* Date.now() */ 1'])(
  '%s is pure',
  (expression) => {
    expect(read(`export const x = (time: number, text: string) => ${expression};`).impure).toEqual([]);
  },
);

test('a file that is not TypeScript is said to be so, by name', () => {
  expect(() => read('const = 1')).toThrow(/^x\.ts: /);
});
