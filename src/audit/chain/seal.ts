import type { AuditEntry, AuditRecord } from '../record.ts';
import { type Checkpoint, canonical, hashOf } from './verify.mjs';

/** A record and the line that the chain holds of it. */
export interface Sealed {
  readonly record: AuditRecord;
  readonly line: string;
}

/** Gives each entry its place behind `head`: the next number, the hash before, its own. */
export const sealEntries = (head: Checkpoint, entries: readonly AuditEntry[]): readonly Sealed[] => {
  let { seq, hash } = head;
  return entries.map((entry) => {
    const content = { ...entry, seq: seq + 1, prev_hash: hash };
    const record: AuditRecord = { ...content, hash: hashOf(content) };
    ({ seq, hash } = record);
    return { record, line: canonical(record) };
  });
};
