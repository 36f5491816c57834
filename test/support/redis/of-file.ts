import { Redis } from 'ioredis';
import { afterAll, beforeAll } from 'vitest';
import { type RedisServer, startRedis } from '../../../sandbox/redis/start.ts';

/** One Redis for all tests of a file, and a client of it; there while they run. */
export const redisOfFile = (): { readonly redis: Redis; readonly url: string } => {
  let server: RedisServer;
  let redis: Redis;
  beforeAll(async () => {
    server = await startRedis();
    redis = new Redis(server.url);
  });
  afterAll(async () => {
    redis?.disconnect();
    await server?.stop();
  });
  return {
    get redis() {
      return redis;
    },
    get url() {
      return server.url;
    },
  };
};
