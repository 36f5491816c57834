import { test } from 'vitest';
import type { Step } from '../../../src/rebuild/model/parts/step.ts';
import { defaultPolicy } from '../../../src/rebuild/model/policy.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { stepOf } from '../../../src/rebuild/model/record.ts';
import { setStep } from '../../../src/rebuild/model/transition.ts';
import type { SetView } from '../../../src/rebuild/ports/ports.ts';
import type { StepContext } from '../../../src/rebuild/steps/step-context.ts';
import { synchronizer } from '../../../src/rebuild/steps/synchronizer.ts';
import { aRebuild, startedAt } from '../../builders/rebuild.ts';
import { givenFor } from '../../support/given.ts';

const ask = {
  code: 'readiness_trap',
  what: 'The readiness trap.',
  options: ['Or cancel'],
  since: startedAt,
  until: startedAt + 60_000,
} as const;

const booting: SetView = {
  wanted: 1,
  ready: 0,
  pods: [{ name: 'system6-dcr-sync-0', ready: false, terminating: false, restarts: 0 }],
  podManagement: 'Parallel',
  resourceVersion: '1',
  observed: true,
};

const here = (over: Partial<Step>, seen: SetView): StepContext => {
  const rebuild: Rebuild = setStep(aRebuild(), 'synchronizer', (step) => ({
    ...step,
    state: 'running',
    startedAt,
    deadline: startedAt + 1_800_000,
    ...over,
  }));
  const world = { at: startedAt, basis: '', synchronizer: { ok: true, value: seen } } as const;
  return {
    rebuild,
    step: stepOf(rebuild, 'synchronizer'),
    observed: world,
    now: startedAt + 1000,
    policy: defaultPolicy,
  };
};

const given = givenFor(synchronizer.run);

test('a synchronizer that boots needs nobody', () => {
  given(here({}, booting))
    .when()
    .thenIs({ kind: 'on', doing: { code: 'synchronizer_boots', pod: 'not ready' } });
});

test('a question stands until it is ready: a pod that dies and comes again looks well in between', () => {
  const asked = here({ state: 'waiting', ask }, booting);
  given(asked).when().thenHas({ kind: 'ask', need: 'as before' });
  given({ ...asked, now: startedAt + 3_600_000 })
    .when()
    .thenHas({ kind: 'ask', need: 'as before' });
});

test('one that does not come up in time needs a person', () => {
  given({ ...here({}, booting), now: startedAt + 3_600_000 })
    .when()
    .thenHas({
      kind: 'ask',
      need: { code: 'synchronizer_not_ready', pod: 'not ready', restarts: 0 },
    });
});

test('ready: whoever was asked is told that nobody is needed', () => {
  const ready = { ...booting, ready: 1 };
  given(here({}, ready))
    .when()
    .thenIs({ kind: 'done', doing: { code: 'synchronizer_up' } });
  given(here({ state: 'waiting', ask }, ready))
    .when()
    .thenIs({
      kind: 'done',
      doing: { code: 'synchronizer_up' },
      news: { code: 'goes_on', step: 'up' },
    });
});
