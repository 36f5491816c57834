import { beforeAll, describe, expect, test } from 'vitest';
import type { QuietHours } from '../../../src/core/time/quiet-hours.ts';
import { nextTelling } from '../../../src/rebuild/keeping/asking.ts';
import type { RebuildPolicy } from '../../../src/rebuild/model/policy.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { currentStep } from '../../../src/rebuild/model/record.ts';
import { aRebuild } from '../../builders/rebuild.ts';
import { createRig } from '../reconcile/rig.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const sre = 'S0123SRE';

/** Days of rebuilding, and its run fails. */
const failed = async (more: Partial<RebuildPolicy> = {}) => {
  const rig = createRig(undefined, {
    policy: { answerers: () => [sre], ...more },
    timings: { rebuildWork: 24 * 4 * day },
  });
  await rig.until(({ progress }) => progress?.of === 'rebuild' && progress.percent > 60);
  rig.world.failRun('rebuild');
  const asked = await rig.until((r) => currentStep(r)?.ask?.code === 'rebuild_failed');
  const since = currentStep(asked)?.ask?.since ?? 0;
  return { rig, since };
};

/** The same rebuild asks at the same moment, whatever hours are quiet. */
let asksAt: number;
beforeAll(async () => {
  asksAt = (await failed()).since;
});

/** Quiet from so long after the question to so long after it. */
const around = (from: number, until: number, critical?: true): QuietHours => {
  const at = (after: number) => (((asksAt + after) % day) + day) % day;
  return { name: 'nights', zone: 'UTC', from: at(from), until: at(until), ...(critical && { critical }) };
};

const mentioning = ({ card }: Rebuild) =>
  card.notes.flatMap(({ at, to = [] }) => (to.length > 0 ? [{ at, to }] : []));
const steps = [
  { after: 0, mention: ['role'] },
  { after: 10 * minute, mention: ['S0LEADS'] },
  { after: 30 * minute, mention: ['channel'] },
];

describe('asked in quiet hours', () => {
  test('it says so and mentions nobody; all that was held is said in one reply when they end, then reminders', async () => {
    const { rig, since } = await failed({ quiet: around(-hour, 8 * hour), notify: steps });
    const [first] = rig.rebuild().card.notes.filter(({ text }) => text.startsWith('Manual intervention'));
    expect(first?.text).toMatch(/Nobody is mentioned before .*, \d\d:\d\d UTC \(quiet hours nights\)\.$/);
    await rig.until(() => false, 8 * hour - 2 * minute);
    expect(mentioning(rig.rebuild())).toEqual([]);
    await rig.until(() => false, 3 * minute);
    const [said, ...more] = mentioning(rig.rebuild());
    expect([said?.to, more]).toEqual([[sre, 'S0LEADS', 'channel'], []]);
    expect((said?.at ?? 0) - since).toBeGreaterThanOrEqual(8 * hour);
    await rig.until(() => false, 31 * minute);
    expect(mentioning(rig.rebuild()).map(({ to }) => to)).toEqual([said?.to, ['channel']]);
  });

  test('answered before they end, nobody is ever mentioned', async () => {
    const { rig } = await failed({ quiet: around(-hour, 8 * hour) });
    await rig.until(() => false, hour);
    rig.command({ verb: 'retry' });
    await rig.until(() => false, 9 * hour);
    expect(mentioning(rig.rebuild())).toEqual([]);
  });

  test.each([
    ['what is critical is said at once', ['rebuild_failed'], undefined, 1],
    ['what else is critical changes nothing', ['write_failed'], undefined, 0],
    ['a window that holds what is critical holds it', ['rebuild_failed'], true, 0],
  ] as const)('%s', async (_, critical, holds, count) => {
    const { rig } = await failed({ quiet: around(-hour, 8 * hour, holds), critical });
    expect(mentioning(rig.rebuild())).toHaveLength(count);
  });
});

test('they begin while it is open: reminders rest, and one is said when they end', async () => {
  const { rig, since } = await failed({ quiet: around(20 * minute, 9 * hour) });
  await rig.until(() => false, 9 * hour - minute);
  expect(mentioning(rig.rebuild())).toHaveLength(1);
  await rig.until(() => false, 2 * minute);
  const said = mentioning(rig.rebuild());
  expect(said).toHaveLength(2);
  expect((said[1]?.at ?? 0) - since).toBeGreaterThanOrEqual(9 * hour);
});

const zurich = { name: 'nights', from: 22 * hour, until: 7 * hour, zone: 'Europe/Zurich' };
const twice = { ...zurich, until: 2.5 * hour };

test.each([
  ['due by day', zurich, '2026-11-20T12:00Z', '2026-11-20T11:00Z', '2026-11-20T12:00Z'],
  ['due at night', zurich, '2026-11-20T23:00Z', '2026-11-20T20:00Z', '2026-11-21T06:00Z'],
  ['long due, and it is night now', zurich, '2026-11-20T12:00Z', '2026-11-20T23:00Z', '2026-11-21T06:00Z'],
  ['long due, and the night is over', zurich, '2026-11-20T23:00Z', '2026-11-21T06:00Z', '2026-11-20T23:00Z'],
  ['clocks go forward', zurich, '2026-03-28T23:00Z', '2026-03-28T22:00Z', '2026-03-29T05:00Z'],
  ['clocks go back', zurich, '2026-10-24T23:00Z', '2026-10-24T22:00Z', '2026-10-25T06:00Z'],
  [
    'its end is shown twice: before the first',
    twice,
    '2026-10-25T00:10Z',
    '2026-10-25T00:10Z',
    '2026-10-25T00:30Z',
  ],
  ['and after the first', twice, '2026-10-25T01:10Z', '2026-10-25T01:10Z', '2026-10-25T01:10Z'],
  ['at all hours', undefined, '2026-11-20T23:00Z', '2026-11-20T20:00Z', '2026-11-20T23:00Z'],
])('when it is told: %s', (_, quiet, next, now, told) => {
  const asking = { code: 'rebuild_failed', since: 0, told: 0, reminded: 0, next: Date.parse(next) } as const;
  expect(nextTelling(aRebuild({ asking }), quiet ? { quiet } : {}, Date.parse(now))).toBe(Date.parse(told));
});
