import { expect, test } from 'vitest';
import { momentIn } from '../../src/core/utc.ts';

test.each([
  ['2026-11-20', '2026-11-20T00:00:00.000Z'],
  ['2026-11-20T21:49', '2026-11-20T21:49:00.000Z'],
  ['2026-11-20T21:49:01+02:00', '2026-11-20T19:49:01.000Z'],
  ['2028-02-29', '2028-02-29T00:00:00.000Z'],
])('%s is %s', (text, is) => {
  expect(new Date(momentIn(text) ?? 0).toISOString()).toBe(is);
});

test.each([
  '2026-02-30',
  '2026-02-29T10:00Z',
  '2026-04-31T10:00:00+02:00',
  '2026-13-01',
  '2026-11-20T25:00Z',
  '2026-11-20 21:49',
  'yesterday',
  '',
])('“%s” is no moment: what is meant is asked, not guessed', (text) => {
  expect(momentIn(text)).toBeUndefined();
});
