import type { AccessVerdict } from '../../access/access.ts';
import { type AuditEntry, type AuditFacts, actorOf, auditTime, authzOf } from '../../audit/record.ts';
import type { Person } from '../../core/person.ts';
import type { CommandResult, RebuildCommand, StartRequest } from '../model/command.ts';
import type { Rebuild } from '../model/rebuild.ts';
import { isForced } from '../model/record.ts';
import { correlationOf, evidenceOf, objectOf } from './facts.ts';

/** What a command says of itself, in the words of the parser. */
const commandFacts = ({ ...command }: RebuildCommand): AuditFacts => command;

/** A person's command on a rebuild: taken, held, already so, refused or denied. */
export const auditOfCommand = (
  { before, after }: { readonly before: Rebuild; readonly after: Rebuild },
  command: RebuildCommand,
  by: Person,
  verdict: AccessVerdict,
  result: Pick<CommandResult, 'ok'> & {
    readonly changed?: boolean;
    readonly held?: true;
    readonly error?: string;
  },
  now: number,
): AuditEntry => {
  const { ok, changed, held, error } = result;
  const taken = command.verb === 'approve' || command.verb === 'withdraw' ? 'approval' : 'command';
  const refused = verdict.allowed ? 'command_refused' : 'command_denied';
  const isOutcome = ok
    ? held
      ? 'held'
      : changed
        ? 'done'
        : 'already'
    : verdict.allowed
      ? 'refused'
      : 'denied';
  return {
    type: ok ? taken : refused,
    time_utc: auditTime(now),
    actor: actorOf(by),
    object: objectOf(before),
    outcome: isOutcome,
    command: commandFacts(command),
    before: orderedOf(before),
    after: orderedOf(after),
    ...evidenceOf(after, 'reason' in command ? command.reason : undefined),
    authz: authzOf(verdict),
    ...(error !== undefined && { error }),
    correlation: correlationOf(after),
  };
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
    actor: actorOf(by),
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
  command: Pick<StartRequest, 'instance'> & { readonly verb: string },
  by: Person,
  verdict: AccessVerdict,
  now: number,
): AuditEntry => ({
  type: 'command_denied',
  time_utc: auditTime(now),
  actor: actorOf(by),
  object: { kind: 'instance', id: instance, instance },
  outcome: 'denied',
  command: { verb: command.verb, instance },
  authz: authzOf(verdict),
});
