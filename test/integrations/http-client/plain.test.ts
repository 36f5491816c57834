import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cut, oneLine, plain } from '../../../src/core/text.ts';
import { parseRetryAfter } from '../../../src/integrations/http-client/call.ts';
import { said } from '../../../src/integrations/http-client/said.ts';

test('control characters, marks that turn the reading direction and half characters are taken out', () => {
  expect(plain('a\u0000b\u202ec\r\nd\te\ufefff\ud800g')).toBe('abc\nd\tef\ufffdg');
  expect(oneLine('  a\n\n b\t c ')).toBe('a b c');
});

test('a line that is left as it is would have become the same the long way', () => {
  const unit = fc.constantFrom('a', 'b', ' ', '\t', '\n', '\u007f', '\u00a0', 'é', '\u202e', '\ud800');
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 8 }), (text) => {
      expect(oneLine(text)).toBe(plain(text).replace(/\s+/g, ' ').trim());
    }),
    { numRuns: 500 },
  );
});

test('a cut text fits, stays well-formed and ends in …', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, max) => {
      const result = cut(text, max);
      expect(result.length).toBeLessThanOrEqual(max);
      expect(result.isWellFormed()).toBe(true);
      expect(result === text || result.endsWith('…')).toBe(true);
    }),
  );
});

test('an answer is told by its message, its text, or its kind', () => {
  expect(said('{"message":"no such\\ntask"}')).toBe('no such task');
  expect(said('"quoted"')).toBe('quoted');
  expect(said('{"code":5}')).toBe('{"code":5}');
  expect(said('<!DOCTYPE html><html>')).toBe('(an HTML page)');
  expect(said('')).toBe('(an empty answer)');
  expect(said('x'.repeat(400))).toBe(`${'x'.repeat(299)}…`);
});

test('Retry-After is seconds or a date', () => {
  expect(parseRetryAfter('1.5', 0)).toBe(1_500);
  expect(parseRetryAfter('-4', 0)).toBe(0);
  expect(parseRetryAfter('Thu, 01 Jan 1970 00:00:30 GMT', 10_000)).toBe(20_000);
  expect(parseRetryAfter('soon', 0)).toBeUndefined();
  expect(parseRetryAfter(undefined, 0)).toBeUndefined();
});
