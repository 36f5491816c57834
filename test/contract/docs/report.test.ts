import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { reportText } from '../../../src/cli/report/text.ts';
import { aReport } from '../../builders/report.ts';

const page = readFileSync('docs/report.md', 'utf8');

test('the page shows a report as the command prints it', () => {
  const [, shown] = /```text\n([\s\S]*?)\n```/.exec(page) ?? [];
  expect(shown).toBe(reportText(aReport({}, 'Latency', { zone: 'Europe/Berlin' }), (_, text) => text));
});

test('every flag of the command is on the page, and no other', () => {
  const program = readFileSync('src/cli/program.ts', 'utf8');
  const [, command = ''] = /\.command\('report'\)([\s\S]*?)\.action\(/.exec(program) ?? [];
  const flags = [...command.matchAll(/\.option\('(?:-\w, )?(--[a-z]+)/g)].map(([, flag]) => flag);
  const [, table = ''] = /## Flags\n([\s\S]*?)\nExit code/.exec(page) ?? [];
  const told = [...table.matchAll(/^\| ([^|]+) \|/gm)].flatMap(
    ([, cell = '']) => cell.match(/--[a-z]+/g) ?? [],
  );
  expect(flags.length).toBeGreaterThan(5);
  expect(told.toSorted()).toEqual(flags.toSorted());
});
