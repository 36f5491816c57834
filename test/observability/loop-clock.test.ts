import { expect, test } from 'vitest';
import { createLoopClock } from '../../src/observability/loop-clock.ts';

const ticking = (from: number, to: number, clock: ReturnType<typeof createLoopClock>): void => {
  for (let now = from; now <= to; now += 1_000) clock.tick(now);
};

test('nothing happens when the loop turns late, but within the limit', () => {
  const clock = createLoopClock(0);
  clock.tick(9_999);
  expect(clock.stall(9_999)).toBeUndefined();
  expect(clock.stall(19_999)).toBeUndefined();
});

test('a stall is told by whoever asks before the timer has run', () => {
  const clock = createLoopClock(0);
  clock.tick(1_000);
  expect(clock.stall(11_000)).toBeUndefined();
  expect(clock.stall(11_001)).toBe(10_001);
});

test('after its end a stall counts for ten seconds, then it is forgiven', () => {
  const clock = createLoopClock(0);
  clock.tick(15_000);
  ticking(16_000, 25_000, clock);
  expect(clock.stall(24_999)).toBe(15_000);
  expect(clock.stall(25_000)).toBeUndefined();
});

test('a process that keeps stalling is not alive in between', () => {
  const clock = createLoopClock(0);
  for (const end of [12_000, 26_000, 40_000]) {
    clock.tick(end - 3_000 + 1_000);
    clock.tick(end);
  }
  // 2 s of running between stalls of 12 s.
  expect(clock.stall(41_000)).toBe(12_000);
});

test('running time stands still in a stall and in a suspended process', () => {
  const clock = createLoopClock(0);
  ticking(1_000, 10_000, clock);
  expect(clock.running(10_500)).toBe(10_500);
  clock.tick(130_000);
  expect(clock.running(130_000)).toBe(12_000);
  expect(clock.running(130_400)).toBe(12_400);
});
