import { expect, test } from 'vitest';
import { closingReport } from '../../../src/rebuild/messages/closing-report.ts';
import type { EffectState } from '../../../src/rebuild/model/parts/effect-state.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { anInstance, aPlan, aRebuild, inStep, startedAt } from '../../builders/rebuild.ts';

const minute = 60_000;
const hour = 60 * minute;
const ada = { id: 'U0ADA', name: 'Ada' };
const done = (effect: EffectState['effect'], id?: string): EffectState => ({
  ...{ key: 'system6-20261120-1/x/1', effect, state: 'done', step: 'farmers', at: startedAt },
  ...{ attempts: 1, claim: 'a' },
  ...(id !== undefined && { id }),
});
const rebuild = (change: Partial<Rebuild>): Rebuild => {
  const { steps, ...rest } = inStep('farmers', {}, change);
  return { ...rest, steps: steps.map((step) => (step.name === 'history' ? { ...step, attempt: 2 } : step)) };
};

test('how it ended, how long each step took, changes, overrides, every error', () => {
  const override = { n: 1, at: startedAt, by: ada } as const;
  const report = closingReport(
    rebuild({
      phase: 'failed',
      effects: [
        done({ kind: 'scale', role: 'synchronizer', from: 0, to: 1 }, '3f2a91c'),
        done({ kind: 'run', run: 'history' }, 'run-7'),
        { ...done({ kind: 'scale', role: 'farmer', from: 0, to: 24 }), state: 'failed' },
      ],
      overrides: [{ ...override, kind: 'accept_farmers', reason: 'no more nodes', amount: 3 }],
      end: { at: startedAt, by: ada, reason: 'no nodes', step: 'farmers', errors: ['no nodes', 'and more'] },
      pausedMs: 30 * minute,
    }),
    startedAt + 2 * hour,
  );
  expect(report).toEqual([
    'The rebuild of system6 failed in the step Farmers after 2h: no nodes',
    'Asked for by Alice Ash (U0ALICE), 2026-11-20 03:00:00 UTC: new dataset',
    'No approval was required.',
    'Plan 5f2c8a0d9b1e47c3a6d4f0b2e8917c35d06a4b8e9f1c2d3a4b5c6d7e8f901234. Engine balance; 24 farmers planned, 24 asked for in the end; minimum 2. Without pauses 1h 30m.',
    'Steps. Preflight: done, 1m. Ticket: done, 1m. Synchronizer: done, 1m. History update: done, 1m, 2 attempts. Farmers: running, 1h 56m.',
    'Changes. synchronizer 0 → 1 (resourceVersion 3f2a91c); history update.',
    'Override accept farmers by Ada (U0ADA): no more nodes',
    'Error: no nodes',
    'Error: and more',
  ]);
});

test('a forced one that is finished', () => {
  const { plan } = aRebuild();
  expect(
    closingReport(aRebuild({ phase: 'released', plan: { ...plan, forced: true } }), startedAt + hour),
  ).toEqual([
    'The rebuild of system6 is finished, after 1h.',
    'Asked for by Alice Ash (U0ALICE), 2026-11-20 03:00:00 UTC: new dataset',
    'No approval was required.',
    'Plan 5f2c8a0d9b1e47c3a6d4f0b2e8917c35d06a4b8e9f1c2d3a4b5c6d7e8f901234. Engine balance, forced; 24 farmers planned, 24 asked for in the end; minimum 2. Without pauses 1h.',
    'Nothing was changed.',
  ]);
});

test('who approved it and of what, or that nobody ever did', () => {
  const plan = aPlan({ instance: anInstance({ approval: true }) });
  const approval = { by: ada, at: startedAt + minute, planHash: plan.hash, hash: 'aabb' };
  const line = (change: Partial<Rebuild>) =>
    closingReport(aRebuild({ plan, ...change }), startedAt + hour)[2];
  expect(line({ approval })).toBe(
    'Approved by Ada (U0ADA), 2026-11-20 03:01:00 UTC; what was approved, as SHA-256: aabb',
  );
  expect(line({})).toBe('It was never approved.');
});

test('one that a person cancelled before anything was changed', () => {
  const end = { at: startedAt, by: ada, reason: 'wrong instance', step: 'ticket', errors: [] } as const;
  expect(closingReport(aRebuild({ phase: 'cancelled', end }), startedAt + hour)).toEqual([
    'The rebuild of system6 was cancelled by Ada (U0ADA) after 1h: wrong instance',
    'Asked for by Alice Ash (U0ALICE), 2026-11-20 03:00:00 UTC: new dataset',
    'No approval was required.',
    'Plan 5f2c8a0d9b1e47c3a6d4f0b2e8917c35d06a4b8e9f1c2d3a4b5c6d7e8f901234. Engine balance; 24 farmers planned, 24 asked for in the end; minimum 2. Without pauses 1h.',
    'Nothing was changed.',
  ]);
});
