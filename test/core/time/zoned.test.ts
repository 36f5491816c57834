import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseWallTime } from '../../../src/core/time/wall-words.ts';
import { isZone, momentAt, wallTime } from '../../../src/core/time/zoned.ts';

const at = (iso: string): number => Date.parse(iso);

describe('what the clocks of a zone show', () => {
  test.each([
    ['2026-03-08T06:59:59Z', 'America/New_York', '2026-03-08T01:59:59Z'],
    ['2026-03-08T07:00:00Z', 'America/New_York', '2026-03-08T03:00:00Z'],
    ['2026-11-01T05:59:59Z', 'America/New_York', '2026-11-01T01:59:59Z'],
    ['2026-11-01T06:00:00Z', 'America/New_York', '2026-11-01T01:00:00Z'],
    ['2026-10-03T15:30:00Z', 'Australia/Lord_Howe', '2026-10-04T02:30:00Z'],
    ['1969-12-31T23:59:59Z', 'UTC', '1969-12-31T23:59:59Z'],
  ])('at %s in %s: %s', (moment, zone, wall) => {
    expect(wallTime(at(moment), zone)).toBe(at(wall));
  });

  test.each([
    // Shown twice.
    ['2026-11-01T01:30:00Z', 'America/New_York', 'first', '2026-11-01T05:30:00Z'],
    ['2026-11-01T01:30:00Z', 'America/New_York', 'last', '2026-11-01T06:30:00Z'],
    ['2026-10-25T02:00:00Z', 'Europe/Berlin', 'first', '2026-10-25T00:00:00Z'],
    ['2026-10-25T02:00:00Z', 'Europe/Berlin', 'last', '2026-10-25T01:00:00Z'],
    // Never shown.
    ['2026-03-08T02:30:00Z', 'America/New_York', 'first', '2026-03-08T07:00:00Z'],
    ['2026-03-29T02:30:00Z', 'Europe/Berlin', 'last', '2026-03-29T01:00:00Z'],
    // A whole day that Samoa skipped.
    ['2011-12-30T12:00:00Z', 'Pacific/Apia', 'first', '2011-12-30T10:00:00Z'],
  ] as const)('they show %s in %s (%s) at %s', (wall, zone, which, moment) => {
    expect(new Date(momentAt(at(wall), zone, which)).toISOString()).toBe(new Date(at(moment)).toISOString());
  });

  test('whatever they show at a moment is found again', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: at('2020-01-01'), max: at('2035-01-01') }),
        fc.constantFrom('America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC'),
        (ms, zone) => {
          const moment = Math.floor(ms / 1_000) * 1_000;
          const wall = wallTime(moment, zone);
          const [first, last] = [momentAt(wall, zone, 'first'), momentAt(wall, zone, 'last')];
          expect([wallTime(first, zone), wallTime(last, zone)]).toEqual([wall, wall]);
          expect([first, last]).toContain(moment);
        },
      ),
    );
  });

  test('a zone has a name of the tz database', () => {
    const names = ['UTC', 'America/New_York', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'];
    expect(names.filter((name) => !isZone(name))).toEqual([]);
    expect(['EST', '+02:00', 'Mars/Olympus', '', 'America/New York'].filter(isZone)).toEqual([]);
  });
});

test('a time is a day of the week or a date, and nothing else', () => {
  const day = 24 * 3_600_000;
  expect(parseWallTime('Fri 18:00')).toEqual({ every: 'week', at: 4 * day + 18 * 3_600_000 });
  expect(parseWallTime('sun 23:59:59')).toEqual({ every: 'week', at: 7 * day - 1_000 });
  expect(parseWallTime('2026-12-24T18:00:30')).toEqual({ every: 'once', at: at('2026-12-24T18:00:30Z') });
  const none = [
    'fri',
    'fry 18:00',
    'fri 24:00',
    'fri 18:60',
    '2026-02-31 10:00',
    '2026-13-01 10:00',
    '2026-12-24',
    '',
  ];
  expect(none.filter((text) => parseWallTime(text))).toEqual([]);
});
