import { userInfo } from 'node:os';
import { createAuditLog } from '../../audit/chain/audit-log.ts';
import { linesOf } from '../../audit/chain/copy.ts';
import { recordReading } from '../../audit/chain/reader.ts';
import type { Config } from '../../config/schema/schema.ts';
import { createAuditChain } from '../../integrations/redis/audit/audit-chain.ts';
import { createRebuildQueries } from '../../integrations/redis/rebuilds/rebuild-queries.ts';
import { createKeys } from '../../integrations/redis/shared/keys.ts';
import { createReader } from '../../integrations/redis/shared/reader.ts';
import type { Rebuild } from '../../rebuild/model/rebuild.ts';
import type { RebuildId } from '../../rebuild/model/rebuild-id.ts';
import { softwareOf } from '../shared/software.ts';
import { connectOnce, forAPerson } from './connect-once.ts';

/** The audit for people at a command line, beside a farmhand that runs or not. */
export interface AuditBox extends AsyncDisposable {
  /** Every record of the chain, a line each, what waits for its place included. */
  lines(): AsyncIterable<string>;
  /** Its record, where it is still kept. */
  rebuild(id: RebuildId): Promise<Rebuild | undefined>;
}

export interface AuditReading {
  /** What is done with what is read: `verify`, `export`. */
  readonly how: string;
  /** What was asked for. */
  readonly what: readonly string[];
}

/**
 * Opens the audit for reading, and records that somebody does: without that record nothing is read.
 * @throws FarmhandError when Redis does not answer
 */
export const openAuditBox = async (
  config: Config,
  { how, what }: AuditReading,
  now: () => number,
  version: string,
): Promise<AuditBox> => {
  const redis = await connectOnce(config);
  const { prefix, command_timeout, wait_replicas } = config.redis;
  const keys = createKeys(prefix);
  const chain = createAuditChain({
    ...{ redis, reads: redis, now, skew: () => 0, keys },
    ...{ commandTimeout: forAPerson(command_timeout), waitReplicas: wait_replicas },
  });
  const software = softwareOf(version, config);
  const stamp = () => ({ software, safe: (text: string) => text });
  const log = createAuditLog({ chain, now, stamp, begins: false });
  try {
    const reading = { actor: { id: `cli:${userInfo().username}` }, where: { client: 'cli' }, how } as const;
    await recordReading({ log, now }, reading, what);
  } catch (error) {
    redis.disconnect();
    throw error;
  }
  const queries = createRebuildQueries(
    redis,
    keys,
    createReader(() => {}),
  );
  return {
    lines: () => linesOf(chain),
    rebuild: queries.get,
    [Symbol.asyncDispose]: async () => redis.disconnect(),
  };
};
