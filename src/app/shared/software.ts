import type { AuditSoftware } from '../../audit/record.ts';
import type { Config } from '../../config/schema/schema.ts';
import { sha256 } from '../../core/hash.ts';

/** Which software, with which config. Secrets show themselves as such only, so none is in the hash. */
export const softwareOf = (version: string, config: Config): AuditSoftware => {
  // The image says it (Dockerfile).
  const { FARMHAND_COMMIT: commit = '' } = process.env;
  return {
    version,
    ...(commit !== '' && commit !== 'unknown' && { commit }),
    config: sha256(JSON.stringify(config), 16),
  };
};
