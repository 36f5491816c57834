import { describe, expect, test } from 'vitest';
import {
  type Declaration,
  nextSeen,
  recordsAre,
  regionStanding,
  settleAfter,
} from '../../src/region/region.ts';

const lease = 60_000;
const declaration = (region: string, ts: string, after?: string): Declaration => ({
  ...{ region, ts, by: 'sam', why: 'the machines are gone' },
  ...(after !== undefined && { after }),
});
const west = declaration('west', '100.000001');
const east = declaration('east', '200.000001', west.ts);

describe('how a region stands', () => {
  test('the newest declaration counts, and nothing but it', () => {
    expect(regionStanding('west', { newest: west, age: 0 }, { lease })).toEqual({
      is: 'active',
      declaration: west,
    });
    expect(regionStanding('west', { newest: east, age: 0 }, { lease })).toEqual({
      is: 'standby',
      active: east,
    });
    expect(regionStanding('west', { age: 0 }, { lease })).toEqual({ is: 'undeclared' });
  });
  test('what was seen counts until the lease is over, and not a millisecond longer', () => {
    expect(regionStanding('west', { newest: west, age: lease - 1 }, { lease }).is).toBe('active');
    expect(regionStanding('west', { newest: west, age: lease }, { lease })).toEqual({
      is: 'unknown',
      why: 'its channel was not read lately',
    });
    expect(regionStanding('west', { newest: west, age: lease }, { lease, trouble: 'no answer' })).toEqual({
      is: 'unknown',
      why: 'no answer',
    });
    expect(regionStanding('west', undefined, { lease }).is).toBe('unknown');
  });
});

describe('a declaration that is not there any more', () => {
  test('is not followed by the one before it', () => {
    expect(nextSeen({ newest: east }, { newest: west })).toEqual({ gone: east });
    expect(nextSeen({ newest: east }, {})).toEqual({ gone: east });
  });
  test('what is as new or newer is taken', () => {
    expect(nextSeen(undefined, {})).toEqual({ seen: {} });
    expect(nextSeen({}, { newest: west })).toEqual({ seen: { newest: west } });
    expect(nextSeen({ newest: west }, { newest: west })).toEqual({ seen: { newest: west } });
    expect(nextSeen({ newest: west }, { newest: east })).toEqual({ seen: { newest: east } });
  });
  test('two of one second are told apart', () => {
    const [first, second] = [
      declaration('west', '1763600000.000100'),
      declaration('east', '1763600000.000101'),
    ];
    expect(nextSeen({ newest: second }, { newest: first })).toEqual({ gone: second });
  });
});

describe('the records of a region that is promoted', () => {
  const back = declaration('west', '300.000001', east.ts);
  test.each([
    ['nothing is there', east, undefined, 'fit'],
    ['it works on them already', east, { region: east.ts }, 'its_own'],
    ['a copy of the other region’s', east, { region: west.ts }, 'fit'],
    ['of its own, of before the other one worked', back, { region: west.ts }, 'of_before'],
    ['imported from the other region', back, { region: east.ts }, 'fit'],
    ['of before there were regions, at the first declaration', west, {}, 'fit'],
    ['of before there were regions, although another one has worked', east, {}, 'of_before'],
  ] as const)('%s', (_, to, mark, are) => {
    expect(recordsAre(to, mark)).toBe(are);
  });
});

test('the other one’s lease is over, and whatever it began within it, before a region begins', () => {
  // A claim is acted on for 10 s (claimGoodFor), its call begins within 4 s (begunWithin) and is given up after 15 s.
  expect(settleAfter(lease)).toBeGreaterThan(lease + 10_000 + 4_000 + 15_000);
});
