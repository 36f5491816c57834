import { describe, expect, test } from 'vitest';
import { judge, nextMark, type RecoveryMark } from '../../src/recovery/mark.ts';

const now = 1_800_000_000_000;
const mark = (over: Partial<RecoveryMark> = {}): RecoveryMark => ({
  epoch: 'a',
  generation: 3,
  count: 500,
  at: now,
  ...over,
});

describe('how amnesia is told', () => {
  const cases: readonly [string, RecoveryMark | undefined, RecoveryMark | undefined, boolean, object][] = [
    ['a store that kept everything', mark(), mark({ count: 502 }), true, { is: 'whole' }],
    ['the first look of a process, others live', undefined, mark(), true, { is: 'whole' }],
    [
      'a first start, or a lost volume with nobody left',
      undefined,
      undefined,
      false,
      { is: 'unsure', why: 'empty' },
    ],
    ['records of a version that set no mark', undefined, undefined, true, { is: 'unmarked' }],
    [
      'nobody was alive for a while',
      undefined,
      mark({ at: now - 31_000 }),
      true,
      { is: 'unsure', why: 'unattended' },
    ],
    ['FLUSHALL under a living process', mark(), undefined, false, { is: 'lost', why: 'empty' }],
    ['a snapshot from before marks', mark(), undefined, true, { is: 'lost', why: 'older' }],
    ['a counter that went backwards', mark(), mark({ count: 499 }), true, { is: 'lost', why: 'older' }],
    [
      'another process was first',
      mark(),
      mark({ epoch: 'b', generation: 4, count: 1 }),
      true,
      { is: 'newer' },
    ],
    [
      'a snapshot of an earlier epoch',
      mark(),
      mark({ epoch: 'z', generation: 2 }),
      true,
      { is: 'lost', why: 'older' },
    ],
    [
      'the store of another farmhand',
      mark(),
      mark({ epoch: 'z', count: 9_000 }),
      true,
      { is: 'lost', why: 'older' },
    ],
  ];
  test.each(cases)('%s', (_, remembered, found, books, verdict) => {
    expect(judge(remembered, { ...(found && { mark: found }), books }, now)).toEqual(verdict);
  });

  test('a new epoch is above all that anybody remembers', () => {
    expect(nextMark(mark(), mark({ generation: 7, count: 20 }), 'new', now)).toEqual({
      epoch: 'new',
      generation: 8,
      count: 501,
      at: now,
    });
    expect(nextMark(undefined, undefined, 'new', now)).toEqual({
      epoch: 'new',
      generation: 1,
      count: 1,
      at: now,
    });
  });
});

test('an import is under way: nothing else is asked, by whoever remembers something or nothing', () => {
  for (const remembered of [undefined, mark()]) {
    expect(judge(remembered, { mark: mark({ at: 0 }), books: true, importing: true }, now)).toEqual({
      is: 'importing',
    });
  }
});

test.each([
  ['another region worked since', { region: '100.1' }, '200.1', { is: 'unsure', why: 'unattended' }],
  ['the first reign over records of before', {}, '200.1', { is: 'unsure', why: 'unattended' }],
  ['of this reign', { region: '200.1' }, '200.1', { is: 'whole' }],
  ['a config without regions again', { region: '200.1' }, undefined, { is: 'unsure', why: 'unattended' }],
] as const)(
  'the first look of a process of a region, and somebody lived just now: %s',
  (_, over, region, verdict) => {
    expect(judge(undefined, { mark: mark(over), books: true }, now, region)).toEqual(verdict);
  },
);

test('the mark of a reign names it', () => {
  expect(nextMark(undefined, mark({ region: '100.1' }), 'new', now, '200.1')).toEqual({
    ...{ epoch: 'new', generation: 4, count: 501, at: now },
    region: '200.1',
  });
});
