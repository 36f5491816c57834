import { describe, expect, test } from 'vitest';
import { defaultPolicy } from '../../../src/rebuild/model/policy.ts';
import type { EffectState, Rebuild, Step } from '../../../src/rebuild/model/rebuild.ts';
import { applyObservation } from '../../../src/rebuild/observe/apply-observation.ts';
import { driftedRole } from '../../../src/rebuild/observe/drift.ts';
import { basisOf, type Observed } from '../../../src/rebuild/observe/observed.ts';
import type { Arrival } from '../../../src/rebuild/ports/ports.ts';
import { farmers } from '../../../src/rebuild/steps/farmers.ts';
import type { StepContext } from '../../../src/rebuild/steps/step-context.ts';
import { aGitopsInstance, aPlan, aSetDown, inStep, startedAt } from '../../builders/rebuild.ts';
import { givenFor } from '../../support/given.ts';

const now = startedAt + 3_600_000;
const given = givenFor(farmers.run);
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
const see = (of: Rebuild, wanted: number, arrival?: Arrival): Observed => ({
  at: now,
  basis: basisOf(of),
  farmers: { ok: true, value: { ...aSetDown, wanted, changedBy: { manager: 'kubectl' } } },
  ...(arrival && { arrival: { key: commit.key, seen: { ok: true, value: arrival } } }),
});
const pass = (of: Rebuild, observed: Observed) =>
  applyObservation({ rebuild: of, journal: [] }, observed, now, defaultPolicy).rebuild;
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

describe('the card and a question say why the farmers are not there', () => {
  const here = (seen: NonNullable<Observed['arrival']>['seen'], late: boolean): StepContext => {
    const of = rebuild();
    const step = {
      ...(of.steps.find(({ name }) => name === 'farmers') as Step),
      ...(late && { deadline: now }),
    };
    const world = { ...see(of, 0), arrival: { key: commit.key, seen } };
    return { rebuild: of, step, observed: world, now, policy: defaultPolicy };
  };
  const saysOf = (seen: NonNullable<Observed['arrival']>['seen']) => {
    const result = farmers.run(here(seen, false));
    return 'says' in result ? result.says : '';
  };
  const waiting: Arrival = { state: 'waiting', says: 'Argo CD has not seen fffffff yet' };

  test('in a few words, while it is on its way', () => {
    expect(saysOf({ ok: true, value: waiting })).toBe(
      '0 of 24 farmers ready; Argo CD has not seen fffffff yet',
    );
    expect(saysOf({ ok: true, value: blocked('busy', 'Argo CD is still busy.') })).toBe(
      '0 of 24 farmers ready; its commit does not arrive, see the thread',
    );
    expect(saysOf({ ok: false, error: 'GitHub did not answer.' })).toBe(
      '0 of 24 farmers ready; whether its commit has arrived cannot be seen',
    );
  });

  test('and all of it, when a person is asked', () => {
    given(here({ ok: false, error: 'GitHub did not answer.' }, true))
      .when()
      .thenHas({
        kind: 'ask',
        need: {
          code: 'too_few_farmers',
          ready: 0,
          target: 24,
          minimum: 2,
          way: 'Whether the commit has arrived cannot be seen: GitHub did not answer.',
        },
      });
  });
});
