import type { Redis } from 'ioredis';
import type { AuditChain } from '../../src/audit/chain/ports.ts';
import { createAuditChain } from '../../src/integrations/redis/audit/audit-chain.ts';
import { createKeys } from '../../src/integrations/redis/shared/keys.ts';

/** The audit's chain in Redis, as somebody with one connection sees it. */
export const auditChainOn = (redis: Redis, prefix: string): AuditChain =>
  createAuditChain({
    ...{ redis, reads: redis, now: Date.now, skew: () => 0, commandTimeout: 4_000, waitReplicas: 0 },
    keys: createKeys(prefix),
  });
