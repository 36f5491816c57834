import { describe, expect, test } from 'vitest';
import { type Period, type PeriodAsked, periodOf } from '../../src/report/period.ts';

const now = Date.parse('2026-11-29T14:30:00Z');
const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 16);
const hoursOf = ({ from, to }: { readonly from: number; readonly to: number }): number =>
  (to - from) / 3_600_000;

const period = (asked: PeriodAsked, at = now): Period => {
  const read = periodOf(asked, at);
  if ('problems' in read) throw new Error(read.problems.join(' '));
  return read.period;
};
const problems = (asked: PeriodAsked): readonly string[] => {
  const read = periodOf(asked, now);
  return 'problems' in read ? read.problems : [];
};

describe('whole weeks and months', () => {
  test.each<[string, PeriodAsked, string, string, string, string]>([
    [
      'nothing said: the last week',
      {},
      '2026-11-29T14:30Z',
      '2026-11-16T00:00',
      '2026-11-23T00:00',
      '2026-11-09T00:00',
    ],
    [
      'on a Monday at midnight: the one just over',
      { week: true },
      '2026-11-23T00:00Z',
      '2026-11-16T00:00',
      '2026-11-23T00:00',
      '2026-11-09T00:00',
    ],
    [
      'a moment before that: the one before',
      { week: true },
      '2026-11-22T23:59:59Z',
      '2026-11-09T00:00',
      '2026-11-16T00:00',
      '2026-11-02T00:00',
    ],
    [
      'in Berlin Monday has begun',
      { zone: 'Europe/Berlin' },
      '2026-11-22T23:00Z',
      '2026-11-15T23:00',
      '2026-11-22T23:00',
      '2026-11-08T23:00',
    ],
    [
      'in New York it has not',
      { zone: 'America/New_York' },
      '2026-11-23T04:59Z',
      '2026-11-09T05:00',
      '2026-11-16T05:00',
      '2026-11-02T05:00',
    ],
    [
      'the last month',
      { month: true },
      '2026-11-29T14:30Z',
      '2026-10-01T00:00',
      '2026-11-01T00:00',
      '2026-09-01T00:00',
    ],
    [
      'of January: December, and November before it',
      { month: true },
      '2027-01-05T00:00Z',
      '2026-12-01T00:00',
      '2027-01-01T00:00',
      '2026-11-01T00:00',
    ],
  ])('%s', (_, asked, at, from, to, before) => {
    const read = period(asked, Date.parse(at));
    expect([iso(read.from), iso(read.to), iso(read.before.from), iso(read.before.to)]).toEqual([
      from,
      to,
      before,
      from,
    ]);
  });

  test.each([
    ['back to winter time', '2026-10-28T12:00Z', 169],
    ['to summer time', '2026-04-01T12:00Z', 167],
    ['no change', '2026-11-29T12:00Z', 168],
  ])('a week in Berlin: %s at %s, it has %i hours', (_, at, hours) => {
    expect(hoursOf(period({ week: true, zone: 'Europe/Berlin' }, Date.parse(at)))).toBe(hours);
    expect(hoursOf(period({ week: true }, Date.parse(at)))).toBe(168);
  });

  test('October in Berlin is an hour longer than its days', () => {
    const read = period({ month: true, zone: 'Europe/Berlin' });
    expect(hoursOf(read)).toBe(31 * 24 + 1);
    expect(hoursOf(read.before)).toBe(30 * 24);
  });
});

describe('a time that somebody asked for', () => {
  test('days begin by the clocks of the zone; what is compared with has as many of them', () => {
    const read = period({ from: '2026-10-26', to: '2026-10-28', zone: 'Europe/Berlin' });
    expect([iso(read.from), iso(read.to)]).toEqual(['2026-10-25T23:00', '2026-10-27T23:00']);
    expect([iso(read.before.from), hoursOf(read.before)]).toEqual(['2026-10-23T22:00', 49]);
  });

  test('a moment is as it says, and in UTC where it says nothing; without an end it is now', () => {
    const read = period({ from: '2026-11-29T10:00:00.250+01:00', zone: 'Europe/Berlin' });
    expect([read.from, read.to]).toEqual([Date.parse('2026-11-29T09:00:00.250Z'), now]);
    expect(Math.abs(hoursOf(read.before) - hoursOf(read)) * 3_600).toBeLessThan(1);
    expect(iso(period({ from: '2026-11-29T10:00' }).from)).toBe('2026-11-29T10:00');
  });

  test('what is to come is in no report', () => {
    expect(period({ from: '2026-11-28', to: '2026-12-24' }).to).toBe(now);
  });
});

test('everything that is wrong is said at once', () => {
  expect(problems({ week: true, month: true, from: 'yesterday', to: '2026-02-30', zone: 'CET+1' })).toEqual([
    '--zone CET+1: write a name of the tz database, such as Europe/Berlin.',
    '--week, --month, --from and --to: each names a time; write one of them.',
    '--from yesterday: write a day, 2026-11-20, or a moment, 2026-11-20T21:49Z.',
    '--to 2026-02-30: write a day, 2026-11-20, or a moment, 2026-11-20T21:49Z.',
  ]);
});

test.each<[PeriodAsked, string]>([
  [{ to: '2026-11-20' }, '--to needs --from: write when it begins.'],
  [{ from: '2026-11-30' }, '--from 2026-11-30 is yet to come: write a time in the past.'],
  [{ from: '2026-11-20', to: '2026-11-20' }, '--to has to be after --from.'],
])('%o is refused', (asked, says) => {
  expect(problems(asked)).toEqual([says]);
});
