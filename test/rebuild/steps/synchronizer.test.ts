import { expect, test } from 'vitest';
import { defaultPolicy } from '../../../src/rebuild/model/policy.ts';
import type { Rebuild, Step } from '../../../src/rebuild/model/rebuild.ts';
import { stepOf } from '../../../src/rebuild/model/record.ts';
import { setStep } from '../../../src/rebuild/model/transition.ts';
import type { SetView } from '../../../src/rebuild/ports/ports.ts';
import type { StepContext } from '../../../src/rebuild/steps/step-context.ts';
import { synchronizer } from '../../../src/rebuild/steps/synchronizer.ts';
import { aRebuild, startedAt } from '../../builders/rebuild.ts';

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

test('a synchronizer that boots needs nobody', () => {
  expect(synchronizer.run(here({}, booting)).kind).toBe('on');
});

test('a question stands until it is ready: a pod that dies and comes again looks well in between', () => {
  const asked = here({ state: 'waiting', ask }, booting);
  expect(synchronizer.run(asked)).toMatchObject({ kind: 'ask', ask });
  const late = { ...asked, now: startedAt + 3_600_000 };
  expect(synchronizer.run(late)).toMatchObject({ kind: 'ask', ask: { code: 'readiness_trap' } });
});

test('ready: whoever was asked is told that nobody is needed', () => {
  const ready = { ...booting, ready: 1 };
  expect(synchronizer.run(here({}, ready))).toEqual({ kind: 'done', says: 'up' });
  expect(synchronizer.run(here({ state: 'waiting', ask }, ready))).toMatchObject({
    kind: 'done',
    announce: { text: 'The synchronizer is ready; nobody is needed any more.' },
  });
});
