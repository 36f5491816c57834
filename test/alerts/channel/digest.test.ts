import { expect, test } from 'vitest';
import { type Digest, digestHash, groupAlerts, startDigest } from '../../../src/alerts/model/digest.ts';
import type { Severity } from '../../../src/core/severity.ts';
import { anAlert } from '../../builders/alert.ts';
import { t0 } from '../../builders/event.ts';

const one = (severity: Severity, name: string, labels: Record<string, string> = { service: 'db' }) =>
  anAlert({ severity, name, labels });

test('alerts are grouped by severity, name and service: the most severe, then the most frequent first', () => {
  const alerts = [
    one('warning', 'Slow'),
    one('critical', 'Down'),
    one('warning', 'Full'),
    one('warning', 'Full'),
    one('warning', 'Full', { instance: 'db-1' }),
    one('warning', 'Bare', {}),
  ];
  expect(groupAlerts(alerts)).toEqual([
    { severity: 'critical', name: 'Down', service: 'db', count: 1 },
    { severity: 'warning', name: 'Full', service: 'db', count: 2 },
    { severity: 'warning', name: 'Bare', service: '', count: 1 },
    { severity: 'warning', name: 'Full', service: 'db-1', count: 1 },
    { severity: 'warning', name: 'Slow', service: 'db', count: 1 },
  ]);
});

test('groups add up with those before', () => {
  const before = groupAlerts([one('info', 'A'), one('info', 'B')]);
  expect(groupAlerts([one('info', 'B')], before)).toEqual([
    { severity: 'info', name: 'B', service: 'db', count: 2 },
    { severity: 'info', name: 'A', service: 'db', count: 1 },
  ]);
});

test('a digest looks the same until something that is shown changes', () => {
  const digest = startDigest('C1', 4, t0);
  const same: Partial<Digest>[] = [{ version: 9 }, { updatedAt: 9 }, { folding: ['a'] }, { retryAt: 9 }];
  for (const over of same) expect(digestHash({ ...digest, ...over })).toBe(digestHash(digest));
  const group = { severity: 'info', name: 'A', service: '', count: 1 } as const;
  const other: Partial<Digest>[] = [
    { state: 'closed' },
    { waiting: [group] },
    { waitingCount: 1 },
    { folded: [group] },
    { foldedCount: 1 },
    { threaded: 1 },
  ];
  const keys = other.map((over) => digestHash({ ...digest, ...over }));
  expect(new Set([digestHash(digest), ...keys]).size).toBe(7);
});
