import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseWallTime } from '../../../../src/core/time/wall-words.ts';
import { type FreezeWindow, frozenAt } from '../../../../src/rebuild/model/rules/windows.ts';

const second = 1_000;
const hour = 3_600_000;
const at = (iso: string): number => Date.parse(iso);

/** As `policy[].freeze` says it. */
const aWindow = (name: string, zone: string, from: string, to: string): FreezeWindow => {
  const [begins, ends] = [parseWallTime(from), parseWallTime(to)];
  if (!begins || !ends) throw new Error('no time');
  return { name, zone, every: begins.every, from: begins.at, to: ends.at };
};
const weekend = aWindow('weekend', 'America/New_York', 'fri 18:00', 'mon 06:00');

const edges = (windows: readonly FreezeWindow[], from: string, until: string) => {
  const inside = (ms: number) => frozenAt(windows, ms) !== undefined;
  return {
    [from]: [inside(at(from) - 1), inside(at(from))],
    [until]: [inside(at(until) - 1), inside(at(until))],
  };
};
const sharp = (from: string, until: string) => ({ [from]: [false, true], [until]: [true, false] });

describe('a freeze window', () => {
  test.each([
    ['in winter', '2026-11-20T23:00:00.000Z', '2026-11-23T11:00:00.000Z'],
    ['over the change to summer time', '2026-03-06T23:00:00.000Z', '2026-03-09T10:00:00.000Z'],
    ['over the change to winter time', '2026-10-30T22:00:00.000Z', '2026-11-02T11:00:00.000Z'],
  ])('holds from its very second until right before its last, %s', (_, from, until) => {
    expect(edges([weekend], from, until)).toEqual(sharp(from, until));
    expect(frozenAt([weekend], at(from))).toEqual({
      names: ['weekend'],
      until: at(until),
      zone: 'America/New_York',
    });
  });

  test.each([
    [
      'begins with the first of two equal hours',
      'sun 02:30',
      'sun 12:00',
      '2026-10-25T00:30:00.000Z',
      '2026-10-25T11:00:00.000Z',
    ],
    [
      'ends with the last of two equal hours',
      'sat 12:00',
      'sun 02:30',
      '2026-10-24T10:00:00.000Z',
      '2026-10-25T01:30:00.000Z',
    ],
    [
      'begins with the jump that skips its beginning',
      'sun 02:30',
      'sun 12:00',
      '2026-03-29T01:00:00.000Z',
      '2026-03-29T10:00:00.000Z',
    ],
    [
      'ends with the jump that skips its end',
      'sat 12:00',
      'sun 02:30',
      '2026-03-28T11:00:00.000Z',
      '2026-03-29T01:00:00.000Z',
    ],
  ])('in Berlin, %s', (_, from, to, first, last) => {
    const window = aWindow('night', 'Europe/Berlin', from, to);
    expect(edges([window], first, last)).toEqual(sharp(first, last));
  });

  test('once, from a date to a date', () => {
    const window = aWindow('audit', 'Europe/Berlin', '2026-12-20 00:00', '2027-01-04 08:00');
    const [from, until] = ['2026-12-19T23:00:00.000Z', '2027-01-04T07:00:00.000Z'];
    expect(edges([window], from, until)).toEqual(sharp(from, until));
  });

  test('with others that overlap or follow at once it is one, and the last end counts', () => {
    const night = aWindow('night', 'Europe/Berlin', 'mon 10:00', 'mon 20:00');
    const audit = aWindow('audit', 'UTC', '2026-11-23 11:00', '2026-11-24 12:00');
    // The weekend ends at 11:00 UTC; the audit begins with that second; the night lies in both.
    expect(frozenAt([weekend, night, audit], at('2026-11-23T10:59:59Z'))).toEqual({
      names: ['weekend', 'night'],
      until: at('2026-11-24T12:00:00Z'),
      zone: 'UTC',
    });
  });

  test('that never opens has no end', () => {
    const always = [
      aWindow('one half', 'UTC', 'mon 00:00', 'thu 00:00'),
      aWindow('the other', 'UTC', 'thu 00:00', 'mon 00:00'),
    ];
    expect(frozenAt(always, at('2026-11-23T10:00:00Z'))).toEqual({ names: ['one half'], zone: 'UTC' });
  });

  test('another time zone in the config moves its end', () => {
    const moved: FreezeWindow = { ...weekend, zone: 'Asia/Tokyo' };
    const then = at('2026-11-22T22:00:00Z');
    expect([frozenAt([weekend], then) !== undefined, frozenAt([moved], then)]).toEqual([true, undefined]);
  });

  // The oracle is told the time of day in words by Intl, and knows nothing of moments.
  const clock = (zone: string) =>
    new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    });
  const names = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
  const ofWeek = (format: Intl.DateTimeFormat, ms: number): number => {
    const [, day = '', h, m, s] = /^(\w+).* (\d\d):(\d\d):(\d\d)/.exec(format.format(ms)) ?? [];
    return names.indexOf(day) * 86_400 + Number(h) * 3_600 + Number(m) * 60 + Number(s);
  };

  test.each(['America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe'])(
    'agrees with a clock on a wall in %s, whatever week and second it is',
    (zone) => {
      const format = clock(zone);
      const week = 7 * 86_400;
      // A change of clocks is near both: the one hour that they show twice or skip is judged above.
      const near = (ms: number, edge: number) => {
        const away = (((ofWeek(format, ms) - edge) % week) + week) % week;
        return Math.min(away, week - away) < 3 * 3_600;
      };
      const jumps = (ms: number) => {
        const offset = (t: number) => ofWeek(format, t) - t / second;
        const [a, b] = [offset(ms - 4 * hour), offset(ms + 4 * hour)];
        return (((a - b) % week) + week) % week !== 0;
      };
      fc.assert(
        fc.property(
          fc.integer({ min: at('2025-01-01') / second, max: at('2030-01-01') / second }),
          fc.integer({ min: 0, max: week - 1 }),
          fc.integer({ min: 1, max: week - 1 }),
          (seconds, from, lasts) => {
            const ms = seconds * second;
            const to = (from + lasts) % week;
            fc.pre(!jumps(ms) || !(near(ms, from) || near(ms, to)));
            const window: FreezeWindow = {
              name: 'w',
              zone,
              every: 'week',
              from: from * second,
              to: to * second,
            };
            const now = ofWeek(format, ms);
            const inside = from < to ? from <= now && now < to : from <= now || now < to;
            const frozen = frozenAt([window], ms);
            expect(frozen !== undefined).toBe(inside);
            const until = frozen?.until ?? ms;
            expect([frozenAt([window], until) === undefined, until >= ms]).toEqual([
              frozen !== undefined || !inside,
              true,
            ]);
          },
        ),
        { numRuns: 400 },
      );
    },
  );
});
