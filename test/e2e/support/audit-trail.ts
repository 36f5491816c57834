import { Redis } from 'ioredis';
import { linesOf } from '../../../src/audit/chain/copy.ts';
import { chainVerifier, type Verified } from '../../../src/audit/chain/verify.mjs';
import type { AuditRecord } from '../../../src/audit/record.ts';
import { auditChainOn } from '../../support/audit-chain.ts';

export interface AuditTrail extends Disposable {
  /** All of the chain, and what verifying says of it. */
  read(): Promise<{ readonly records: readonly AuditRecord[]; readonly verified: Verified }>;
}

/** The audit as somebody beside farmhand reads it. */
export const openAuditTrail = (redisUrl: string): AuditTrail => {
  const redis = new Redis(redisUrl);
  // Tests take Redis away.
  redis.on('error', () => undefined);
  const chain = auditChainOn(redis, 'farmhand');
  return {
    read: async () => {
      const verifier = chainVerifier([]);
      const records: AuditRecord[] = [];
      for await (const line of linesOf(chain)) {
        verifier.take(line);
        records.push(JSON.parse(line));
      }
      return { records, verified: verifier.end() };
    },
    [Symbol.dispose]: () => redis.disconnect(),
  };
};
