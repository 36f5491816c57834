import { describe, expect, test } from 'vitest';
import { isWorthKeeping, keptFarmers } from '../../../src/rebuild/keeping/kept-work.ts';
import { defaultPolicy, type RebuildPolicy } from '../../../src/rebuild/model/policy.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { reachedOf, withReached } from '../../../src/rebuild/model/record.ts';
import { stepNames } from '../../../src/rebuild/model/steps.ts';
import { aRebuild, startedAt } from '../../builders/rebuild.ts';

const hour = 3_600_000;

const inRebuild = (percent: number, more: Partial<Rebuild> = {}): Rebuild =>
  aRebuild({
    steps: stepNames.map((name, i) => ({
      name,
      state: i < stepNames.indexOf('rebuild') ? 'done' : name === 'rebuild' ? 'running' : 'pending',
      attempt: i <= stepNames.indexOf('rebuild') ? 1 : 0,
    })),
    progress: { of: 'rebuild', percent, movedAt: startedAt, samples: [] },
    ...more,
  });
const policy = (more: Partial<RebuildPolicy>): RebuildPolicy => ({ ...defaultPolicy, ...more });

describe('whether there is work to lose', () => {
  test.each([
    ['just begun', inRebuild(2), hour, false],
    ['past its share', inRebuild(10), hour, true],
    ['not far, but for long', inRebuild(2), 12 * hour, true],
    [
      'the furthest that it came counts, not where a recovery began',
      inRebuild(1, { reached: 60 }),
      hour,
      true,
    ],
    ['being cancelled', inRebuild(60, { phase: 'cancelling' }), hour, false],
    ['for long, and the rebuild itself was never begun', aRebuild(), 20 * hour, false],
    ['time paused is no work', inRebuild(2, { pausedMs: 11 * hour }), 12 * hour, false],
  ])('%s', (_, rebuild, after, worth) => {
    expect(isWorthKeeping(rebuild, startedAt + after, defaultPolicy)).toBe(worth);
  });

  test('a rebuild that is done is all of it, whatever is measured since', () => {
    const writing = inRebuild(0, { progress: { of: 'write', percent: 3, movedAt: startedAt, samples: [] } });
    const steps = writing.steps.map((step) =>
      step.name === 'rebuild' ? { ...step, state: 'done' as const } : step,
    );
    expect([reachedOf(writing), reachedOf({ ...writing, steps })]).toEqual([0, 100]);
    expect(withReached({ ...writing, steps }).reached).toBe(100);
  });
});

describe('how long farmers wait', () => {
  const up = inRebuild(60, { farmers: { ...aRebuild().farmers, wanted: 24 } });
  const keepWork = { ...defaultPolicy.keepWork, farmersFor: 72 * hour };
  const farmerHour = { cost: 5, currency: 'USD' };

  test.each([
    ['for the time', { keepWork }, { farmers: 24, until: startedAt + 72 * hour }],
    [
      'for what the money pays',
      { keepWork: { ...keepWork, cost: 1200 }, farmerHour },
      { farmers: 24, until: startedAt + 10 * hour, price: farmerHour },
    ],
    [
      'for the time, where there is more money than that',
      { keepWork: { ...keepWork, cost: 1_000_000 }, farmerHour },
      { farmers: 24, until: startedAt + 72 * hour, price: farmerHour },
    ],
    [
      'money without a price is not asked',
      { keepWork: { ...keepWork, cost: 1 } },
      { farmers: 24, until: startedAt + 72 * hour },
    ],
  ])('%s', (_, more, kept) => {
    expect(keptFarmers(up, startedAt, policy(more))).toEqual(kept);
  });

  test('where none is up none waits', () => {
    expect(
      keptFarmers(inRebuild(60, { farmers: { ...up.farmers, wanted: 0 } }), startedAt, defaultPolicy),
    ).toBeUndefined();
  });
});
