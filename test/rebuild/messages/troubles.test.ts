import { expect, test } from 'vitest';
import { troubleGroups } from '../../../src/rebuild/messages/troubles.ts';
import type { PodTrouble } from '../../../src/rebuild/model/parts/workloads.ts';

const trouble = (n: number, says: string, kind: PodTrouble['kind'] = 'unschedulable'): PodTrouble => ({
  pod: `system6-dcr-farmer-${n}`,
  kind,
  says,
});

test('the same reason is said once, with how many pods have it', () => {
  const full = '0/6 nodes are available: 6 Insufficient memory.';
  const all = [trouble(1, full), trouble(2, full), trouble(3, 'OOMKilled', 'crash_loop'), trouble(4, full)];
  expect(troubleGroups(all)).toEqual([
    { pod: 'system6-dcr-farmer-1', more: 2, kind: 'unschedulable', says: full },
    { pod: 'system6-dcr-farmer-3', more: 0, kind: 'crash_loop', says: 'OOMKilled' },
  ]);
});
