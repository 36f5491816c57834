import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Progress, Sample } from '../../../src/rebuild/model/parts/progress.ts';
import { noControls } from '../../../src/rebuild/model/rules/rules.ts';
import { rateOf, samplesAtMost, withLook, withSample } from '../../../src/rebuild/observe/progress.ts';
import { muchTheSame, scaleAdvice, withScaleAdvice } from '../../../src/rebuild/planning/scale-advice.ts';
import { anInstance, aPlan, runningRebuild, startedAt } from '../../builders/rebuild.ts';

const hour = 3_600_000;
const samples = (
  count: number,
  perHour: number,
  ready = 24,
  from: Sample | undefined = undefined,
): Sample[] =>
  Array.from({ length: count }, (_, i) => ({
    at: (from?.at ?? startedAt - 60_000) + (i + 1) * 60_000,
    percent: (from?.percent ?? 0) + ((i + 1) * perHour) / 60,
    ready,
  }));

describe('samples', () => {
  test('stay within their number and evenly spread, however long it takes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 300, maxLength: 1_500 }),
        (steps) => {
          let at = startedAt;
          let kept: readonly Sample[] = [];
          for (const step of steps) {
            at += step;
            kept = withSample(kept, { at, percent: 1, ready: 1 });
          }
          expect(kept.length).toBe(samplesAtMost);
          expect(kept.at(-1)?.at).toBe(at);
          const gaps = kept.slice(1).map((sample, i) => sample.at - (kept[i]?.at ?? 0));
          // No hole is much wider than an even share of the time.
          expect(Math.max(...gaps)).toBeLessThan(((at - startedAt) / samplesAtMost) * 6 + 200_000);
        },
      ),
      { numRuns: 20 },
    );
  });

  test('the one goes whose neighbours are nearest, the first of several, and never the first of all or the new one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 5 }), {
          minLength: samplesAtMost + 1,
          maxLength: samplesAtMost + 1,
        }),
        (steps) => {
          let at = startedAt;
          const all = steps.map((step): Sample => {
            at += step;
            return { at, percent: 1, ready: 1 };
          });
          const gaps = all.slice(1, -1).map((_, i) => (all[i + 2]?.at ?? 0) - (all[i]?.at ?? 0));
          const gone = gaps.indexOf(Math.min(...gaps)) + 1;
          const last = all.at(-1);
          if (!last) throw new Error('no sample');
          expect(withSample(all.slice(0, -1), last)).toEqual(all.toSpliced(gone, 1));
        },
      ),
      { numRuns: 50 },
    );
  });

  test('one from before the last changes nothing', () => {
    const some = samples(3, 6);
    expect(withSample(some, { at: startedAt - 1, percent: 9, ready: 1 })).toBe(some);
  });
});

describe('the rate', () => {
  test('is not known from one or two samples, or while nothing moves', () => {
    expect(rateOf([], 'balance', startedAt)).toBeUndefined();
    expect(rateOf(samples(2, 6), 'balance', startedAt + 60_000)).toBeUndefined();
    expect(rateOf(samples(50, 0), 'balance', startedAt + 50 * 60_000)).toBeUndefined();
  });

  test('is what was done of late', () => {
    const all = samples(120, 6);
    expect(rateOf(all, 'balance', all.at(-1)?.at ?? 0)).toBeCloseTo(6);
  });

  test('follows a change in the number of farmers at once, and then by what they do', () => {
    const before = samples(120, 6);
    const first = samples(1, 12, 48, before.at(-1));
    const once = [...before, ...first];
    expect(rateOf(once, 'balance', once.at(-1)?.at ?? 0)).toBeCloseTo(12);
    expect(rateOf(once, 'farm', once.at(-1)?.at ?? 0)).toBeCloseTo(6);
    const later = [...before, ...samples(20, 9, 48, before.at(-1))];
    expect(rateOf(later, 'balance', later.at(-1)?.at ?? 0)).toBeCloseTo(9);
  });

  test('forgets what was before a recovery', () => {
    const before = samples(120, 6);
    const back = { at: before.at(-1)?.at ?? 0, percent: 3 };
    const all = [...before, ...samples(10, 4, 24, { ...back, ready: 24 })];
    expect(rateOf(all, 'balance', all.at(-1)?.at ?? 0)).toBeCloseTo(4);
  });
});

describe('a look', () => {
  const run = { state: 'running', percent: 50, farmers: 24 } as const;

  test('that shows nothing new keeps when it last moved', () => {
    const first = withLook(undefined, 'rebuild', run, 24, 'balance', startedAt);
    const second = withLook(first, 'rebuild', run, 24, 'balance', startedAt + hour);
    expect([first.movedAt, second.movedAt]).toEqual([startedAt, startedAt]);
    expect(
      withLook(second, 'rebuild', { ...run, percent: 51 }, 24, 'balance', startedAt + hour).movedAt,
    ).toBe(startedAt + hour);
  });

  test('at the write keeps the samples of the rebuild, for the chart at the end', () => {
    const first = withLook(undefined, 'rebuild', run, 24, 'balance', startedAt);
    const second = withLook(first, 'write', { state: 'running', percent: 3 }, 0, 'balance', startedAt + hour);
    expect(second).toEqual({ of: 'write', percent: 3, movedAt: startedAt + hour, samples: first.samples });
  });

  test('at nonsense shows none', () => {
    expect(withLook(undefined, 'rebuild', { ...run, percent: 140 }, 24, 'balance', startedAt).percent).toBe(
      100,
    );
    expect(withLook(undefined, 'rebuild', { ...run, percent: -3 }, 24, 'balance', startedAt).percent).toBe(0);
  });
});

describe('the number of farmers that meets the target', () => {
  const at = startedAt + 10 * hour;
  const progress: Progress = {
    of: 'rebuild',
    percent: 50,
    movedAt: at,
    perHour: 5,
    eta: at + 10 * hour,
    samples: [],
  };
  const seen = { at, wanted: 24, ready: 24, pods: 24, troubles: [] };
  const rebuild = (targetHours: number | undefined, maximum = 100, ready = 24) =>
    runningRebuild({
      plan: aPlan({
        instance: anInstance({ maximum }),
        ...(targetHours !== undefined && { targetMs: targetHours * hour }),
      }),
      farmers: { wanted: 24, target: 24, minimum: 2, seen: { ...seen, ready } },
    });

  test.each([
    ['no target', undefined, 100, undefined],
    ['a target that is met', 21, 100, undefined],
    [
      'half the time left: twice as many',
      15,
      100,
      { kind: 'meets', farmers: 48, eta: at + 5 * hour, instead: at + 10 * hour },
    ],
    [
      'the smallest number, rounded up',
      18,
      100,
      { kind: 'meets', farmers: 30, eta: at + 8 * hour, instead: at + 10 * hour },
    ],
    [
      'beyond the maximum: what that would do',
      15,
      30,
      { kind: 'late', farmers: 30, eta: at + 8 * hour, instead: at + 10 * hour },
    ],
    [
      'a target that has passed',
      9,
      48,
      { kind: 'late', farmers: 48, eta: at + 5 * hour, instead: at + 10 * hour },
    ],
    ['at the maximum already', 15, 24, undefined],
  ])('%s', (_, target, maximum, expected) => {
    expect(scaleAdvice(rebuild(target, maximum), progress, at)).toEqual(expected);
  });

  test('no more than a rule of policy allows', () => {
    const limits = { farmers: { value: 30, rule: 'gov' } };
    expect(
      scaleAdvice({ ...rebuild(15), controls: { ...noControls('gov'), limits } }, progress, at),
    ).toMatchObject({ kind: 'late', farmers: 30 });
  });

  test('nothing is said or offered in a freeze window, where nothing is scaled', () => {
    const late = { ...rebuild(15), progress };
    const told = withScaleAdvice({ rebuild: late, journal: [] }, at);
    expect([told.rebuild.offer?.farmers, told.rebuild.told]).toEqual([48, { 'offer:48': at }]);
    expect(withScaleAdvice({ rebuild: told.rebuild, journal: [] }, at, true).rebuild.offer).toBeUndefined();
    expect(withScaleAdvice({ rebuild: late, journal: [] }, at, true).rebuild.told).toEqual(late.told);
  });

  test('those that are still coming up are counted on', () => {
    expect(scaleAdvice(rebuild(15.1, 100, 12), progress, at)).toBeUndefined();
  });

  test('a number is said again only when it changes much', () => {
    expect([muchTheSame(30, 32), muchTheSame(30, 37), muchTheSame(30, 60)]).toEqual([true, true, false]);
  });
});
