import { expect, test } from 'vitest';
import { firstNumber } from '../../src/recovery/first-number.ts';
import type { Recovery } from '../../src/recovery/recovery.ts';

const since = Date.UTC(2026, 10, 20, 9, 0, 0);
const now = Date.UTC(2026, 10, 20, 14, 35, 12);
const read = { state: 'read', roots: 0, firing: 0, back: 0 } as const;
const recovery = (over: Partial<Recovery> = {}): Recovery => ({
  why: 'empty',
  sure: true,
  since,
  from: 0,
  phase: 'over',
  channels: { C1: read },
  ...over,
});

test('on a day on which records were lost, numbers of rebuilds follow the clock', () => {
  expect(firstNumber(recovery(), now)).toBe(143_512);
  expect(firstNumber(recovery({ phase: 'reading' }), Date.UTC(2026, 10, 20, 23, 59, 59))).toBe(235_959);
});

test('the day after, and where nothing was ever lost, they are counted from one', () => {
  expect(firstNumber(undefined, now)).toBe(1);
  expect(firstNumber(recovery(), Date.UTC(2026, 10, 21, 0, 0, 1))).toBe(1);
  expect(firstNumber(recovery({ sure: false }), now)).toBe(1);
});

test('a first start that could not read a channel does not know what was given there', () => {
  const unreadable = { state: 'unreadable', error: 'not_in_channel' } as const;
  expect(firstNumber(recovery({ sure: false, channels: { C1: unreadable } }), now)).toBe(143_512);
});
