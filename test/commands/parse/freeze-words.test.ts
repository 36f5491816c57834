import { describe, expect, test } from 'vitest';
import { endOf, freezeWords } from '../../../commands/parse/freeze-words.ts';

describe('what begins as an end and is none is asked for, not guessed', () => {
  test.each([
    'the storage moves for 4q',
    'the storage moves until 6',
    'incident until tomorrow',
    'incident until 06:00 Mars/Olympus',
    'incident for 90 days',
    'incident for 3 huors',
    'incident for 2 dys',
    'incident for 3',
    'incident until friday',
    // Not at the end, as where the reason comes after it.
    'for -3h --reason incident',
    'until 2026-12-01 --reason incident',
    'until 6:00pm incident',
    'until tomorrow, incident',
    '4h incident',
    'for 90 days incident',
    'incident until 06:00 berlin time',
    'incident for 2 hours please',
    'incident for an hour',
    'incident for half an hour',
    // Of a clock that is none of the reason.
    'until 06:00 UTC+2 incident',
    'until 6:00 pm incident',
    'until 06:00 CET incident',
  ])('%s', (text) => {
    const read = freezeWords(text);
    expect(read.ok).toBe(false);
    expect(!read.ok && read.problem).toMatch(/06:00|30 days/);
  });

  test.each([
    ['for 4h until 06:00 incident', '“for 4h” and “until 06:00 incident”'],
    ['for 4h incident until 06:00', '“for 4h” and “until 06:00”'],
    ['incident until 06:00 for 4h', '“for 4h” and “until 06:00”'],
  ])('of two ends neither is taken: %s', (text, both) => {
    expect(freezeWords(text)).toEqual({
      ok: false,
      problem: `A freeze has one end: which of ${both} is it?`,
    });
  });

  test.each([
    'since 06:00 nothing works',
    'down for 4h and nobody knows why or since when',
    'the 4h window of the customer',
    'new disks for 3 nodes',
    'new disks for 3 more nodes.',
    'for 12 farmers there is no room',
    'the storage moves for 2 of the 5 racks',
    'PM asked for it',
  ])('a reason that is about a time: %s', (reason) => {
    expect(freezeWords(reason)).toEqual({ ok: true, reason });
    expect(freezeWords(`until 06:00 ${reason}`)).toEqual(
      /^PM/.test(reason)
        ? { ok: false, problem: expect.stringContaining('“PM” is no time zone') }
        : { ok: true, reason, end: { kind: 'until', clock: '06:00' } },
    );
  });

  test('a reason that speaks of a time in its middle has no end', () => {
    expect(freezeWords('since 06:00 nothing works')).toEqual({
      ok: true,
      reason: 'since 06:00 nothing works',
    });
  });
});

describe('the moment that was meant', () => {
  const now = Date.UTC(2026, 10, 29, 3, 10);
  const until = (clock: string, zone = 'UTC', at = now) => {
    const found = endOf({ kind: 'until', clock }, at, zone);
    return found.ok ? new Date(found.until).toISOString() : found.problem;
  };

  test.each([
    ['06:00', 'UTC', '2026-11-29T06:00:00.000Z'],
    ['6:00', 'UTC', '2026-11-29T06:00:00.000Z'],
    // The very minute of now is tomorrow's.
    ['03:10', 'UTC', '2026-11-30T03:10:00.000Z'],
    ['03:00', 'UTC', '2026-11-30T03:00:00.000Z'],
    // In New York it is still the evening before.
    ['06:00', 'America/New_York', '2026-11-29T11:00:00.000Z'],
    ['22:00', 'America/New_York', '2026-11-30T03:00:00.000Z'],
    ['sun 06:00', 'UTC', '2026-11-29T06:00:00.000Z'],
    ['Sunday 02:00', 'UTC', '2026-12-06T02:00:00.000Z'],
    ['fri 18:00', 'Europe/Berlin', '2026-12-04T17:00:00.000Z'],
    ['2026-12-24 18:00', 'Asia/Kolkata', '2026-12-24T12:30:00.000Z'],
  ])('%s in %s', (clock, zone, is) => {
    expect(until(clock, zone)).toBe(is);
  });

  test('where clocks show it twice, the later one; where they skip it, the moment of the jump', () => {
    expect(until('02:30', 'Europe/Berlin', Date.UTC(2026, 9, 24, 22))).toBe('2026-10-25T01:30:00.000Z');
    expect(until('02:30', 'Europe/Berlin', Date.UTC(2026, 2, 28, 22))).toBe('2026-03-29T01:00:00.000Z');
  });

  test('a time that no clock shows is refused', () => {
    expect(until('27:00')).toContain('“27:00” is no time of a clock.');
    expect(until('2026-02-31 06:00')).toContain('is no time of a clock.');
  });

  test('so long from now on', () => {
    expect(endOf({ kind: 'for', ms: 5 }, 10, 'UTC')).toEqual({ ok: true, until: 15, zone: 'UTC' });
  });
});
