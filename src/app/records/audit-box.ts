import { linesOf } from '../../audit/chain/copy.ts';
import { recordReading } from '../../audit/chain/reader.ts';
import type { Config } from '../../config/schema/schema.ts';
import { createRebuildQueries } from '../../integrations/redis/rebuilds/rebuild-queries.ts';
import { createKeys } from '../../integrations/redis/shared/keys.ts';
import { createReader } from '../../integrations/redis/shared/reader.ts';
import type { Rebuild } from '../../rebuild/model/rebuild.ts';
import type { RebuildId } from '../../rebuild/model/rebuild-id.ts';
import { atCommandLine, openCliAudit } from './cli-audit.ts';
import { connectOnce } from './connect-once.ts';

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
  const { chain, log } = openCliAudit(redis, config, { now, version });
  try {
    await recordReading({ log, now }, { ...atCommandLine(), how }, what);
  } catch (error) {
    redis.disconnect();
    throw error;
  }
  const queries = createRebuildQueries(
    redis,
    createKeys(config.redis.prefix),
    createReader(() => {}),
  );
  return {
    lines: () => linesOf(chain),
    rebuild: queries.get,
    [Symbol.asyncDispose]: async () => redis.disconnect(),
  };
};
