import { existsSync } from 'node:fs';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { startRedis } from '../../../sandbox/redis/start.ts';

const client = (url: string): Redis => new Redis(url, { lazyConnect: true, retryStrategy: () => null });

test('it starts as farmhand wants it, and keeps its records over kill -9 and restart', async () => {
  const server = await startRedis();
  {
    const redis = client(server.url);
    await redis.set('a', '1');
    expect(await redis.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
    expect(await redis.config('GET', 'appendonly')).toEqual(['appendonly', 'yes']);
    redis.disconnect();
  }
  expect(await server.kill()).toEqual({ code: null, signal: 'SIGKILL' });
  await server.restart();
  const redis = client(server.url);
  expect(await redis.get('a')).toBe('1');
  redis.disconnect();
  await server[Symbol.asyncDispose]();
  expect(existsSync(server.dir)).toBe(false);
});

test('a paused one answers again when it is resumed', async () => {
  await using server = await startRedis({ appendonly: false, maxmemoryPolicy: 'allkeys-lru' });
  const redis = client(server.url);
  expect(await redis.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'allkeys-lru']);
  server.pause();
  const answer = redis.ping();
  server.resume();
  expect(await answer).toBe('PONG');
  redis.disconnect();
});
