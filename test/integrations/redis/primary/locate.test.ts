import { describe, expect, test } from 'vitest';
import { endpointOf, overTls } from '../../../../src/integrations/redis/primary/address.ts';
import {
  NotLocated,
  type SentinelAnswer,
  wordOf,
} from '../../../../src/integrations/redis/primary/sentinels.ts';
import { ownerOf } from '../../../../src/integrations/redis/primary/slot-owner.ts';

const says = (host: string): SentinelAnswer => ({ is: 'primary', at: { host, port: 1 } });
const unknown: SentinelAnswer = { is: 'unknown' };
const failed = (why: string): SentinelAnswer => ({ is: 'failed', why });

describe('what Sentinels say', () => {
  test.each([
    ['all agree', [says('a'), says('a'), says('a')], 'a', true],
    ['one was cut off, and names the old primary', [says('old'), says('a'), says('a')], 'a', true],
    [
      'one of three answers: good enough to try, not to leave another',
      [failed('x'), says('a'), failed('x')],
      'a',
      false,
    ],
    ['no two agree: the first', [says('a'), says('b')], 'a', false],
  ] as const)('%s', (_, answers, host, byMost) => {
    expect(wordOf(answers)).toEqual({ at: { host, port: 1 }, byMost });
  });

  test.each([
    ['sentinel_name', [failed('x'), unknown]],
    ['sentinel_password', [failed('connect ECONNREFUSED'), failed('NOAUTH Authentication required.')]],
    ['sentinels_away', [failed('connect ECONNREFUSED'), failed('y')]],
  ] as const)('none says where it is: %s', (name, answers) => {
    try {
      wordOf(answers);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(NotLocated);
      expect((error as NotLocated).trouble.name).toBe(name);
    }
  });
});

describe('who has a slot, by CLUSTER SLOTS', () => {
  const asked = { host: 'seed', port: 7000 };
  const slots = [
    [0, 5460, ['10.0.0.1', 7001, 'id'], ['10.0.0.4', 7004, 'id']],
    [5461, 16383, ['', 7002, 'id', ['hostname', 'x']], [null, 7005, 'id']],
  ];
  test('the first node of its range; all of them can be asked another time', () => {
    expect(ownerOf(slots, 5460, asked)?.at).toEqual({ host: '10.0.0.1', port: 7001 });
    expect(ownerOf(slots, 0, asked)?.nodes.map(({ port }) => port)).toEqual([7001, 7004, 7002, 7005]);
  });
  test('a node that names no host is reached as the one that was asked', () => {
    expect(ownerOf(slots, 5461, asked)?.at).toEqual({ host: 'seed', port: 7002 });
  });
  test.each([[[]], [null], ['x'], [[[1, 2]]], [[[0, 10, ['h', 1]]]]])('nobody: %j', (answer) => {
    expect(ownerOf(answer, 11, asked)).toBeUndefined();
  });
});

test('addresses', () => {
  expect(endpointOf('sentinel-0.redis:26379')).toEqual({ host: 'sentinel-0.redis', port: 26_379 });
  expect(endpointOf('[fd00::1]:26379')).toEqual({ host: 'fd00::1', port: 26_379 });
  expect([{ url: 'rediss://r' }, { tls: true }, { tls: {} }].map(overTls)).toEqual([true, true, true]);
  expect([{ url: 'redis://r' }, { tls: false }, { sentinel: { name: 'x', nodes: [] } }].map(overTls)).toEqual(
    [false, false, false],
  );
});
