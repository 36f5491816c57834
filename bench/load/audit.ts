import { type AuditEntry, auditTime } from '../../src/audit/record.ts';

/** What a person asked of a rebuild, with all that farmhand knows of them: about a kilobyte once it is sealed. */
export const commandEntry = (n: number, now: number): AuditEntry => ({
  type: 'command',
  time_utc: auditTime(now),
  actor: { id: 'U0ALICE', name: 'Alice Ash', team: 'T0BENCH0', email: 'alice.ash@example.com' },
  where: { client: 'slash', channel: 'C0BENCH0' },
  object: { kind: 'rebuild', id: 'system0-20261128-1', instance: 'system0' },
  outcome: 'done',
  command: { verb: 'scale', role: 'farmer', farmers: 2 + (n % 90), number: n },
  before: { farmers: 2 + ((n + 89) % 90) },
  why: { reason: 'The node pool has grown, so there is room for more. '.repeat(4), ticket: 'DCR-1234' },
  plan_hash: '5f2c8a0d9b1e47c3a6d4f0b2e8917c35d06a4b8e9f1c2d3a4b5c6d7e8f901234',
  authz: { allowed: true, role: 'sre', through: 'U0ALICE' },
  correlation: { version: n },
});
