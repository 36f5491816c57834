import { expect, test } from 'vitest';
import { failuresOf } from '../../../scripts/test/failures.ts';
import type { Report } from '../../../scripts/test/tally.ts';

const report = (testResults: Report['testResults']): Report => ({
  numPassedTests: 1,
  numFailedTests: 1,
  testResults,
});

test('each test that failed is named with what it said first, without the stack', () => {
  const file = {
    name: '/p/test/a.test.ts',
    status: 'failed',
    assertionResults: [
      { status: 'passed', fullName: 'fine', failureMessages: [] },
      {
        status: 'failed',
        fullName: 'a root of it',
        failureMessages: [
          'Error: Waited 5 ms for a root.\n\n Last seen: []\n    at until (x.ts:1:1)\n one\n two',
        ],
      },
    ],
  };
  expect(failuresOf(report([file]), '/p')).toEqual([
    'test/a.test.ts › a root of it\n    Error: Waited 5 ms for a root.\n     Last seen: []\n     one',
  ]);
});

test('a file that broke before its first test is named', () => {
  const broken = {
    name: '/p/test/b.test.ts',
    status: 'failed',
    message: 'no such file',
    assertionResults: [],
  };
  expect(failuresOf(report([broken]), '/p')).toEqual(['test/b.test.ts\n    no such file']);
});

test('nothing failed, nothing said', () => {
  expect(failuresOf(undefined, '/p')).toEqual([]);
  expect(
    failuresOf(report([{ name: '/p/c.test.ts', status: 'passed', assertionResults: [{}] }]), '/p'),
  ).toEqual([]);
});
