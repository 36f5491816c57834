import { type JournalEntry, ownLine } from '../../core/journal.ts';
import { inFull } from '../../core/person.ts';
import { dueSteps, nextStepAt } from '../../core/time/notify-steps.ts';
import { quietUntil } from '../../core/time/quiet-hours.ts';
import { remark } from '../messages/remarks.ts';
import type { Alert } from '../model/alert.ts';
import type { Escalation } from '../model/escalation.ts';
import { addNote } from '../model/notes.ts';

/** An alert that comes and goes mentions nobody within this of its return; ms. */
const calmFor = 60_000;
/** It comes and goes when it has fired so often. */
const flapsFrom = 3;

/** When something is to be said because nobody reacts; undefined: not while the record is as it is. ms */
export const escalationDueAt = (alert: Alert): number | undefined =>
  heldUntil(alert)?.until ?? wantedAt(alert);

/** The quiet hours that the next thing to be said falls into; undefined: none does. */
export const heldUntil = (alert: Alert): { readonly name: string; readonly until: number } | undefined => {
  const { quiet } = alert.notify ?? {};
  if (!quiet || (alert.severity === 'critical' && !quiet.critical)) return undefined;
  const at = wantedAt(alert);
  const until = at === undefined ? undefined : quietUntil(quiet, at);
  return until === undefined ? undefined : { name: quiet.name, until };
};

const wantedAt = (alert: Alert): number | undefined => {
  const { notify, ack, silence, look } = alert;
  const begun = begunAt(alert);
  if (!notify || begun === undefined || silence || look?.quiet) return undefined;
  if (!ack) return nextStepAt(notify.steps, begun, notify.said);
  const { remind, reminded = 0 } = notify;
  return remind === undefined ? undefined : Math.max(ack.at, reminded) + remind;
};

/** Nobody can react before the thread is there. */
const begunAt = ({ notify, thread, status }: Alert): number | undefined =>
  notify && thread.state === 'open' && status === 'firing'
    ? Math.max(thread.at, notify.since ?? 0)
    : undefined;

export interface Escalated {
  readonly alert: Alert;
  readonly journal: readonly JournalEntry[];
  readonly kind: 'step' | 'reminder';
}

/** The record with all that is due said, as a note; undefined: nothing is. Pure. */
export const escalate = (alert: Alert, now: number): Escalated | undefined => {
  const { notify, ack } = alert;
  const dueAt = escalationDueAt(alert);
  const begun = begunAt(alert);
  if (!notify || begun === undefined || dueAt === undefined || dueAt > now) return undefined;
  if (ack) return reminded(alert, notify, ack, now);
  const due = dueSteps(notify.steps, begun, notify.said, now);
  const to = [...new Set(due.flatMap(({ mention }) => mention))];
  const said = notify.said + due.length;
  const told = addNote(
    { ...alert, notify: { ...notify, said } },
    {
      kind: 'nobody_reacts',
      at: now,
      to,
      since: begun,
      ...(to.some((whom) => whom === 'channel' || whom === 'here') && { broadcast: true }),
    },
  );
  const why = remark({ code: 'told_of', said, of: notify.steps.length, to });
  return { alert: told, journal: [ownLine(now, 'nobody_reacts', why)], kind: 'step' };
};

const reminded = (
  alert: Alert,
  notify: Escalation,
  { by, at: since }: NonNullable<Alert['ack']>,
  now: number,
): Escalated => ({
  alert: addNote(
    { ...alert, notify: { ...notify, reminded: now } },
    { kind: 'still_open', at: now, to: [by.id], since },
  ),
  journal: [ownLine(now, 'reminded', inFull(by))],
  kind: 'reminder',
});

/** Nobody has heard of what begins at `now`: the steps begin with the first one. `broadcast`: it is shown in the channel. */
export const escalateAnew = (alert: Alert, now: number, broadcast = false): Alert => {
  const { notify } = alert;
  if (!notify) return alert;
  const since = alert.fired >= flapsFrom ? now + calmFor : now;
  const { reminded: _, ...known } = notify;
  return { ...alert, notify: { ...known, said: 0, since, ...(broadcast && { broadcastAt: now }) } };
};
