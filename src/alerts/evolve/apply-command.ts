import type { JournalEntry } from '../../core/journal.ts';
import { inFull, type Person } from '../../core/person.ts';
import type { ActionSpec, ActionState, Alert } from '../model/alert.ts';
import { addNote } from '../model/notes.ts';
import type { RefusalCode } from '../ports/commands.ts';

/** What a person wants of an alert. */
export type AlertCommand =
  | { readonly kind: 'acknowledge' }
  | { readonly kind: 'unacknowledge' }
  | { readonly kind: 'silence'; readonly durationMs: number; readonly reason: string }
  | { readonly kind: 'ticket' };

export type CommandDecision =
  | { readonly ok: true; readonly alert: Alert; readonly journal: readonly JournalEntry[] }
  /** It is so already, by the same person: nothing to write. */
  | { readonly ok: true; readonly alert: Alert; readonly journal?: never }
  | { readonly ok: false; readonly code: RefusalCode; readonly message: string };

const minSilenceMs = 60_000;
const maxSilenceMs = 30 * 86_400_000;

/** What an intent does to the record, or why not. `clock` renders a time for the sentence a person reads. */
export const applyAlertCommand = (
  alert: Alert,
  command: AlertCommand,
  by: Person,
  now: number,
  clock: (ms: number) => string,
): CommandDecision => {
  switch (command.kind) {
    case 'acknowledge':
      return acknowledge(alert, by, now, clock);
    case 'unacknowledge':
      return unacknowledge(alert, by, now);
    case 'silence':
      return silence(alert, command, by, now, clock);
    case 'ticket':
      return ticket(alert, by, now);
    default:
      return command satisfies never;
  }
};

const acknowledge = (
  alert: Alert,
  by: Person,
  now: number,
  clock: (ms: number) => string,
): CommandDecision => {
  if (alert.ack) {
    if (alert.ack.by.id === by.id) return { ok: true, alert };
    return refuse(
      'already_done',
      `${who(alert.ack.by)} acknowledged this first, at ${clock(alert.ack.at)}. Nothing was changed.`,
    );
  }
  if (alert.status === 'resolved') {
    return refuse('not_firing', 'This alert is already resolved, so there is nothing to acknowledge.');
  }
  return done(
    addNote({ ...alert, ack: { by, at: now } }, { kind: 'acknowledged', at: now, by }),
    by,
    now,
    'ack',
  );
};

const unacknowledge = (alert: Alert, by: Person, now: number): CommandDecision => {
  if (!alert.ack)
    return refuse('already_done', 'Nobody has this alert: it is not acknowledged. Nothing was changed.');
  const { ack, ...rest } = alert;
  const note = { kind: 'unacknowledged', at: now, by, text: `was with ${who(ack.by)}` } as const;
  return done(addNote(rest, note), by, now, 'unack', `was with ${inFull(ack.by)}`);
};

const silence = (
  alert: Alert,
  intent: Extract<AlertCommand, { kind: 'silence' }>,
  by: Person,
  now: number,
  clock: (ms: number) => string,
): CommandDecision => {
  const { durationMs, reason } = intent;
  if (!(durationMs >= minSilenceMs && durationMs <= maxSilenceMs)) {
    return refuse('invalid', 'A silence lasts from 1 minute to 30 days. Nothing was changed.');
  }
  if (reason.trim() === '') return refuse('invalid', 'A silence needs a reason. Nothing was changed.');
  if (alert.type !== 'alertmanager') {
    return refuse('not_configured', 'Only alerts that came from an Alertmanager can be silenced there.');
  }
  if (alert.silence && alert.silence.until > now) {
    const { by: first, until } = alert.silence;
    return refuse(
      'already_done',
      `${who(first)} has silenced this until ${clock(until)}. Nothing was changed.`,
    );
  }
  if (pending(alert, 'silence')) {
    return refuse('already_done', 'A silence for this alert is already being set. Nothing more was changed.');
  }
  return done(addAction(alert, { kind: 'silence', durationMs, reason }, by, now), by, now, 'silence', reason);
};

const ticket = (alert: Alert, by: Person, now: number): CommandDecision => {
  const there = alert.actions.find((action) => action.kind === 'ticket' && action.state === 'done');
  if (there) {
    const from = there.by ? `${who(there.by)} raised` : 'The route raised';
    return refuse(
      'already_done',
      `${from} ${there.outcome?.id ?? 'the ticket'} for this alert. No second one was made.`,
    );
  }
  if (pending(alert, 'ticket')) {
    return refuse('already_done', 'The ticket is already being raised; its key will appear in this thread.');
  }
  return done(addAction(alert, { kind: 'ticket' }, by, now), by, now, 'ticket');
};

/** A ticket that was given up is tried again under its own key, so that there can never be two. */
const addAction = (alert: Alert, spec: ActionSpec, by: Person, now: number): Alert => {
  const given = alert.actions.find(
    (a) => a.kind === 'ticket' && spec.kind === 'ticket' && a.state === 'failed',
  );
  if (given) {
    const { error: _, ...rest } = given;
    const again: ActionState = { ...rest, state: 'waiting', attempts: 0, nextAt: now, by };
    return { ...alert, actions: alert.actions.map((a) => (a === given ? again : a)) };
  }
  const count = alert.actions.filter((a) => a.kind === spec.kind).length + 1;
  const key = count === 1 ? spec.kind : `${spec.kind}-${count}`;
  const action: ActionState = {
    key,
    kind: spec.kind,
    state: 'waiting',
    attempts: 0,
    nextAt: now,
    spec,
    by,
    at: now,
  };
  return { ...alert, actions: [...alert.actions, action] };
};

const pending = (alert: Alert, kind: ActionState['kind']): boolean =>
  alert.actions.some((a) => a.kind === kind && (a.state === 'waiting' || a.state === 'running'));

const who = (person: Person): string => person.name ?? person.id;

const done = (alert: Alert, by: Person, now: number, what: string, why?: string): CommandDecision => ({
  ok: true,
  alert,
  journal: [{ at: now, who: inFull(by), what, ...(why !== undefined && { why }) }],
});

const refuse = (code: RefusalCode, message: string): CommandDecision => ({ ok: false, code, message });
