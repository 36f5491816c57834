import { expect, test } from 'vitest';
import { add, none, type Report, tallyOf } from '../../../scripts/test/tally.ts';

const report = (overrides: Partial<Report> = {}): Report => ({
  numPassedTests: 3,
  numFailedTests: 0,
  testResults: [{ name: 'a.test.ts', status: 'passed', assertionResults: [{}, {}, {}] }],
  ...overrides,
});

test('passed and failed tests are counted', () => {
  expect(tallyOf(report({ numFailedTests: 2 }), 1)).toEqual({ passed: 3, failed: 2 });
});

test('a file that broke before its first test is one failure', () => {
  const broken = { name: 'b.test.ts', status: 'failed', assertionResults: [] };
  expect(tallyOf(report({ testResults: [broken] }), 1)).toEqual({ passed: 3, failed: 1 });
});

test('a run that ended badly without naming a test is one failure', () => {
  expect(tallyOf(report(), 1)).toEqual({ passed: 3, failed: 1 });
  expect(tallyOf(undefined, 139)).toEqual({ passed: 0, failed: 1 });
});

test('tallies add up', () => {
  expect(
    [
      { passed: 1, failed: 2 },
      { passed: 3, failed: 4 },
    ].reduce(add, none),
  ).toEqual({
    passed: 4,
    failed: 6,
  });
});
