import { expect, test } from 'vitest';
import { beforeDayOf, keyOf, rangeOfKey } from '../../../src/intake/archive/object-name.ts';

const range = {
  ...{ topic: 'alerts.prod_1', partition: 12, life: '0f'.repeat(16), from: '90', to: '1200' },
  earliest: Date.parse('2026-11-28T23:59:59Z'),
  latest: Date.parse('2026-11-29T00:00:10Z'),
};

test('a key says all about its object, and is read back', () => {
  expect(keyOf(range)).toBe(
    `v1/alerts.prod_1/2026-11-29/12-${'0f'.repeat(16)}/0000000000000000090-0000000000000001200_1795910399000-1795910410000.ndjson.gz`,
  );
  expect(rangeOfKey(keyOf(range))).toEqual(range);
  const { life: _, ...old } = range;
  expect(rangeOfKey(keyOf(old))).toEqual(old);
  const timeless = { ...old, earliest: 0, latest: 0 };
  expect(rangeOfKey(keyOf(timeless))).toEqual(timeless);
});

test('keys of one partition and day are in the order of their offsets, and behind what their day begins with', () => {
  const offsets = ['0', '9', '10', '99', '1000000', '9223372036854775806'];
  const keys = offsets.map((from) => keyOf({ ...range, from, to: String(BigInt(from) + 1n) }));
  expect(keys.toSorted()).toEqual(keys);
  const before = beforeDayOf(range.topic, range.latest);
  expect(keys.every((key) => key > before)).toBe(true);
  expect(keyOf({ ...range, latest: range.latest - 86_400_000 }) < before).toBe(true);
});

test.each([
  'v1/alerts/2026-11-29/0/x.ndjson.gz',
  keyOf(range).replace('2026-11-29', '2026-11-28'),
  keyOf(range).replace('0000000000000000090-', '0000000000000001200-'),
  `${keyOf(range)}.tmp`,
  'somebody/else.txt',
])('is no object of the archive: %s', (key) => {
  expect(rangeOfKey(key)).toBeUndefined();
});
