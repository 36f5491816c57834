import { describe, expect, test } from 'vitest';
import { type Durability, infoOf, judgeRedis } from '../../../../src/integrations/redis/shared/check.ts';

const good = {
  redis_version: '7.2.4',
  maxmemory_policy: 'noeviction',
  aof_enabled: '1',
  connected_slaves: '1',
};
const said = (over: Partial<Record<keyof typeof good, string>> = {}, durability: Durability = 'aof') => {
  const { problems, warnings } = judgeRedis(
    { durability, waitReplicas: 0 },
    { info: new Map(Object.entries({ ...good, ...over })) },
  );
  return { problems: problems.map(({ path }) => path), warnings: warnings.map(({ path }) => path) };
};
const nothing = { problems: [], warnings: [] };

test('INFO is read by name; headings and blank lines are none', () => {
  expect([...infoOf('# Server\r\nredis_version:7.0.15\r\n\r\nexecutable:/a:b\r\n')]).toEqual([
    ['redis_version', '7.0.15'],
    ['executable', '/a:b'],
  ]);
});

describe('an append-only file is declared', () => {
  test('and there', () => expect(said()).toEqual(nothing));
  test('and not there', () =>
    expect(said({ aof_enabled: '0' })).toEqual({ problems: ['redis appendonly'], warnings: [] }));
  test('everything wrong is told at once', () =>
    expect(said({ aof_enabled: '0', maxmemory_policy: 'allkeys-lru', redis_version: '6.0.16' })).toEqual({
      problems: ['redis version', 'redis maxmemory-policy', 'redis appendonly'],
      warnings: [],
    }));
});

describe('a provider is declared to keep records', () => {
  test('a replica is seen', () => expect(said({ aof_enabled: '0' }, 'managed')).toEqual(nothing));
  test('nothing is seen: that is the word of the provider alone', () =>
    expect(said({ aof_enabled: '0', connected_slaves: '0' }, 'managed')).toEqual({
      problems: [],
      warnings: ['redis.durability'],
    }));
  test('it drops records when memory is short, as ElastiCache does unless told otherwise', () =>
    expect(said({ maxmemory_policy: 'volatile-lru' }, 'managed').problems).toEqual([
      'redis maxmemory-policy',
    ]));
});

describe('nothing is declared to keep records', () => {
  test('what is missing is warned of', () =>
    expect(said({ aof_enabled: '0', maxmemory_policy: 'allkeys-lru' }, 'none')).toEqual({
      problems: [],
      warnings: ['redis maxmemory-policy', 'redis appendonly'],
    }));
  test('a version that is too old is refused all the same', () =>
    expect(said({ redis_version: '5.0.14' }, 'none').problems).toEqual(['redis version']));
});

test.each([
  ['aof', ['redis INFO'], []],
  ['managed', ['redis INFO'], []],
  ['none', [], ['redis INFO']],
] as const)('INFO is refused, and %s is declared', (durability, problems, warnings) => {
  const verdict = judgeRedis({ durability, waitReplicas: 0 }, { info: undefined });
  expect(verdict.problems.map(({ path }) => path)).toEqual(problems);
  expect(verdict.warnings.map(({ path }) => path)).toEqual(warnings);
});

test('replicas are wanted, and cannot be asked', () => {
  const facts = { info: new Map(Object.entries(good)), unwaited: 'NOPERM no wait' };
  expect(judgeRedis({ durability: 'aof', waitReplicas: 1 }, facts).problems).toEqual([
    {
      path: 'redis.wait_replicas',
      message:
        'is 1, and this Redis refuses WAIT, so nothing would ever count as durable (NOPERM no wait). Allow it, or write 0',
    },
  ]);
});
