import { expect, test } from 'vitest';
import { effectTitle, troubleText } from '../../../src/rebuild/messages/titles.ts';
import type { Effect } from '../../../src/rebuild/model/parts/effect-state.ts';
import type { PodTrouble } from '../../../src/rebuild/model/parts/workloads.ts';

const trouble = (n: number, says: string, kind: PodTrouble['kind'] = 'unschedulable'): PodTrouble => ({
  pod: `system6-dcr-farmer-${n}`,
  kind,
  says,
});

test('the same trouble is said once, with how many pods have it', () => {
  const full = '0/6 nodes are available: 6 Insufficient memory.';
  const all = [trouble(1, full), trouble(2, full), trouble(3, 'OOMKilled', 'crash_loop'), trouble(4, full)];
  expect(troubleText(all)).toBe(
    'system6-dcr-farmer-1 and 2 more: 0/6 nodes are available: 6 Insufficient memory; system6-dcr-farmer-3: OOMKilled',
  );
});

test('three reasons at most; none, no text', () => {
  const all = ['a', 'b', 'c', 'd'].map((says, n) => trouble(n, says));
  expect(troubleText(all)).toBe(
    'system6-dcr-farmer-0: a; system6-dcr-farmer-1: b; system6-dcr-farmer-2: c; others for other reasons',
  );
  expect(troubleText([])).toBe('');
});

test.each<readonly [Effect, string]>([
  [{ kind: 'scale', role: 'farmer', from: 0, to: 24 }, 'farmers 0 → 24'],
  [{ kind: 'scale', role: 'synchronizer', from: 1, to: 0 }, 'synchronizer 1 → 0'],
  [{ kind: 'run', run: 'history' }, 'history update'],
  [{ kind: 'run', run: 'rebuild', recover: true }, 'rebuild, from the cache file'],
  [{ kind: 'run', run: 'write' }, 'writing the caches'],
  [{ kind: 'propagate', frontend: 'system6-fe1' }, 'caches to system6-fe1'],
  [{ kind: 'stop_run' }, 'stopping the run'],
])('a change: $0.kind', (effect, words) => {
  expect(effectTitle(effect)).toBe(words);
});
