import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { auditCatalogue } from '../../src/audit/catalogue.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const rows = readFileSync(`${root}/docs/controls.md`, 'utf8')
  .split('\n')
  .filter((line) => /^\| [A-Z]{2}-\d/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));

test('each control that farmhand serves has a row', () => {
  const wanted = ['AU-2', 'AU-3', 'AU-6', 'AU-8', 'AU-9', 'AU-10', 'AU-11'];
  expect(rows.map(([, control]) => control?.split(' ')[0])).toEqual([
    ...wanted,
    ...['CM-3', 'CM-5', 'AC-3', 'AC-5', 'AC-6'],
  ]);
});

test.each(rows)('%s %s: its records are in the catalogue, its tests there by name', (...cells) => {
  const [, , , records = '', shown = '', seen = ''] = cells;
  const types = [...records.matchAll(/`(\w+)`/g)].map(([, type]) => type ?? '');
  expect(types.length).toBeGreaterThan(0);
  expect(types.filter((type) => !(type in auditCatalogue))).toEqual([]);
  for (const one of shown.split(/; (?=\[)/)) {
    const [, path = '', name = ''] = /^\[(test\/[^\]]+)\]\(\.\.\/test\/[^)]+\) “([^”]+)”$/.exec(one) ?? [];
    expect([one, existsSync(`${root}/${path}`)]).toEqual([one, path !== '']);
    expect(readFileSync(`${root}/${path}`, 'utf8')).toContain(`'${name}'`);
  }
  expect(seen).toMatch(/^\[[\w-]+\.md\]\(/);
});
