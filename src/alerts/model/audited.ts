import type { AccessVerdict } from '../../access/access.ts';
import {
  type AuditEntry,
  type AuditFacts,
  type AuditObject,
  actorOf,
  askerOf,
  auditTime,
  authzOf,
  ownEntry,
} from '../../audit/record.ts';
import { inFull, type Person } from '../../core/person.ts';
import type { ActionSpec, ActionState, Alert, SilenceTarget } from './alert.ts';
import type { AlertCommand, AlertOutcome } from './command.ts';

/** Joins the intent of an action with its outcome: an action is one change, however often it is tried. */
export const actionId = ({ id }: Pick<Alert, 'id'>, { key }: Pick<ActionState, 'key'>): string =>
  `${id}/${key}`;

/**
 * What a write of an alert's record means for the audit: each action that is about to be carried out for the first
 * time, and how it ended. Pure; the store calls it for every write.
 */
export const auditOfAlertWrite = (
  before: Alert | undefined,
  after: Alert,
  now: number,
): readonly AuditEntry[] => {
  if (after.actions.length === 0 || before?.actions === after.actions) return [];
  const known = new Map(before?.actions.map((action) => [action.key, action]));
  return after.actions.flatMap((action): readonly AuditEntry[] => {
    const was = known.get(action.key);
    if (was === action) return [];
    if (action.audited && !was?.audited) {
      return [actionEntry(after, action, 'change_intent', 'intended', now)];
    }
    const ended = action.state === 'done' || action.state === 'failed';
    if (ended && was?.state !== action.state) {
      return [actionEntry(after, action, 'change_outcome', action.state, now)];
    }
    // It may have been done: the next try finds that out by its key.
    const sends = !('with' in action.spec);
    const unsure =
      sends && was?.state === 'running' && action.state === 'waiting' && action.error !== was.error;
    return unsure ? [actionEntry(after, action, 'change_outcome', 'unknown', now)] : [];
  });
};

const objectOf = ({ id, instance }: Alert): AuditObject => ({
  kind: 'alert',
  id,
  ...(instance !== undefined && { instance }),
});

const actionEntry = (
  alert: Alert,
  action: ActionState,
  type: 'change_intent' | 'change_outcome',
  outcome: AuditEntry['outcome'],
  now: number,
): AuditEntry => {
  const { by, spec, error, outcome: made } = action;
  const reason = spec.kind === 'silence' ? spec.reason : undefined;
  const what: AuditFacts = {
    change: spec.kind,
    ...(spec.kind === 'silence' && { duration_ms: spec.durationMs, ...matchersOf(spec) }),
    ...listFactsOf(spec),
    ...(spec.kind === 'api_task' && { task: spec.task }),
    ...(spec.kind === 'pager' && { pager: spec.to, say: spec.say }),
    ...(spec.kind === 'ticket_news' && newsFactsOf(alert, spec)),
  };
  return ownEntry(now, {
    type,
    ...(by && { on_behalf_of: actorOf(by) }),
    object: objectOf(alert),
    outcome,
    action_id: actionId(alert, action),
    after: { ...what, ...(outcome === 'done' && { id: made?.id, url: made?.url, ...remarkOf(action) }) },
    why: { alert: alert.name, ...(reason !== undefined && { reason }) },
    ...(error !== undefined && outcome !== 'done' && { error }),
    ...(type === 'change_outcome' && { duration_ms: now - action.at }),
    correlation: { route: alert.route, attempt: action.attempts, ...action.from },
  });
};

/** Of a silence of a group: whatever fits is silenced. */
const matchersOf = ({ target }: Extract<ActionSpec, { kind: 'silence' }>): AuditFacts =>
  target ? { matchers: matcherWords(target) } : {};

const matcherWords = ({ matchers }: SilenceTarget): readonly string[] =>
  Object.entries(matchers).map(([name, value]) => `${name}="${value}"`);

/** Of one effect for a list: which list, and the alert that it is carried out with. */
const listFactsOf = (spec: ActionSpec): AuditFacts => {
  if (!('list' in spec) || !spec.list) return {};
  const { list, with: by } = spec;
  return { list: list.of, alerts: list.count, ...(by && { with: `${by.alert}/${by.key}` }) };
};

/** What the ticket is told, and what is asked for it. */
const newsFactsOf = (
  { actions }: Alert,
  { ticket, state, move }: Extract<ActionSpec, { kind: 'ticket_news' }>,
): AuditFacts => ({
  ticket: actions.find(({ key }) => key === ticket)?.outcome?.id,
  state,
  ...(move && { move: move.to }),
});

/** Whether the ticket was moved, or why not. */
const remarkOf = ({ spec, outcome }: ActionState): AuditFacts =>
  spec.kind === 'ticket_news' && outcome?.text !== undefined ? { remark: outcome.text } : {};

const factsOf = (command: AlertCommand): AuditFacts => {
  if (command.verb === 'assign') return { verb: command.verb, to: inFull(command.to) };
  if (command.verb !== 'ticket' && command.verb !== 'silence') return { ...command };
  // Each alert that it is for has an entry of its own.
  const { list, ...all } = command;
  const { target, ...rest } = { target: undefined, ...all };
  const matchers = target ? { matchers: matcherWords(target) } : {};
  return { ...rest, ...matchers, ...(list && { list: list.of, alerts: list.count }) };
};

/** A person's command on an alert: taken, already so, or refused. */
export const auditOfAlertCommand = (
  alert: Pick<Alert, 'id'> & Partial<Pick<Alert, 'name' | 'instance'>>,
  command: AlertCommand,
  by: Person,
  { outcome, verdict }: { readonly outcome: AlertOutcome; readonly verdict?: AccessVerdict | undefined },
  now: number,
): AuditEntry => {
  const denied = verdict !== undefined && !verdict.allowed;
  const { instance } = alert;
  return {
    type: outcome.ok ? 'command' : denied ? 'command_denied' : 'command_refused',
    time_utc: auditTime(now),
    ...askerOf(by),
    object: { kind: 'alert', id: alert.id, ...(instance !== undefined && { instance }) },
    outcome: outcome.ok ? (outcome.changed ? 'done' : 'already') : denied ? 'denied' : 'refused',
    command: factsOf(command),
    why: {
      ...(alert.name !== undefined && { alert: alert.name }),
      ...(command.verb === 'silence' && { reason: command.reason }),
    },
    ...(verdict && { authz: authzOf(verdict) }),
    ...(!outcome.ok && { error: outcome.code }),
  };
};
