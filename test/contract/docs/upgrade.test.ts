import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const changelog = read('CHANGELOG.md');
const { version } = JSON.parse(read('package.json'));

/** The text of a version's part. */
const partOf = (name: string): string =>
  changelog.split(/^## /m).find((part) => part.startsWith(`[${name}]`)) ?? '';

test('the changelog has a part of this version, and leads to how to come to it', () => {
  expect(partOf(version)).toContain('docs/upgrade.md');
});

test.each([version, 'Unreleased'])(
  'what %s asks to be changed by hand is a row of docs/upgrade.md',
  (name) => {
    // A new "To change on upgrade" needs a row: | version | what | how |. Unreleased counts for the version that comes next.
    const asked = partOf(name).split('**To change on upgrade:**').length - 1;
    const rows = read('docs/upgrade.md')
      .split('\n')
      .filter((line) => line.startsWith(`| ${name} `));
    expect(rows).toHaveLength(asked);
  },
);
