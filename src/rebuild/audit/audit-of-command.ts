import type { AccessVerdict } from '../../access/access.ts';
import type { RebuildVerb } from '../../access/verbs.ts';
import {
  type AuditEntry,
  type AuditFacts,
  type AuditOutcome,
  askerOf,
  auditTime,
  authzOf,
} from '../../audit/record.ts';
import type { Person } from '../../core/person.ts';
import type { RebuildCommand } from '../model/command.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { isForced } from '../model/record.ts';
import { correlationOf, evidenceOf, objectOf } from './facts.ts';

export interface AuditedCommand {
  readonly before: Rebuild;
  readonly after: Rebuild;
  readonly command: RebuildCommand;
  readonly by: Person;
  readonly verdict: AccessVerdict;
  readonly outcome: AuditOutcome;
  /** Why it was refused or denied: in words, and by code. */
  readonly error?: string;
  readonly reasons?: readonly string[];
  /** ms */
  readonly now: number;
}

/** A person's command on a rebuild: taken, held, already so, refused or denied. */
export const auditOfCommand = (asked: AuditedCommand): AuditEntry => {
  const { before, after, command, by, verdict, outcome, error, reasons, now } = asked;
  return {
    type: typeOf(outcome, command),
    time_utc: auditTime(now),
    ...askerOf(by),
    object: objectOf(before),
    outcome,
    command: { ...command },
    before: orderedOf(before),
    after: orderedOf(after),
    ...evidenceOf(after, 'reason' in command ? command.reason : undefined),
    authz: authzOf(verdict),
    ...(error !== undefined && { error }),
    correlation: { ...correlationOf(after), reasons },
  };
};

const typeOf = (outcome: AuditOutcome, { verb }: RebuildCommand): AuditEntry['type'] => {
  if (outcome === 'denied') return 'command_denied';
  if (outcome === 'refused') return 'command_refused';
  if (verb === 'break_glass' || verb === 'review') return 'break_glass';
  return verb === 'approve' || verb === 'withdraw' || verb === 'revoke' ? 'approval' : 'command';
};

/** What people have decided of a rebuild: what a command changes. */
const orderedOf = (rebuild: Rebuild): AuditFacts => ({
  phase: rebuild.phase,
  paused: rebuild.pause !== undefined,
  farmers: rebuild.farmers.target,
  minimum: rebuild.farmers.minimum,
  forced: isForced(rebuild),
  overrides: rebuild.overrides.length,
  waits_for_approval: rebuild.asked?.length ?? 0,
  approved: rebuild.approval !== undefined,
});

/** The start of a rebuild. `verdict` is absent where a route started it, which no role allows or denies. */
export const auditOfStart = (rebuild: Rebuild, verdict: AccessVerdict | undefined): AuditEntry => {
  const { plan, by, at, reason } = rebuild;
  return {
    type: 'command',
    time_utc: auditTime(at),
    ...askerOf(by),
    object: objectOf(rebuild),
    outcome: 'done',
    command: {
      verb: 'start',
      engine: plan.engine,
      farmers: plan.farmers,
      minimum: plan.minimum,
      forced: plan.forced,
      values: `${plan.instance.source.file}@${plan.instance.source.revision}`,
      changes: plan.changes.map(({ what, where, from, to }) => `${what} (${where}): ${from} → ${to}`),
    },
    after: orderedOf(rebuild),
    ...evidenceOf(rebuild, reason),
    ...(verdict && { authz: authzOf(verdict) }),
    correlation: correlationOf(rebuild),
  };
};

/** What somebody asked of an instance and was not given. */
export const auditOfDenial = (
  instance: string,
  verb: RebuildVerb,
  by: Person,
  verdict: AccessVerdict,
  now: number,
): AuditEntry => ({
  type: 'command_denied',
  time_utc: auditTime(now),
  ...askerOf(by),
  object: { kind: 'instance', id: instance, instance },
  outcome: 'denied',
  command: { verb, instance },
  authz: authzOf(verdict),
});

/** What a person decided of a rebuild whose record was lost. `verdict` is absent where a route asked. */
export const auditOfVerdict = (
  verb: 'adopt' | 'give_up',
  {
    rebuild,
    instance,
    reason,
  }: { readonly rebuild: string; readonly instance: string; readonly reason?: string },
  by: Person,
  verdict: AccessVerdict | undefined,
  now: number,
): AuditEntry => ({
  type: 'command',
  time_utc: auditTime(now),
  ...askerOf(by),
  object: { kind: 'rebuild', id: rebuild, instance },
  outcome: 'done',
  command: { verb },
  ...(reason !== undefined && reason !== '' && { why: { reason } }),
  ...(verdict && { authz: authzOf(verdict) }),
});
