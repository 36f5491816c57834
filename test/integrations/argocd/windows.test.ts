import { describe, expect, test } from 'vitest';
import { isActive } from '../../../src/integrations/argocd/cron.ts';
import { matchesGlob } from '../../../src/integrations/argocd/glob.ts';
import { readWindows, windowInTheWay } from '../../../src/integrations/argocd/windows.ts';

/** A Friday. */
const at = (time: string, day = '2026-11-27'): number => Date.parse(`${day}T${time}:00Z`);

test.each<[string, string, string, number, boolean | undefined]>([
  ['0 22 * * *', '8h', '', at('23:30'), true],
  ['0 22 * * *', '8h', '', at('05:59'), true],
  ['0 22 * * *', '8h', '', at('06:00'), false],
  ['0 22 * * *', '8h', '', at('21:59'), false],
  ['0 22 * * *', '1h30m', 'Europe/Berlin', at('21:00'), true],
  ['0 22 * * *', '1h30m', 'America/New_York', at('22:30'), false],
  ['*/15 8-17 * * mon-fri', '5m', '', at('09:03'), true],
  ['*/15 8-17 * * mon-fri', '5m', '', at('09:07'), false],
  ['*/15 8-17 * * MON-FRI', '5m', '', at('09:03', '2026-11-28'), false],
  ['0 0 1 jan,nov *', '720h', '', at('12:00'), true],
  // Both days given: either of them.
  ['0 0 13 * fri', '24h', '', at('12:00'), true],
  ['@daily', '1h', '', at('00:30'), true],
  ['@weekly', '24h', '', at('00:30'), false],
  ['nonsense', '1h', '', at('00:30'), undefined],
  ['0 22 * *', '1h', '', at('22:30'), undefined],
  ['61 * * * *', '1h', '', at('22:30'), undefined],
  ['0 22 * * *', 'an hour', '', at('22:30'), undefined],
  ['0 22 * * *', '1h', 'Mars/Phobos', at('22:30'), undefined],
])('%s for %s %s', (schedule, duration, zone, now, expected) => {
  expect(isActive(schedule, duration, zone, now)).toBe(expected);
});

test.each([
  ['*', 'apps', true],
  ['Stateful*', 'StatefulSet', true],
  ['{Deployment,StatefulSet}', 'StatefulSet', true],
  ['[SD]*', 'StatefulSet', true],
  ['[!S]*', 'StatefulSet', false],
  ['?tatefulSet', 'StatefulSet', true],
  ['apps', 'appss', false],
  ['', 'apps', false],
  ['a.b', 'axb', false],
  ['[', '[', true],
])('%s and %s', (glob, text, expected) => {
  expect(matchesGlob(glob, text)).toBe(expected);
});

describe('windows of a project', () => {
  const windows = (...syncWindows: readonly object[]) => readWindows({ spec: { syncWindows } });
  const application = { destination: { server: 'https://den', name: 'den', namespace: 'tenant-1' } };
  const inTheWay = (...list: readonly object[]) =>
    windowInTheWay(windows(...list), 'system6', application, at('23:00'));
  const night = { kind: 'deny', schedule: '0 22 * * *', duration: '8h', applications: ['*'] };

  test('one that denies now, for this Application', () => {
    expect(inTheWay(night)).toBe('deny, "0 22 * * *" for 8h');
    expect(inTheWay({ ...night, timeZone: 'Europe/Berlin' })).toBe(
      'deny, "0 22 * * *" for 8h (Europe/Berlin)',
    );
    expect(inTheWay({ ...night, applications: ['other-*'] })).toBeUndefined();
    expect(inTheWay({ ...night, applications: [], namespaces: ['tenant-*'] })).toBeDefined();
    expect(inTheWay({ ...night, applications: [], clusters: ['den'] })).toBeDefined();
    expect(inTheWay({ ...night, namespaces: ['other'], andOperator: true })).toBeUndefined();
    expect(inTheWay({ ...night, namespaces: ['other'] })).toBeDefined();
    expect(inTheWay({ ...night, schedule: '0 5 * * *' })).toBeUndefined();
  });

  test('outside of those that allow, and where nothing can be told nothing is in the way', () => {
    const day = { ...night, kind: 'allow', schedule: '0 8 * * *' };
    expect(inTheWay(day)).toBe('outside of allow, "0 8 * * *" for 8h');
    expect(inTheWay(day, { ...night, kind: 'allow' })).toBeUndefined();
    expect(inTheWay({ ...night, schedule: 'nonsense' })).toBeUndefined();
    expect(inTheWay()).toBeUndefined();
    expect(windowInTheWay(readWindows(null), 'x', application, 0)).toBeUndefined();
  });
});
