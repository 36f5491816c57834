import { expect, test } from 'vitest';
import { dueSteps, nextStepAt } from '../../../src/core/time/notify-steps.ts';

const steps = [0, 10, 30].map((after) => ({ after, mention: [`S${after}`] }));

test.each([
  [0, 99, []],
  [0, 100, [0]],
  [0, 110, [0, 10]],
  [1, 110, [10]],
  [1, 500, [10, 30]],
  [3, 500, []],
])('of what is due, the first %i are said by %i', (told, now, due) => {
  expect(dueSteps(steps, 100, told, now).map(({ after }) => after)).toEqual(due);
});

test.each([
  [0, 100],
  [2, 130],
  [3, undefined],
])('after %i, the next one is at %s', (told, at) => {
  expect(nextStepAt(steps, 100, told)).toBe(at);
});
