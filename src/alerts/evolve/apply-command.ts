import type { JournalEntry } from '../../core/journal.ts';
import { inFull, type Person } from '../../core/person.ts';
import { longestNote } from '../../core/text.ts';
import { remark } from '../messages/remarks.ts';
import type { Ack, Alert, SilenceTarget } from '../model/alert.ts';
import type { AlertCommand, AlertRefusal, AlertRefused } from '../model/command.ts';
import { andGivenBack, type Group } from '../model/group.ts';
import { hadFired } from '../model/membership.ts';
import { addNote } from '../model/notes.ts';
import { isPending, listTicket, withAction } from './add-action.ts';
import { escalateAnew } from './escalate.ts';
import { withPaging } from './paging.ts';

export type CommandDecision =
  | { readonly ok: true; readonly alert: Alert; readonly journal: readonly JournalEntry[] }
  /** It is so already, by the same person: nothing to write. */
  | { readonly ok: true; readonly alert: Alert; readonly journal?: never }
  | AlertRefused;

const minSilenceMs = 60_000;
const maxSilenceMs = 30 * 86_400_000;

/** What a command does to the record, or why not. */
export const applyAlertCommand = (
  alert: Alert,
  command: AlertCommand,
  by: Person,
  now: number,
  /** Of a silence of a group: what it is made for. */
  targets?: readonly SilenceTarget[],
): CommandDecision => {
  switch (command.verb) {
    case 'acknowledge':
      return toldToPagers(alert, acknowledge(alert, command, by, now), now);
    case 'unacknowledge':
      return toldToPagers(alert, unacknowledge(alert, by, now), now);
    case 'assign':
      return toldToPagers(alert, assign(alert, command.to, by, now), now);
    case 'note':
      return pin(alert, command.text.trim(), by, now);
    case 'clear_note':
      return unpin(alert, by, now);
    case 'silence':
      return silence(alert, command, by, now, targets);
    case 'ticket':
      return ticket(alert, command, by, now);
    case 'take_out':
      return takeOut(alert, by, now);
    default:
      return command satisfies never;
  }
};

const toldToPagers = (before: Alert, decision: CommandDecision, now: number): CommandDecision =>
  decision.ok && decision.journal
    ? { ...decision, alert: withPaging(before, decision.alert, now) }
    : decision;

const acknowledge = (
  alert: Alert,
  { firedBy }: Extract<AlertCommand, { verb: 'acknowledge' }>,
  by: Person,
  now: number,
): CommandDecision => {
  if (alert.group) return acknowledgeAll(alert, alert.group, by, now);
  if (alert.ack?.by.id === by.id) return { ok: true, alert };
  if (alert.ack) return refuse({ code: 'acknowledged', ...alert.ack });
  if (alert.status === 'resolved') return refuse({ code: 'resolved' });
  if (firedBy !== undefined && !hadFired(alert, firedBy)) return refuse({ code: 'fired_since' });
  const acknowledged = addNote({ ...alert, ack: { by, at: now } }, { kind: 'acknowledged', at: now, by });
  return done(acknowledged, by, now, 'ack');
};

/** Whoever fires now and is nobody's: the gathering gives it to them. What is new since can be taken by anybody. */
const acknowledgeAll = (alert: Alert, group: Group, by: Person, now: number): CommandDecision => {
  const { ack } = alert;
  if (alert.status === 'resolved') return refuse({ code: 'resolved' });
  if (ack && group.fresh === 0)
    return ack.by.id === by.id ? { ok: true, alert } : refuse({ code: 'acknowledged', ...ack });
  const taken = { ...alert, ack: { by, at: now }, group: { ...group, acknowledged: group.firing, fresh: 0 } };
  const text =
    ack && ack.by.id === by.id
      ? remark({ code: 'new_of', count: group.fresh })
      : remark({ code: 'all_of', count: group.firing });
  return done(addNote(taken, { kind: 'acknowledged', at: now, by, text }), by, now, 'ack', text);
};

/** Somebody else may have had it; a group is theirs with all that fires now. */
const assign = (alert: Alert, to: Person, by: Person, now: number): CommandDecision => {
  const { ack: before, group } = alert;
  if (alert.status === 'resolved') return refuse({ code: 'resolved' });
  const theirs = before?.by.id === to.id;
  if (theirs && !group?.fresh) return { ok: true, alert };
  const own = to.id === by.id;
  const ack: Ack = { by: to, at: now, ...(!own && { assignedBy: by }) };
  const from = before && !theirs ? before : undefined;
  const given = { ...alert, ack, ...(group && { group: givenTo(group, from) }) };
  const all = group && remark({ code: 'all_of', count: group.firing });
  const note = {
    at: now,
    by,
    ...(own
      ? { kind: 'acknowledged' as const, ...(all !== undefined && { text: all }) }
      : {
          ...{ kind: 'assigned' as const, text: to.name ?? to.id, to: [to.id] },
          ...(all !== undefined && { more: all }),
        }),
  };
  const why = remark({ code: 'assigned', to: inFull(to), from: from && inFull(from.by) });
  return done(addNote(given, note), by, now, 'assign', why);
};

/** Members that somebody has with the group are taken from them first, as where it is given back. */
const givenTo = (group: Group, from: Ack | undefined): Group => ({
  ...group,
  acknowledged: group.firing,
  fresh: 0,
  ...(from && andGivenBack(group, from.at)),
});

/** The root shows it: nothing is said in the thread besides. */
const pin = (alert: Alert, text: string, by: Person, now: number): CommandDecision => {
  if (text === '' || text.length > longestNote) return refuse({ code: 'note_length' });
  if (alert.pinned?.text === text && alert.pinned.by.id === by.id) return { ok: true, alert };
  return done({ ...alert, pinned: { text, by, at: now } }, by, now, 'note', text);
};

const unpin = (alert: Alert, by: Person, now: number): CommandDecision => {
  const { pinned, ...rest } = alert;
  if (!pinned) return refuse({ code: 'no_note' });
  return done(rest, by, now, 'note_cleared', remark({ code: 'note_of', who: inFull(pinned.by) }));
};

const takeOut = (alert: Alert, by: Person, now: number): CommandDecision => {
  if (!alert.memberOf) return refuse({ code: 'not_grouped' });
  if (alert.thread.state !== 'none') return refuse({ code: 'own_thread' });
  return done({ ...alert, thread: { state: 'wanted', since: now, event: '' } }, by, now, 'taken_out');
};

const unacknowledge = (alert: Alert, by: Person, now: number): CommandDecision => {
  const { ack, ...rest } = alert;
  if (!ack) return refuse({ code: 'not_acknowledged' });
  const wasWith = (who: string): string => remark({ code: 'was_with', who });
  const note = { kind: 'unacknowledged', at: now, by, text: wasWith(ack.by.name ?? ack.by.id) } as const;
  const all = rest.group
    ? { ...rest, group: { ...rest.group, fresh: 0, ...andGivenBack(rest.group, ack.at) } }
    : rest;
  return done(escalateAnew(addNote(all, note), now), by, now, 'unack', wasWith(inFull(ack.by)));
};

const silence = (
  alert: Alert,
  { durationMs, reason, list, target: one }: Extract<AlertCommand, { verb: 'silence' }>,
  by: Person,
  now: number,
  ofGroup: readonly SilenceTarget[] = [],
): CommandDecision => {
  const targets = one ? [one] : ofGroup;
  const fits = durationMs >= minSilenceMs && durationMs <= maxSilenceMs;
  if (!fits) return refuse({ code: 'silence_length' });
  if (reason.trim() === '') return refuse({ code: 'silence_reason' });
  if (alert.group && targets.length === 0) return refuse({ code: 'silence_group' });
  if (!alert.group && alert.type !== 'alertmanager') return refuse({ code: 'not_alertmanager' });
  if (alert.silence && alert.silence.until > now) {
    const { by: first, until } = alert.silence;
    return refuse({ code: 'silenced', by: first, until });
  }
  if (isPending(alert, 'silence')) return refuse({ code: 'silence_pending' });
  const spec = { kind: 'silence', durationMs, reason, ...(list && { list }) } as const;
  const specs = targets.length > 0 ? targets.map((target) => ({ ...spec, target })) : [spec];
  const asked = specs.reduce((next, each) => withAction(next, each, { by, at: now }), alert);
  return done(asked, by, now, 'silence', reason);
};

const ticket = (
  alert: Alert,
  { list }: Extract<AlertCommand, { verb: 'ticket' }>,
  by: Person,
  now: number,
): CommandDecision => {
  const there = alert.actions.find(({ kind, state }) => kind === 'ticket' && state === 'done');
  if (there) {
    const { outcome, by: first } = there;
    return refuse({ code: 'ticket_there', ...(outcome && { id: outcome.id }), ...(first && { by: first }) });
  }
  if (isPending(alert, 'ticket')) return refuse({ code: 'ticket_pending' });
  const spec = list ? ({ ...listTicket, list } as const) : ({ kind: 'ticket' } as const);
  const why = list && remark({ code: 'of_list', count: list.count, of: list.of });
  return done(withAction(alert, spec, { by, at: now }), by, now, 'ticket', why);
};

const done = (alert: Alert, by: Person, now: number, what: string, why?: string): CommandDecision => ({
  ok: true,
  alert,
  journal: [{ at: now, who: inFull(by), what, ...(why !== undefined && { why }) }],
});

const refuse = (refusal: AlertRefusal): CommandDecision => ({ ok: false, ...refusal });
