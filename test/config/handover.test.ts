import { expect, test } from 'vitest';
import { load, minimal, problemLines } from './minimal.ts';

const read = (entries: string, more = '') => load(minimal(`handover:\n${entries}\n${more}`)).handover;
const problems = (entries: string, more = ''): readonly string[] =>
  problemLines(() => read(entries, more)).map((line) => line.replace(/^\S+:\d+ /, ''));

test('a handover on workdays, in a time zone', () => {
  expect(
    read('  - { name: eu, at: "08:00", days: [mon-fri], zone: Europe/Berlin, channel: C0ONCALL }'),
  ).toEqual([
    {
      ...{ name: 'eu', at: 8 * 3_600_000, days: [0, 1, 2, 3, 4], zone: 'Europe/Berlin' },
      ...{ channel: 'C0ONCALL', late: 3_600_000, rebuilds: true },
    },
  ]);
});

test.each([
  ['', [0, 1, 2, 3, 4, 5, 6]],
  ['days: [sat-mon],', [0, 5, 6]],
  ['days: [Wed, mon, wed-thu],', [0, 2, 3]],
])('the days of %j', (days, expected) => {
  expect(read(`  - { name: a, at: "20:30", ${days} zone: UTC, channel: C0ONCALL }`)[0]?.days).toEqual(
    expected,
  );
});

test('everything that is wrong is said at once, with what to write', () => {
  expect(
    problems(
      [
        '  - { name: a, at: "8:00", days: [workdays], zone: CET, channel: "#oncall", late: 2d }',
        '  - { name: b, at: "24:00", days: [], zone: UTC, channel: C0ONCALL }',
        '  - { name: b, at: "08:00", zone: UTC, channel: C0ONCALL, timezone: UTC }',
      ].join('\n'),
    ),
  ).toEqual([
    'handover[0].at: must be a time of the day such as 22:00',
    'handover[0].days[0]: must be a day such as mon, or days such as mon-fri: mon, tue, wed, thu, fri, sat, sun',
    'handover[0].zone: must be a time zone of the tz database, such as America/New_York or UTC',
    'handover[0].channel: must be a channel id such as C0123ABCD, not a name (in Slack: open the channel’s details, it is at the bottom)',
    expect.stringMatching(/^handover\[0\]\.late: is 2d, and must be 12h at most/),
    'handover[1].at: must be a time of the day such as 22:00',
    'handover[1].days: names no day; leave it out for every day',
    'handover[2].timezone: is not a key farmhand knows',
    'handover[2].name: another handover has this name already (number 2 of the list)',
  ]);
});

test('where tiers keep people apart, it has to be a channel of one of them', () => {
  const tiers = 'tiers: { list: [{ name: default, channels: [C0OPS00], users: [U0OPS] }] }';
  const entry = (channel: string) => `  - { name: a, at: "08:00", zone: UTC, channel: ${channel} }`;
  expect(problems(entry('C0OPS00'), tiers).filter((one) => one.startsWith('handover'))).toEqual([]);
  expect(problems(entry('C0OTHER'), tiers).filter((one) => one.startsWith('handover'))).toEqual([
    'handover[0].channel: is no tier’s channel, so nothing could be told there; name a channel of one of tiers.list, or list C0OTHER there',
  ]);
});
