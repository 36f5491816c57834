import { describe, expect, test } from 'vitest';
import { regionFinding } from '../../../src/app/doctor/region.ts';
import type { Declaration } from '../../../src/region/region.ts';

const west: Declaration = { region: 'west', ts: '1795950000.000100', by: 'sam (command line)', why: 'first' };
const promoted = { ok: true, value: west } as const;
const who = `promoted by sam (command line) at ${new Date(1_795_950_000_000).toISOString().replace('.000Z', 'Z')}: first`;

describe('the region that was promoted', () => {
  test.each([
    ['its_own', 'ok', ''],
    ['fit', 'warn', '. It has not begun on its records: GET /activez of a pod says what it waits for'],
    ['of_before', 'fail', '. It does nothing: its records are of before another region worked'],
    [undefined, 'warn', '. Whether it has begun is not known: its Redis was not read'],
  ] as const)('with records %s: %s', (records, state, says) => {
    const found = regionFinding('west', promoted, records);
    expect([found.state, found.says]).toEqual([state, `this one, west, is to work, ${who}${says}`]);
  });
});

test.each([
  ['refused', 'fail'],
  ['unavailable', 'unknown'],
] as const)('a channel that cannot be read (%s): %s', (kind, state) => {
  const found = regionFinding('west', { ok: false, kind, error: 'not_in_channel' }, undefined);
  expect([found.state, found.says]).toEqual([state, 'which region works cannot be read: not_in_channel']);
});

test('a reason of many lines is told in one', () => {
  const long = { ...west, why: 'one\ntwo' };
  expect(regionFinding('east', { ok: true, value: long }, undefined).says).toContain(
    ': one two. This is east',
  );
});
