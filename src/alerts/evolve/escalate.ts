import { type JournalEntry, ownLine } from '../../core/journal.ts';
import { dueSteps, nextStepAt } from '../../core/time/notify-steps.ts';
import { remark } from '../messages/remarks.ts';
import type { Alert } from '../model/alert.ts';
import { addNote } from '../model/notes.ts';

/** An alert that comes and goes mentions nobody within this of its return; ms. */
const calmFor = 60_000;
/** It comes and goes when it has fired so often. */
const flapsFrom = 3;

/** When something is to be said because nobody reacts; undefined: not while the record is as it is. ms */
export const escalationDueAt = (alert: Alert): number | undefined => {
  const { notify, ack, silence, look } = alert;
  const begun = begunAt(alert);
  if (!notify || begun === undefined || ack || silence || look?.quiet) return undefined;
  return nextStepAt(notify.steps, begun, notify.said);
};

/** Nobody can react before the thread is there. */
const begunAt = ({ notify, thread, status }: Alert): number | undefined =>
  notify && thread.state === 'open' && status === 'firing'
    ? Math.max(thread.at, notify.since ?? 0)
    : undefined;

/** The record with all that is due said, as a note; undefined: nothing is. Pure. */
export const escalate = (
  alert: Alert,
  now: number,
): { readonly alert: Alert; readonly journal: readonly JournalEntry[] } | undefined => {
  const { notify } = alert;
  const dueAt = escalationDueAt(alert);
  const begun = begunAt(alert);
  if (!notify || begun === undefined || dueAt === undefined || dueAt > now) return undefined;
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
  return {
    alert: told,
    journal: [ownLine(now, 'nobody_reacts', remark({ code: 'told_of', said, of: notify.steps.length, to }))],
  };
};

/** Nobody has heard of what begins at `now`: the steps begin with the first one. */
export const escalateAnew = (alert: Alert, now: number): Alert => {
  const { notify } = alert;
  if (!notify) return alert;
  const since = alert.fired >= flapsFrom ? now + calmFor : now;
  return { ...alert, notify: { ...notify, said: 0, since } };
};
