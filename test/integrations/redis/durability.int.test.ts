import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { startRedis } from '../../../sandbox/redis/start.ts';
import { checkRedis, type Durability } from '../../../src/integrations/redis/shared/check.ts';

const check = async (url: string, durability: Durability, waitReplicas = 0) => {
  const redis = new Redis(url);
  try {
    const { problems, warnings } = await checkRedis(redis, { durability, waitReplicas });
    return { problems: problems.map(({ path }) => path), warnings: warnings.map(({ path }) => path) };
  } finally {
    redis.disconnect();
  }
};
const fine = { problems: [], warnings: [] };

test('a Redis whose CONFIG was renamed away, as a provider does it', async () => {
  await using redis = await startRedis({ args: ['--rename-command', 'CONFIG', ''] });
  await expect(new Redis(redis.url, { lazyConnect: true }).config('GET', 'x')).rejects.toThrow(
    /unknown command/,
  );
  expect(await check(redis.url, 'aof')).toEqual(fine);
});

test('without an append-only file: refused, on its provider’s word, or may lose records', async () => {
  await using redis = await startRedis({
    appendonly: false,
    maxmemoryPolicy: 'volatile-lru',
    args: ['--rename-command', 'CONFIG', ''],
  });
  const [policy, file] = ['redis maxmemory-policy', 'redis appendonly'];
  expect(await check(redis.url, 'aof')).toEqual({ problems: [policy, file], warnings: [] });
  expect(await check(redis.url, 'managed')).toEqual({ problems: [policy], warnings: ['redis.durability'] });
  expect(await check(redis.url, 'none')).toEqual({ problems: [], warnings: [policy, file] });
});

test('a user without CONFIG, INFO or WAIT', async () => {
  await using redis = await startRedis();
  const admin = new Redis(redis.url);
  await admin.call('ACL', ['SETUSER', 'few', 'on', '>pw', '~*', '+@all', '-config', '-wait']);
  const url = redis.url.replace('//', '//few:pw@');
  expect(await check(url, 'aof')).toEqual(fine);
  expect(await check(url, 'aof', 1)).toEqual({ problems: ['redis.wait_replicas'], warnings: [] });
  await admin.call('ACL', ['SETUSER', 'few', '-info']);
  expect(await check(url, 'managed')).toEqual({ problems: ['redis INFO'], warnings: [] });
  expect(await check(url, 'none')).toEqual({ problems: [], warnings: ['redis INFO'] });
  admin.disconnect();
});

test('replicas that must confirm: waited for until WAIT says they do', async () => {
  await using redis = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] });
  await expect(check(redis.url, 'managed', 1)).rejects.toThrow(/Too few replicas/);
  await using _replica = await startRedis({ args: ['--replicaof', '127.0.0.1', String(redis.port)] });
  await expect.poll(() => check(redis.url, 'managed', 1).catch(String), { timeout: 30_000 }).toEqual(fine);
});
