import { userInfo } from 'node:os';
import type { Redis } from 'ioredis';
import { type AuditLog, createAuditLog } from '../../audit/chain/audit-log.ts';
import type { AuditChain } from '../../audit/chain/ports.ts';
import type { Config } from '../../config/schema/schema.ts';
import { createAuditChain } from '../../integrations/redis/audit/audit-chain.ts';
import { createKeys } from '../../integrations/redis/shared/keys.ts';
import { softwareOf } from '../shared/software.ts';
import { forAPerson } from './connect-once.ts';

/** Whoever is at a command line, as the audit names them. */
export const atCommandLine = () =>
  ({ actor: { id: `cli:${userInfo().username}` }, where: { client: 'cli' } }) as const;

/** The audit for one command of a person, beside a farmhand that runs or not. */
export const openCliAudit = (
  redis: Redis,
  config: Config,
  { now, version }: { readonly now: () => number; readonly version: string },
  waitReplicas: number = config.redis.wait_replicas,
): { readonly chain: AuditChain; readonly log: AuditLog } => {
  const { prefix, command_timeout } = config.redis;
  const chain = createAuditChain({
    ...{ redis, reads: redis, now, skew: () => 0, keys: createKeys(prefix) },
    ...{ commandTimeout: forAPerson(command_timeout), waitReplicas },
  });
  const software = softwareOf(version, config);
  const stamp = () => ({ software, safe: (text: string) => text });
  return { chain, log: createAuditLog({ chain, now, stamp, begins: false }) };
};
