import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseSync, Visitor } from 'oxc-parser';
import { expect, test } from 'vitest';
import { eventReasons } from '../../src/core/reasons.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const words = new Set(
  globSync('src/**/*.ts', { cwd: root })
    .filter((path) => !path.endsWith('reasons.ts'))
    .flatMap((path) => {
      const found: string[] = [];
      new Visitor({
        Literal: ({ value }) => {
          if (typeof value === 'string') found.push(value);
        },
      }).visit(parseSync(path, readFileSync(`${root}/${path}`, 'utf8')).program);
      return found;
    }),
);

test('every reason is given by some part of farmhand', () => {
  expect(Object.keys(eventReasons).filter((reason) => !words.has(reason))).toEqual([]);
});

test('reasons are codes, and each says in words what it means', () => {
  for (const [code, { says }] of Object.entries(eventReasons)) {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(says, code).toMatch(/^[a-z].*[^.]$/);
  }
});
