import { describe, expect, test } from 'vitest';
import { createKeys } from '../../../../src/integrations/redis/shared/keys.ts';
import { readLine } from '../../../../src/integrations/redis/transfer/format.ts';
import { isExported } from '../../../../src/integrations/redis/transfer/kept-keys.ts';

test('every key of farmhand is exported, but for what is of processes, of moments, or in the first line', () => {
  const { prefix, full: _, lease: __, ...named } = createKeys('p');
  const keys = Object.values(named)
    .flatMap((key) => {
      const made = typeof key === 'string' ? key : key('x', 'x');
      return typeof made === 'string' ? [made] : Object.values(made);
    })
    .map((key) => key.replace(prefix, ''));
  expect(keys.filter((key) => !isExported(key)).toSorted()).toEqual([
    'audit:turn:x',
    'installation',
    'mark',
    'pace:x',
    'quota:x',
    'replay',
  ]);
  const { lease } = createKeys('p');
  const leases = ['recovery', 'looks', 'lane', 'rebuild', 'alert'].map((of) => lease(of as 'lane', 'x'));
  expect(leases.filter((key) => isExported(key.replace(prefix, '')))).toEqual([]);
});

test.each(['lane:wait', 'alert:x', 'rebuild:id', 'probe', 'anything'])(
  'nudges and what others put there stay: %s',
  (key) => {
    expect(isExported(key)).toBe(false);
  },
);

describe('a line of an export', () => {
  const header = {
    farmhand: 'export',
    version: 1,
    software: 'x',
    prefix: 'p',
    at: 1,
    still: true,
    mark: { epoch: 'a' },
  };
  test('is what it is', () => {
    expect(readLine(JSON.stringify(header))).toEqual({ is: 'header', header });
    expect(readLine('["s:x","string",0,0,["y"]]')).toEqual({
      is: 'entry',
      entry: ['s:x', 'string', 0, 0, ['y']],
    });
    expect(readLine('{"end":true,"entries":1,"sha256":"x"}').is).toBe('end');
  });
  test('of another version is refused by name', () => {
    expect(() => readLine(JSON.stringify({ ...header, version: 2 }))).toThrow(
      'it is an export of version 2, and this farmhand reads version 1',
    );
  });
  test.each(['', '{', 'null', '[]', '["k","module",0,0,[]]', '{"version":1}', '["k","list",0,0,[1]]'])(
    '%s is none',
    (line) => {
      expect(() => readLine(line)).toThrow('it is not a line of an export of farmhand');
    },
  );
});
