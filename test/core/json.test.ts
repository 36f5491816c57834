import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withoutAnyNull, withoutNulls } from '../../src/core/json.ts';

test('fields that are null are gone, items of lists stay in their place', () => {
  const sent = { a: null, b: [null, { c: null, d: 1 }, [null]], e: { f: null }, g: '', h: 0, i: false };
  expect(withoutNulls(sent)).toEqual({ b: [null, { d: 1 }, [null]], e: {}, g: '', h: 0, i: false });
  expect(withoutAnyNull(sent)).toEqual({ b: [{ d: 1 }, []], e: {}, g: '', h: 0, i: false });
});

test('what holds no null is not copied, and what is copied keeps what it had', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (json) => {
      const read = withoutNulls(json);
      expect(withoutNulls(read)).toBe(read);
      expect(JSON.stringify(read) === JSON.stringify(json)).toBe(read === json);
    }),
  );
});

test('names that objects inherit stay names, and values with a class stay as they are', () => {
  const read = withoutNulls(JSON.parse('{"__proto__":{"a":null},"b":null}')) as object;
  expect(JSON.stringify(read)).toBe('{"__proto__":{}}');
  expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  const date = new Date(0);
  expect(withoutNulls({ date, gone: null })).toEqual({ date });
});

test('no depth overflows the stack', () => {
  const deep: unknown = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);
  expect(withoutNulls(deep)).toBe(deep);
});
