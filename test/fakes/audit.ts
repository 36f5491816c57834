import type { AuditPort } from '../../src/audit/chain/ports.ts';
import type { AuditEntry } from '../../src/audit/record.ts';

/** Keeps what is recorded; every intent counts as proven, unless `why` says otherwise. */
export const memoryAudit = (why: () => string | undefined = () => undefined) => {
  const entries: AuditEntry[] = [];
  const audit: AuditPort = {
    record: async (more) => {
      entries.push(...more);
    },
    unproven: async () => why(),
  };
  return { ...audit, entries };
};
