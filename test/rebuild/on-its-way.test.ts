import { expect, test } from 'vitest';
import { absorb } from '../../src/rebuild/absorb.ts';
import { driftedRole } from '../../src/rebuild/drift.ts';
import { defaultPolicy } from '../../src/rebuild/policy.ts';
import type { Arrival } from '../../src/rebuild/ports.ts';
import type { EffectState, Rebuild } from '../../src/rebuild/rebuild.ts';
import { basisOf, type World } from '../../src/rebuild/world.ts';
import { aGitopsInstance, aPlan, aSetDown, inStep, startedAt } from '../builders/rebuild.ts';

const now = startedAt + 3_600_000;
const commit: EffectState = {
  key: 'system6-20261120-1/farmers/1',
  effect: { kind: 'scale', role: 'farmer', from: 0, to: 24 },
  state: 'done',
  step: 'farmers',
  stepAttempt: 1,
  at: now - 60_000,
  endedAt: now - 59_000,
  attempts: 1,
  claim: 'c',
  id: 'f'.repeat(40),
};
const rebuild = (change: Partial<Rebuild> = {}): Rebuild =>
  inStep('farmers', {}, { plan: aPlan({ instance: aGitopsInstance() }), effects: [commit], ...change });
const see = (of: Rebuild, wanted: number, arrival?: Arrival): World => ({
  at: now,
  basis: basisOf(of),
  farmers: { ok: true, value: { ...aSetDown, wanted, changedBy: { manager: 'kubectl' } } },
  ...(arrival && { arrival: { key: commit.key, seen: { ok: true, value: arrival } } }),
});
const pass = (of: Rebuild, world: World) =>
  absorb({ rebuild: of, journal: [] }, world, now, defaultPolicy).rebuild;
const notes = ({ card }: Rebuild) => card.notes.map(({ text }) => text);

const blocked = (code: string, says: string): Arrival => ({ state: 'blocked', code, says });

test('what keeps a commit from the cluster is told at once, each kind once, and that it is over', () => {
  const busy = blocked('busy', 'Argo CD is still busy with 88b9fc8.');
  const first = pass(rebuild(), see(rebuild(), 0, busy));
  const text =
    'farmers 0 → 24 is committed and has not arrived in the cluster: Argo CD is still busy with 88b9fc8. Nothing more is committed; it is waited for.';
  expect(notes(first)).toEqual([text]);
  const again = pass(first, see(first, 0, busy));
  expect(notes(again)).toEqual([text]);
  const denied = pass(again, see(again, 0, blocked('sync_denied', 'Argo CD is refused.')));
  expect(notes(denied)).toHaveLength(2);
  expect(denied.effects).toEqual([commit]);
  const arrived = pass(denied, see(denied, 24, { state: 'arrived' }));
  expect(notes(arrived).at(-1)).toBe(
    'farmers 0 → 24 is in the cluster now; nothing stands in its way any more.',
  );
  expect(arrived.effects).toEqual([{ ...commit, arrivedAt: now }]);
});

test('what arrives without a word before gets none', () => {
  expect(notes(pass(rebuild(), see(rebuild(), 24, { state: 'arrived' })))).toEqual([]);
});

test('a number that is neither old nor ours is noticed before the change has arrived', () => {
  expect(driftedRole(rebuild(), see(rebuild(), 0))).toBeUndefined();
  expect(driftedRole(rebuild(), see(rebuild(), 24))).toBeUndefined();
  expect(driftedRole(rebuild(), see(rebuild(), 7))).toBe('farmer');
  const drifted = pass(rebuild(), see(rebuild(), 7, { state: 'waiting', says: 'not seen yet' }));
  expect(drifted.drift).toEqual({ role: 'farmer', at: now, expected: 0, found: 7, who: 'kubectl' });
  expect(notes(drifted)).toEqual([
    "Kubectl changed the farmers from 0 to 7. farmhand did not, and does not fight it. farmhand's own change (0 → 24) has not arrived yet, and will set it to 24. To keep it, scale to 7; to go back, scale to 24.",
  ]);
  const arrived = pass(drifted, see(drifted, 24, { state: 'arrived' }));
  expect(arrived.drift).toBeUndefined();
  expect(notes(arrived).at(-1)).toBe("The farmers are at 24, as farmhand's last change says.");
});

test('two changes on their way: what was before the first, and what each makes, is nobody else’s', () => {
  const back: EffectState = {
    ...commit,
    key: 'system6-20261120-1/farmers/2',
    effect: { kind: 'scale', role: 'farmer', from: 24, to: 12 },
  };
  const both = rebuild({ effects: [commit, back] });
  for (const own of [0, 24, 12]) expect(driftedRole(both, see(both, own))).toBeUndefined();
  expect(driftedRole(both, see(both, 13))).toBe('farmer');
});
