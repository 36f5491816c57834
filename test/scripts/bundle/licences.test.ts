import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { against, type Lock, licenceReport, licensed } from '../../../scripts/bundle/licence-rules.ts';

const lock: Lock = JSON.parse(readFileSync(new URL('../../../package-lock.json', import.meta.url), 'utf8'));

test('farmhand runs with no package whose licence is denied or not known', () => {
  const all = licensed(lock);
  expect(all.length).toBeGreaterThan(100);
  expect(all.flatMap((each) => (against(each) === undefined ? [] : [each]))).toEqual([]);
});

describe('a licence', () => {
  test.each([
    'MIT',
    '(MIT OR GPL-3.0-only)',
    'Apache-2.0 AND MIT',
    'MPL-2.0',
    'Apache-2.0 WITH LLVM-exception',
  ])('%s will do', (licence) => {
    expect(against({ name: 'x', licence })).toBeUndefined();
  });

  test.each([
    ['GPL-3.0-only', 'GPL-3.0-only is denied'],
    ['AGPL-3.0', 'AGPL-3.0 is denied'],
    ['LGPL-2.1-or-later', 'LGPL-2.1-or-later is denied'],
    ['MIT AND SSPL-1.0', 'SSPL-1.0 is denied'],
    ['(GPL-2.0 OR AGPL-3.0)', 'GPL-2.0 is denied'],
    ['BUSL-1.1', 'BUSL-1.1 is denied'],
    ['UNLICENSED', 'UNLICENSED is denied'],
    ['SEE LICENSE IN LICENSE', 'SEE LICENSE IN LICENSE is not known'],
    ['', 'no licence is not known'],
  ])('%s is refused', (licence, problem) => {
    expect(against({ name: 'x', licence })).toContain(problem);
  });

  test('that somebody has read is held to the word', () => {
    expect(
      against({ name: 'dejavu-fonts-ttf', licence: 'SEE LICENSE IN README.md AND LICENSE' }),
    ).toBeUndefined();
    expect(against({ name: 'dejavu-fonts-ttf', licence: 'SEE LICENSE IN NEW' })).toContain('is not known');
  });
});

test('the report counts licences and names packages, each version once, without those of development', () => {
  const packages = {
    '': { version: '1.0.0', license: 'Apache-2.0' },
    'node_modules/a': { version: '1.0.0', license: 'MIT' },
    'node_modules/b/node_modules/a': { version: '1.0.0', license: 'MIT' },
    'node_modules/@c/d': { version: '2.0.0' },
    'node_modules/e': { version: '3.0.0', license: 'GPL-3.0', dev: true },
  };
  expect(licenceReport(licensed({ packages })).split('\n').slice(2)).toEqual([
    ...['    1  MIT', '    1  none', '', '@c/d 2.0.0: none', 'a 1.0.0: MIT', ''],
  ]);
});
