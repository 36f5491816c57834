import { expect, test } from 'vitest';
import { presentRebuild, presentRebuildDetail } from '../../src/http-api/rebuilds/present-rebuild.ts';
import { RebuildDetailView, rebuildStates } from '../../src/http-api/rebuilds/rebuild-schema.ts';
import type { Rebuild } from '../../src/rebuild/model/rebuild.ts';
import { noControls } from '../../src/rebuild/model/rules/rules.ts';
import type { RebuildStatus } from '../../src/rebuild/model/status.ts';
import { aPlan, aRebuild, startedAt } from '../builders/rebuild.ts';

const bob = { id: 'U0BOB', name: 'Bob Birch' };

/** With everything on it that a record can have. */
const full: Rebuild = {
  ...aRebuild(),
  phase: 'failed',
  pause: { state: 'paused', by: bob, reason: 'wait', at: startedAt, remindAt: startedAt },
  progress: {
    of: 'rebuild',
    percent: 40,
    done: 4,
    total: 10,
    movedAt: startedAt,
    perHour: 8,
    eta: startedAt,
    samples: [],
  },
  overrides: [
    { n: 1, kind: 'extend_deadline', by: bob, at: startedAt, reason: 'slow', step: 'write', amount: 60_000 },
  ],
  approval: { by: bob, at: startedAt, planHash: aRebuild().plan.hash, hash: 'abc' },
  effects: [
    {
      key: 'system6-20261120-1/farmers/1',
      effect: { kind: 'scale', role: 'farmer', from: 0, to: 24 },
      state: 'done',
      step: 'farmers',
      at: startedAt,
      attempts: 1,
      claim: 'c.1',
      endedAt: startedAt + 1,
      arrivedAt: startedAt + 2,
      id: '4711',
      by: bob,
    },
  ],
  drift: { role: 'farmer', at: startedAt, expected: 24, found: 20, who: 'kubectl' },
  end: { at: startedAt, by: bob, reason: 'enough', step: 'rebuild', errors: ['the engine is away'] },
  endedAt: startedAt + 5,
  alerts: [{ id: 'a-1', name: 'CacheOld', at: startedAt }],
  rest: { at: startedAt + 3, farmers: 24 },
  steps: aRebuild().steps.map((step) =>
    step.name === 'rebuild'
      ? {
          ...step,
          ask: {
            ...{ code: 'rebuild_failed', what: 'It failed.', options: ['Retry'], since: startedAt },
            kept: { farmers: 24, until: startedAt + 4 },
          },
        }
      : step,
  ),
};

test('all of a record that the API shows is in its schema, times as RFC 3339', () => {
  const shown = presentRebuildDetail(full, [{ at: startedAt, who: 'farmhand', what: 'failed' }]);
  expect(RebuildDetailView.parse(shown)).toEqual(shown);
  expect(shown.changes).toEqual([
    {
      key: 'system6-20261120-1/farmers/1',
      change: 'scale',
      what: 'farmer',
      from: 0,
      to: 24,
      state: 'done',
      step: 'farmers',
      attempts: 1,
      at: '2026-11-20T03:00:00.000Z',
      ended_at: '2026-11-20T03:00:00.001Z',
      arrived_at: '2026-11-20T03:00:00.002Z',
      id: '4711',
      by: bob,
    },
  ]);
  expect(shown.rebuild).toMatchObject({
    state: 'failed',
    approval: { required: false, approved: { by: bob, at: '2026-11-20T03:00:00.000Z', hash: 'abc' } },
    end: { reason: 'enough', errors: ['the engine is away'] },
    ended_at: '2026-11-20T03:00:00.005Z',
    resting_since: '2026-11-20T03:00:00.003Z',
  });
  expect(shown.steps.find(({ asks }) => asks)?.asks).toMatchObject({
    code: 'rebuild_failed',
    farmers_until: '2026-11-20T03:00:00.004Z',
  });
});

test('an approval is shown with the role that allowed it, and is required where policy says so, too', () => {
  const plan = aPlan({ controls: { ...noControls('gov'), twoPeople: ['start'] } });
  const approver = { ...bob, as: { role: 'approver', through: 'S0PLATFORM' } };
  const rebuild = aRebuild({ plan });
  const approval = { by: approver, at: startedAt, planHash: plan.hash };
  expect(presentRebuild({ ...rebuild, approval }).approval).toMatchObject({
    required: true,
    approved: { by: bob, plan_hash: plan.hash, role: 'approver', through: 'S0PLATFORM' },
  });
});

test('a field that a record grows stays inside', () => {
  const grown = { ...aRebuild(), secret: 'x' };
  expect(presentRebuild(grown)).toEqual(presentRebuild(aRebuild()));
});

test('every status has its word in the API', () => {
  const all: Readonly<Record<RebuildStatus, string>> = {
    starting: 'starting',
    'waiting for approval': 'waiting_for_approval',
    running: 'running',
    'waiting for a person': 'waiting_for_a_person',
    pausing: 'pausing',
    paused: 'paused',
    frozen: 'frozen',
    guardian: 'guardian',
    cancelling: 'cancelling',
    failing: 'failing',
    released: 'released',
    cancelled: 'cancelled',
    failed: 'failed',
  };
  expect([...rebuildStates]).toEqual(Object.values(all));
  for (const [status, word] of Object.entries(all)) expect(status.replaceAll(' ', '_')).toBe(word);
});
