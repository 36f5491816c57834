import type { AuditRecord } from './record.ts';

/** Every field of a record: what it holds, and the controls (NIST SP 800-53, revision 5) that it serves. */
export const auditFields = {
  seq: { holds: 'Its number; there are no gaps.', controls: ['AU-9(2)', 'AU-9(3)', 'SI-7'] },
  prev_hash: {
    holds: 'SHA-256 (hex) of the record before; 64 zeros where there is none.',
    controls: ['AU-9(3)', 'SI-7'],
  },
  hash: {
    holds: 'SHA-256 (hex) of this record: of its canonical JSON (RFC 8785) without `hash`.',
    controls: ['AU-9(3)', 'SI-7'],
  },
  type: { holds: 'One of the records above.', controls: ['AU-2', 'AU-3'] },
  time_utc: { holds: 'RFC 3339 in UTC with milliseconds.', controls: ['AU-3', 'AU-8'] },
  outcome: {
    holds:
      '`intended`, `done`, `already`, `held` (waits for another person’s approval), `refused`, `denied`, `failed`, `unknown`.',
    controls: ['AU-3'],
  },
  actor: {
    holds:
      'Who: Slack user `id` and `name`, workspace (`team`) and `email`; `unknown` where Slack did not say in time. `farmhand` where it acts by itself, `cli:<user>` for a command line.',
    controls: ['AU-3', 'AU-10', 'AC-6(9)'],
  },
  on_behalf_of: { holds: 'Whose wish farmhand carries out there; as `actor`.', controls: ['AU-3', 'AU-10'] },
  where: {
    holds:
      'Through what it was asked (`client`: `slash`, `button`, `form`, `thread`, `home`, `cli`, `api`), and in which Slack `channel`.',
    controls: ['AU-3'],
  },
  object: {
    holds: 'What it is about: a rebuild, an instance, an alert, the config, the software, the audit.',
    controls: ['AU-3'],
  },
  command: {
    holds:
      'All that was asked: verb, numbers, reason, expiry. Of a start: engine, farmers, minimum, forced, the values file and its commit, each change that was planned.',
    controls: ['AU-3(1)', 'CM-3'],
  },
  action_id: { holds: 'Joins the intent of a change with its outcome.', controls: ['AU-12(1)'] },
  duration_ms: {
    holds:
      'Of an outcome: since its claim (of an alert’s action: since it was asked). Of an end: of the whole rebuild.',
    controls: ['AU-3(1)'],
  },
  before: {
    holds: 'What is changed, as it was: replicas of which set in which cluster; an order to the engine.',
    controls: ['CM-3', 'CM-5(1)'],
  },
  after: {
    holds:
      'And to what. Of an outcome that is done also what the world calls it, as it was read back: resource version, commit, ticket. Of a ticket that is told of its alert: which, what it is told (`state`), the `move` that the route asks for, and what became of that (`remark`).',
    controls: ['CM-3', 'CM-5(1)'],
  },
  why: { holds: 'The `reason` that was given, the `ticket`, the `alert`.', controls: ['CM-3', 'IR-5'] },
  plan_hash: { holds: 'The plan that it is part of.', controls: ['CM-3(1)', 'CM-5'] },
  approval: {
    holds: 'Who approved exactly what (`hash`), and when.',
    controls: ['AC-5', 'CM-3(1)', 'CM-5'],
  },
  authz: {
    holds:
      'Allowed or not: the `role` that allowed it and the person or user group `through` whom it is held, or the `roles` that would have allowed it.',
    controls: ['AC-3', 'AC-6(10)', 'CM-5(1)'],
  },
  error: { holds: 'Why it was refused, or failed.', controls: ['AU-3', 'AU-5'] },
  correlation: {
    holds:
      'Of a rebuild: version of its record, step, phase, key and attempt of a change. Of an alert: route, attempt, and the Kafka topic, partition and offset that it came in by.',
    controls: ['AU-6(3)', 'AU-12(1)'],
  },
  software: {
    holds: 'Version of farmhand, its Git commit where the image says it, hash of the config in force.',
    controls: ['SI-7', 'CM-3'],
  },
  cut: {
    holds: 'Of `audit_cut` and `audit_lost`: number and hash of the last record before the gap.',
    controls: ['AU-9', 'AU-11'],
  },
} as const satisfies Readonly<
  Record<keyof AuditRecord, { readonly holds: string; readonly controls: readonly string[] }>
>;
