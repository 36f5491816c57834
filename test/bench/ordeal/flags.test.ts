import { expect, test } from 'vitest';
import { readOrdealFlags } from '../../../bench/ordeal/flags.ts';

const read = (...args: string[]) => readOrdealFlags(args, ['calm', 'FLUSHALL']);

test('what is not said has its default', () => {
  expect(read('--only', 'FLUSH', '--seed', '7')).toEqual({
    ok: true,
    flags: { rate: 200, seconds: 25, seed: 7, only: ['FLUSH'], help: false },
  });
});

test('every problem at once, with what would do', () => {
  expect(read('--rate', 'x', '--seconds', '0', '--only', 'nosuch')).toEqual({
    ok: false,
    problems: [
      '--rate x: must be a whole number from 1 to 5000',
      '--seconds 0: must be a whole number from 1 to 3600',
      '--only nosuch: no phase has that in its name; there are calm, FLUSHALL',
    ],
  });
});

test('a flag that there is none of is said in words', () => {
  expect(read('--foo')).toMatchObject({ ok: false, problems: [expect.stringContaining("'--foo'")] });
});
