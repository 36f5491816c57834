import { expect, test } from 'vitest';
import { quietUntil } from '../../../src/core/time/quiet-hours.ts';

const hours = (from: number, until: number, zone: string) => ({
  ...{ name: 'nights', zone },
  from: from * 3_600_000,
  until: until * 3_600_000,
});
const zurich = hours(22, 7, 'Europe/Zurich');

test.each([
  ['before it begins', zurich, '2026-11-20T20:59:59Z', undefined],
  ['when it begins', zurich, '2026-11-20T21:00:00Z', '2026-11-21T06:00:00Z'],
  ['after midnight', zurich, '2026-11-21T02:00:00Z', '2026-11-21T06:00:00Z'],
  ['when it ends', zurich, '2026-11-21T06:00:00Z', undefined],
  ['in summer', zurich, '2026-07-01T21:00:00Z', '2026-07-02T05:00:00Z'],
  ['over the change to summer time', zurich, '2026-03-28T22:00:00Z', '2026-03-29T05:00:00Z'],
  ['over the change to winter time', zurich, '2026-10-24T22:00:00Z', '2026-10-25T06:00:00Z'],
  ['within a day', hours(12, 13, 'UTC'), '2026-11-20T12:30:00Z', '2026-11-20T13:00:00Z'],
  ['after it, within a day', hours(12, 13, 'UTC'), '2026-11-20T13:00:00Z', undefined],
  ['in another zone', hours(22, 7, 'Asia/Tokyo'), '2026-11-20T13:30:00Z', '2026-11-20T22:00:00Z'],
  ['all day', hours(0, 0, 'UTC'), '2026-11-20T12:00:00Z', '2026-11-21T00:00:00Z'],
  [
    'where its end is skipped',
    hours(22, 2.5, 'Europe/Zurich'),
    '2026-03-29T00:30:00Z',
    '2026-03-29T01:00:00Z',
  ],
])('%s', (_, window, at, until) => {
  expect(quietUntil(window, Date.parse(at))).toBe(until === undefined ? undefined : Date.parse(until));
});
