import { expect, test } from 'vitest';
import { lastDue } from '../../../src/core/time/handover-times.ts';

const hour = 3_600_000;
const all = [0, 1, 2, 3, 4, 5, 6];
const workdays = [0, 1, 2, 3, 4];
const utc = (text: string): number => Date.parse(`${text}Z`);
const due = (at: number, days: readonly number[], zone: string, now: string): string | undefined => {
  const moment = lastDue({ at, days, zone }, utc(now));
  return moment === undefined ? undefined : new Date(moment).toISOString().slice(0, 16);
};

test.each([
  ['before its time: yesterday’s', 8 * hour, all, 'UTC', '2026-11-25T07:59', '2026-11-24T08:00'],
  ['at its time', 8 * hour, all, 'UTC', '2026-11-25T08:00', '2026-11-25T08:00'],
  ['after it', 8 * hour, all, 'UTC', '2026-11-25T23:59', '2026-11-25T08:00'],
  ['as clocks there show it', 8 * hour, all, 'Europe/Berlin', '2026-11-25T07:00', '2026-11-25T07:00'],
  ['a day that has begun there', 8 * hour, all, 'Pacific/Auckland', '2026-11-24T19:30', '2026-11-24T19:00'],
  ['Sunday, on workdays: Friday’s', 8 * hour, workdays, 'UTC', '2026-11-29T10:00', '2026-11-27T08:00'],
  [
    'Monday too early, on workdays: Friday’s',
    8 * hour,
    workdays,
    'UTC',
    '2026-11-30T07:00',
    '2026-11-27T08:00',
  ],
  [
    'once a week, a minute too early: a week ago',
    8 * hour,
    [2],
    'UTC',
    '2026-11-25T07:59',
    '2026-11-18T08:00',
  ],
  ['midnight', 0, all, 'Europe/Berlin', '2026-11-24T23:00', '2026-11-24T23:00'],
])('%s', (_, at, days, zone, now, expected) => {
  expect(due(at, days, zone, now)).toBe(expected);
});

// Berlin, 29 March 2026: 02:00 becomes 03:00. 25 October 2026: 03:00 becomes 02:00.
test.each([
  ['where its time is skipped, when the clocks jump', '2026-03-29T01:00', '2026-03-29T01:00'],
  ['and not before', '2026-03-29T00:59', '2026-03-28T01:30'],
  ['where it is shown twice, at the first', '2026-10-25T00:30', '2026-10-25T00:30'],
  ['and not once more at the second', '2026-10-25T01:30', '2026-10-25T00:30'],
  ['the day after', '2026-10-26T01:30', '2026-10-26T01:30'],
])('half past two %s', (_, now, expected) => {
  expect(due(2.5 * hour, all, 'Europe/Berlin', now)).toBe(expected);
});

test('every minute of a year it has one time a day, on the days that it names, and never goes back', () => {
  let last = 0;
  const times = new Set<number>();
  for (let now = utc('2026-01-01T00:00'); now < utc('2027-01-01T00:00'); now += 20 * 60_000) {
    const moment = lastDue({ at: 2.5 * hour, days: workdays, zone: 'America/New_York' }, now) ?? 0;
    expect(moment).toBeGreaterThanOrEqual(last);
    expect(moment).toBeLessThanOrEqual(now);
    last = moment;
    times.add(moment);
  }
  expect(times.size).toBe(262);
});
