import fc from 'fast-check';
import { expect, test } from 'vitest';
import { beginWork, stepWork, type Work, workDone } from '../../../sandbox/engine/work.ts';

const steps = (work: Work, ...moments: readonly (readonly [readonly string[], number])[]): Work =>
  moments.reduce((now, [farmers, ms]) => stepWork(now, farmers, ms, 10), work);

test('balance: twice the farmers, twice the pace; newcomers join from the next moment', () => {
  const two = beginWork('balance', 1_000, 0, ['a', 'b']);
  expect(workDone(steps(two, [['a', 'b'], 50]))).toBe(100);
  expect(workDone(steps(two, [['a', 'b', 'c', 'd'], 0], [['a', 'b', 'c', 'd'], 50]))).toBe(200);
});

test('balance: what a dead farmer had not handed in is done again', () => {
  const work = steps(beginWork('balance', 1_000, 0, ['a', 'b']), [['a', 'b'], 18]);
  expect([work.safe, workDone(work)]).toEqual([20, 36]);
  const after = steps(work, [['a'], 0]);
  expect([after.safe, workDone(after)]).toEqual([20, 28]);
  expect(workDone(steps(after, [[], 500]))).toBe(20);
});

test('farm: newcomers do nothing, and the others do the share of a dead one again', () => {
  const work = steps(beginWork('farm', 100, 0, ['a', 'b']), [['a', 'b', 'late'], 20]);
  expect(workDone(work)).toBe(40);
  const after = steps(work, [['a', 'late'], 0]);
  expect(workDone(after)).toBe(20);
  expect(workDone(steps(after, [['a', 'late'], 80]))).toBe(100);
});

test('farm: a farmer that comes back is another one; with nobody left nothing is left', () => {
  const work = steps(beginWork('farm', 100, 0, ['a@1']), [['a@2'], 20]);
  expect(work.shares.size).toBe(0);
});

test('both: done stays between what is safe and the whole, and one farmer that stays gets it done', () => {
  const farmers = fc.subarray(['b', 'c', 'd', 'e']).map((others) => ['a', ...others]);
  const moments = fc.array(fc.tuple(farmers, fc.integer({ min: 0, max: 40 })), { maxLength: 20 });
  fc.assert(
    fc.property(fc.constantFrom('farm', 'balance'), moments, (engine, history) => {
      let work = beginWork(engine, 500, 100, ['a', 'b', 'c']);
      for (const [now, ms] of history) {
        work = stepWork(work, now, ms, 10);
        expect(workDone(work)).toBeGreaterThanOrEqual(work.safe);
        expect(workDone(work)).toBeLessThanOrEqual(500 + 1e-6);
      }
      expect(workDone(stepWork(work, ['a'], 1_000, 10))).toBeCloseTo(500);
    }),
  );
});
