import { describe, expect, test } from 'vitest';
import { type News, newsWords } from '../../../src/rebuild/messages/news.ts';
import type { Way } from '../../../src/rebuild/messages/steps/way.ts';
import type { EffectState } from '../../../src/rebuild/model/parts/effect-state.ts';
import type { Step } from '../../../src/rebuild/model/parts/step.ts';
import { defaultPolicy } from '../../../src/rebuild/model/policy.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
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

const { effect } = commit;
const told = (news: News) => newsWords(news).text;

test('what keeps a commit from the cluster is told at once, each kind once, and that it is over', () => {
  const busy = 'Argo CD is still busy with 88b9fc8.';
  const refused = 'Argo CD is refused.';
  const first = pass(rebuild(), see(rebuild(), 0, blocked('busy', busy)));
  expect(notes(first)).toEqual([told({ code: 'blocked', effect, says: busy })]);
  const again = pass(first, see(first, 0, blocked('busy', busy)));
  expect(notes(again)).toEqual(notes(first));
  const denied = pass(again, see(again, 0, blocked('sync_denied', refused)));
  expect(notes(denied)).toEqual([...notes(first), told({ code: 'blocked', effect, says: refused })]);
  expect(denied.effects).toEqual([commit]);
  const arrived = pass(denied, see(denied, 24, { state: 'arrived' }));
  expect(notes(arrived).at(-1)).toBe(told({ code: 'arrived', effect }));
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
  const drift = { role: 'farmer', at: now, expected: 0, found: 7, who: 'kubectl' } as const;
  expect(drifted.drift).toEqual(drift);
  const coming = { kind: 'scale', role: 'farmer', from: 0, to: 24 } as const;
  expect(notes(drifted)).toEqual([told({ code: 'drift', drift, target: 24, adopted: false, coming })]);
  const arrived = pass(drifted, see(drifted, 24, { state: 'arrived' }));
  expect(arrived.drift).toBeUndefined();
  expect(notes(arrived).at(-1)).toBe(told({ code: 'drift_gone', drift, now: 24 }));
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
  const waiting: Arrival = { state: 'waiting', says: 'Argo CD has not seen fffffff yet' };
  const busy = blocked('busy', 'Argo CD is still busy.');

  test.each<readonly [NonNullable<Observed['arrival']>['seen'], Way]>([
    [
      { ok: true, value: waiting },
      { code: 'waiting', says: 'Argo CD has not seen fffffff yet' },
    ],
    [
      { ok: true, value: busy },
      { code: 'blocked', says: 'Argo CD is still busy.' },
    ],
    [
      { ok: false, error: 'GitHub did not answer.' },
      { code: 'unseen', error: 'GitHub did not answer.' },
    ],
  ])('in a few words, while it is on its way: $1.code', (seen, way) => {
    given(here(seen, false))
      .when()
      .thenIs({ kind: 'on', doing: { code: 'farmers_come', ready: 0, wanted: 24, way } });
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
          way: { code: 'unseen', error: 'GitHub did not answer.' },
        },
      });
  });
});
