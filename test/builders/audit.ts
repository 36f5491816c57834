import type { AuditStamp } from '../../src/audit/chain/entry-text.ts';
import { type Checkpoint, noHash } from '../../src/audit/chain/verify.mjs';
import type { AuditEntry } from '../../src/audit/record.ts';

/** What the first record of a chain follows on. */
export const beginning: Checkpoint = { seq: 0, hash: noHash };

/** A person's command that was taken. */
export const anAuditEntry = (over: Partial<AuditEntry> = {}): AuditEntry => ({
  type: 'command',
  time_utc: '2026-11-20T21:49:07.123Z',
  actor: { id: 'U0ALICE', name: 'Alice Ash' },
  object: { kind: 'rebuild', id: 'system6-20261120-1', instance: 'system6' },
  outcome: 'done',
  ...over,
});

export const aStamp = (over: Partial<AuditStamp> = {}): AuditStamp => ({
  software: { version: '0.2.0', config: 'c0ffee' },
  safe: (text) => text,
  ...over,
});
