import type { AccessVerdict } from '../access/access.ts';
import type { Person, Via } from '../core/person.ts';
import type { AuditType } from './catalogue.ts';

/**
 * What is proof of one thing that was asked, decided, changed, denied or read. Field names are those that an auditor
 * reads: `docs/audit.md` says what each is, and which control it serves. Undefined fields are left out.
 */
export interface AuditEntry {
  readonly type: AuditType;
  /** RFC 3339 in UTC with milliseconds, by the clock of whoever wrote it. */
  readonly time_utc: string;
  readonly actor: AuditActor;
  /** Whose wish it carries out, where it acts for somebody. */
  readonly on_behalf_of?: AuditActor;
  /** Through what it was asked, and in which channel. */
  readonly where?: AuditWhere;
  readonly object: AuditObject;
  readonly outcome: AuditOutcome;
  /** Joins the intent of a change with its outcome. */
  readonly action_id?: string;
  readonly duration_ms?: number;
  /** The command in the words of the parser: all that was asked. */
  readonly command?: AuditFacts;
  readonly before?: AuditFacts;
  /** Of an outcome: as read back from the world, where the world says it. */
  readonly after?: AuditFacts;
  readonly why?: {
    readonly reason?: string;
    readonly ticket?: string;
    readonly change_request?: string;
    readonly alert?: string;
  };
  readonly plan_hash?: string;
  readonly approval?: readonly {
    readonly by: AuditActor;
    readonly time_utc: string;
    readonly hash?: string;
  }[];
  /** The rule that let it pass, or did not. */
  readonly authz?: AuditAuthz;
  /** What failed or why it was refused: plain sentences. */
  readonly error?: string;
  readonly correlation?: AuditFacts;
  readonly software?: AuditSoftware;
  /** Up to this record the front of the chain was cut off, or is lost. */
  readonly cut?: { readonly seq: number; readonly hash: string };
}

/** An entry with its place in the chain. */
export interface AuditRecord extends AuditEntry {
  readonly seq: number;
  readonly prev_hash: string;
  readonly hash: string;
}

/** Flat facts: what JSON carries exactly. */
export type AuditFacts = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface AuditActor {
  /** Slack user id, `api`, or `farmhand` itself. */
  readonly id: string;
  readonly name?: string;
  /** Of people in Slack: their workspace and e-mail address; `unknown` where Slack did not say in time. */
  readonly team?: string;
  readonly email?: string;
}

export interface AuditWhere {
  readonly client: Via['client'] | 'cli' | 'api';
  readonly channel?: string;
}

export interface AuditObject {
  readonly kind: 'rebuild' | 'instance' | 'alert' | 'config' | 'software' | 'audit' | 'request' | 'region';
  readonly id: string;
  readonly instance?: string;
}

/** `intended`: about to be made. `unknown`: nobody knows yet whether it was; another outcome follows. */
export type AuditOutcome =
  | 'intended'
  | 'done'
  | 'already'
  | 'held'
  | 'refused'
  | 'denied'
  | 'failed'
  | 'unknown';

export interface AuditAuthz {
  readonly allowed: boolean;
  /** The role that allowed it. */
  readonly role?: string;
  /** The person, or the user group, through whom the role is held. */
  readonly through?: string;
  /** Roles that would have allowed it. */
  readonly roles?: readonly string[];
}

export interface AuditSoftware {
  readonly version: string;
  /** Git commit it was built from, where the image says it. */
  readonly commit?: string;
  /** Of the config in force: SHA-256, its first 16 hex digits. */
  readonly config: string;
}

/** `ms` as a record writes it. */
export const auditTime = (ms: number): string => new Date(ms).toISOString();

/** What farmhand says of itself and of what it decides. `now`: ms */
export const ownEntry = (
  now: number,
  entry: Pick<AuditEntry, 'type' | 'object'> & Partial<AuditEntry>,
): AuditEntry => ({ time_utc: auditTime(now), actor: { id: 'farmhand' }, outcome: 'done', ...entry });

export const actorOf = ({ id, name, team, email, via }: Person): AuditActor => {
  // Whoever asks in Slack was looked up there; on records of before, nobody was.
  const untold = via && 'unknown';
  return {
    id,
    ...(name !== undefined && { name }),
    ...((team ?? untold) && { team: team ?? untold }),
    ...((email ?? untold) && { email: email ?? untold }),
  };
};

/** Who asks, and where. */
export const askerOf = (by: Person): Pick<AuditEntry, 'actor' | 'where'> => ({
  actor: actorOf(by),
  ...(by.via && { where: by.via }),
});

export const authzOf = (verdict: AccessVerdict): AuditAuthz =>
  verdict.allowed
    ? { allowed: true, role: verdict.role, through: verdict.through }
    : { allowed: false, roles: verdict.roles };
