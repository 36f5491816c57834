import { test } from 'vitest';
import { resolveInDoubt } from '../../../src/rebuild/effects/in-doubt.ts';
import type { EffectState } from '../../../src/rebuild/model/parts/effect-state.ts';
import type { Instance } from '../../../src/rebuild/model/parts/instance.ts';
import { defaultPolicy } from '../../../src/rebuild/model/policy.ts';
import { writeOf } from '../../../src/rebuild/model/transition.ts';
import {
  aGitopsInstance,
  anInstance,
  aPlan,
  aScaleUp,
  aSetDown,
  inStep,
  startedAt,
} from '../../builders/rebuild.ts';
import { givenFor } from '../../support/given.ts';

const minute = 60_000;
const up = aScaleUp({ state: 'done', endedAt: startedAt });
const down: EffectState = {
  key: 'system6-20261120-1/farmers/2',
  effect: { kind: 'scale', role: 'farmer', from: 24, to: 0 },
  state: 'claimed',
  step: 'teardown',
  at: startedAt + minute,
  attempts: 1,
  claim: 'b',
};
const tornDown = (instance: Instance, before: EffectState) =>
  inStep('teardown', {}, { plan: aPlan({ instance }), effects: [before, down] });

const given = givenFor((rebuild: ReturnType<typeof tornDown>, now: number) => {
  const farmers = { ok: true, value: aSetDown } as const;
  const { kind } = resolveInDoubt(
    writeOf(rebuild),
    down,
    { at: now, basis: '', farmers },
    now,
    defaultPolicy,
  );
  return kind;
});
const soon = startedAt + minute + 10_000;
const late = startedAt + minute + defaultPolicy.claimTimeout;

test('a scale that the cluster shows was made', () => {
  given(tornDown(anInstance(), up)).when(soon).thenIs('settled');
  given(tornDown(aGitopsInstance(), { ...up, arrivedAt: startedAt + 30_000 }))
    .when(soon)
    .thenIs('settled');
});

test('a cluster that has not followed the commit before shows nothing of the one after it', () => {
  given(tornDown(aGitopsInstance(), up)).when(soon).thenIs('wait');
  given(tornDown(aGitopsInstance(), up)).when(late).thenIs('again');
});
