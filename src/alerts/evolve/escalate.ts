import { type JournalEntry, ownLine } from '../../core/journal.ts';
import { inFull } from '../../core/person.ts';
import { dueSteps, nextStepAt } from '../../core/time/notify-steps.ts';
import { quietUntil } from '../../core/time/quiet-hours.ts';
import { remark } from '../messages/remarks.ts';
import type { Alert, Note } from '../model/alert.ts';
import type { Escalation } from '../model/escalation.ts';
import { addNote } from '../model/notes.ts';

/** An alert that comes and goes mentions nobody within this of its return; ms. */
const calmFor = 60_000;
/** It comes and goes when it has fired so often. */
const flapsFrom = 3;

/** When something is to be said because nobody reacts; undefined: not while the record is as it is. ms */
export const escalationDueAt = (alert: Alert): number | undefined =>
  heldUntil(alert)?.until ?? wantedAt(alert);

/** Nobody is mentioned before `until`; ms. */
interface Held {
  readonly name: string;
  readonly until: number;
}

/** The quiet hours that the next thing to be said falls into; undefined: none does. */
export const heldUntil = (alert: Alert): Held | undefined => {
  const at = wantedAt(alert);
  return at === undefined ? undefined : heldAt(alert, at);
};

const heldAt = ({ notify, severity }: Alert, at: number): Held | undefined => {
  const { quiet } = notify ?? {};
  if (!quiet || (severity === 'critical' && !quiet.critical)) return undefined;
  const until = quietUntil(quiet, at);
  // Where clocks show its end twice, it is over with the first.
  return until === undefined || until <= at ? undefined : { name: quiet.name, until };
};

/** Calls that are on record, that surely are not in Slack, and that quiet hours have caught up with. */
export const isOvertaken = (alert: Alert, now: number): boolean =>
  unsent(alert).length > 0 && heldAt(alert, now) !== undefined;

/** `steps`: a farmhand of before does not say how many it tells of, so its note cannot be taken back. */
const unsent = ({ notes, thread }: Alert): readonly Note[] => {
  const claimed = thread.state === 'open' ? (thread.posting?.through ?? 0) : 0;
  return notes.filter(
    ({ n, kind, to, steps }) =>
      n > claimed &&
      to !== undefined &&
      (kind === 'still_open' || (kind === 'nobody_reacts' && steps !== undefined)),
  );
};

const wantedAt = (alert: Alert): number | undefined => {
  const at = nextAt(alert);
  return at === undefined ? undefined : Math.max(at, alert.notify?.held ?? 0);
};

const nextAt = (alert: Alert): number | undefined => {
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
  /** What was put on record to be said; absent: what is to be said is held until quiet hours are over. */
  readonly kind?: 'step' | 'reminder';
}

/** The record with all that is due said, as a note, or held where it comes too late for that; undefined: nothing is due. Pure. */
export const escalate = (alert: Alert, now: number): Escalated | undefined => {
  const { ack } = alert;
  const dueAt = escalationDueAt(alert);
  const begun = begunAt(alert);
  if (!alert.notify || begun === undefined) return undefined;
  const isDue = dueAt !== undefined && dueAt <= now;
  if (!isDue && !isOvertaken(alert, now)) return undefined;
  const held = heldAt(alert, now);
  if (held) return heldBack(alert, alert.notify, held, now);
  const { held: _, ...notify } = alert.notify;
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
      steps: due.length,
      ...(to.some((whom) => whom === 'channel' || whom === 'here') && { broadcast: true }),
    },
  );
  const why = remark({ code: 'told_of', said, of: notify.steps.length, to });
  return { alert: told, journal: [ownLine(now, 'nobody_reacts', why)], kind: 'step' };
};

/**
 * It was to be said before quiet hours began, and was not: farmhand or Slack was away. It waits for their end with what is due
 * by then. What may be in Slack stays as it is.
 */
const heldBack = (
  alert: Alert,
  { reminded: at, ...notify }: Escalation,
  { name, until }: Held,
  now: number,
): Escalated => {
  const back = unsent(alert);
  const steps = back.reduce((sum, note) => sum + (note.steps ?? 0), 0);
  const remindedOf = back.some(({ kind }) => kind === 'still_open') ? undefined : at;
  return {
    alert: {
      ...alert,
      notes: alert.notes.filter((note) => !back.includes(note)),
      notify: {
        ...notify,
        said: Math.max(0, notify.said - steps),
        held: now,
        ...(remindedOf !== undefined && { reminded: remindedOf }),
      },
    },
    journal: [ownLine(now, 'mentions_held', remark({ code: 'held', name, until }))],
  };
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
  const { reminded: _, held: __, ...known } = notify;
  return { ...alert, notify: { ...known, said: 0, since, ...(broadcast && { broadcastAt: now }) } };
};
