import { Redis } from 'ioredis';
import { afterAll, beforeAll } from 'vitest';
import { type RedisServer, startRedis } from '../../../sandbox/redis/start.ts';
import { createAuditChain } from '../../../src/integrations/redis/audit/audit-chain.ts';
import { createKeys } from '../../../src/integrations/redis/shared/keys.ts';
import { auditChainConformance } from './audit.ts';

let server: RedisServer;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

let prefixes = 0;
auditChainConformance('Redis', () =>
  createAuditChain({
    ...{ redis, reads: redis, now: Date.now, skew: () => 0, commandTimeout: 4_000, waitReplicas: 0 },
    keys: createKeys(`audit-${++prefixes}`),
  }),
);
