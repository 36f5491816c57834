import { expect, test } from 'vitest';
import { showDates } from '../../../sandbox/slack/blocks/dates.ts';

/** 2026-11-20T14:13:42Z */
const seconds = 1_795_184_022;
const now = new Date((seconds + 60) * 1000);
const show = (format: string, zone = 'UTC', at = seconds) =>
  showDates(`since <!date^${at}^${format}|2026-11-20> or so`, now, zone);

test.each([
  ['{date_num}', 'since 2026-11-20 or so'],
  ['{date}', 'since November 20, 2026 or so'],
  ['{date_short} at {time}', 'since Nov 20, 2026 at 2:13 PM or so'],
  ['{date_long}', 'since Friday, November 20, 2026 or so'],
  ['{time_secs}', 'since 2:13:42 PM or so'],
  ['{date_short_pretty} {time}', 'since today 2:13 PM or so'],
])('%s', (format, shown) => {
  expect(show(format)).toBe(shown);
});

test('days near by have names, by the reader’s clock', () => {
  expect(show('{date_pretty}', 'UTC', seconds - 86_400)).toBe('since yesterday or so');
  expect(show('{date_pretty}', 'UTC', seconds + 86_400)).toBe('since tomorrow or so');
  expect(show('{date_short_pretty}', 'UTC', seconds - 172_800)).toBe('since Nov 18, 2026 or so');
  expect(show('{time}', 'Asia/Tokyo')).toBe('since 11:13 PM or so');
});

test('a format that Slack does not know shows the fallback', () => {
  expect(show('{when}')).toBe('since 2026-11-20 or so');
});

test('nothing happens to other angle brackets', () => {
  expect(showDates('<@U1> <https://x|y> <!here>', now, 'UTC')).toBe('<@U1> <https://x|y> <!here>');
});
