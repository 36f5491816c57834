import type { JournalEntry } from '../../core/journal.ts';
import type { EventReason } from '../../core/reasons.ts';
import { refusalAbout } from '../../delivery/refusal.ts';
import { remark } from '../messages/remarks.ts';
import type { Alert } from '../model/alert.ts';
import type { AlertEvent } from '../model/event.ts';
import { joinedAgain } from '../model/membership.ts';
import { addNote, severityChange } from '../model/notes.ts';
import { openAlert } from '../model/open.ts';
import type { RouteChoice } from '../model/routing.ts';
import { withPaging } from './paging.ts';
import { firesAgain, wantsThreadAgain } from './refire.ts';
import { withTicketNews } from './ticket-news.ts';

export interface EvolvePolicy {
  /** A re-fire within this of the resolve re-opens the same thread; ms. */
  readonly refireWindow: number;
  /** A firing event that brings no new start counts as a late copy up to this long after the resolve; ms. */
  readonly staleGrace: number;
}

export interface Evolution {
  readonly alert: Alert;
  readonly reason: EventReason;
  readonly journal: readonly JournalEntry[];
  /** The alert that this event's alert replaces as the live one of its series. */
  readonly archived?: Alert;
}

/**
 * What one event does to the live alert of its series. Pure: the time is the event's.
 *
 * Order is by what the alert's own source says: starts and ends, not arrival. A resolve counts when it ends after
 * the present firing began, and nothing newer said that it still fires. A firing that began after the last resolve
 * is a re-fire; one that began before is a late copy, unless it is clearly later evidence (Prometheus keeps the
 * start of an alert over its own restart).
 */
export const evolve = (
  current: Alert | undefined,
  event: AlertEvent,
  route: () => RouteChoice,
  policy: EvolvePolicy,
): Evolution => {
  const taken = takeInOrder(current, event, route, policy);
  const told =
    current && !taken.archived
      ? withNews(current, joinedAgain(current, taken.alert, event.receivedAt), event.receivedAt)
      : taken.alert;
  const { look } = told;
  // Heard of since it was looked for, or over: what was seen then counts no more.
  if (look !== undefined && (told.status === 'resolved' || event.time > look.at))
    return { ...taken, alert: withoutLook(told) };
  return told === taken.alert ? taken : { ...taken, alert: told };
};

const withoutLook = ({ look: _, ...alert }: Alert): Alert => alert;

/** What other systems are told of it. */
export const withNews = (before: Alert, after: Alert, now: number): Alert =>
  withPaging(before, withTicketNews(before, after, now), now);

const takeInOrder = (
  current: Alert | undefined,
  event: AlertEvent,
  route: () => RouteChoice,
  policy: EvolvePolicy,
): Evolution => {
  if (current === undefined) return opened(event, route());
  if (event.position.via === 'look') return takeGone(current, event);
  if (event.status === 'resolved') return takeResolved(current, event, route, policy);
  if (current.status === 'firing') return takeStillFiring(current, event);
  return takeFiringAfterResolve(current, event, route, policy);
};

const opened = (event: AlertEvent, route: RouteChoice, before?: Alert): Evolution => {
  const alert = openAlert(event, route, before);
  return {
    alert,
    reason: alert.memberOf ? 'grouped' : route.thread ? 'opened' : 'no_thread_wanted',
    journal: openedLines(alert, { at: event.receivedAt, event: event.id }),
    ...(before && { archived: before }),
  };
};

/** The first two lines of every journal: by which event it was opened, and which route took it. */
export const openedLines = (
  { route, previous }: Pick<Alert, 'route' | 'previous'>,
  { at, event }: NonNullable<Alert['opening']>,
): readonly [JournalEntry, JournalEntry] => {
  const why = previous ? remark({ code: 'follows', event, before: previous.id }) : event;
  return [
    { at, who: 'farmhand', what: 'opened', why },
    { at, who: 'farmhand', what: 'route', why: route },
  ];
};

/** Nobody sent it: it counts only while nothing was heard since the look that found the alert gone. */
const takeGone = (current: Alert, event: AlertEvent): Evolution => {
  const { look, status } = current;
  if (status !== 'firing' || look?.absent?.since !== event.time) return unchanged(current, event, 'stale');
  const taken = resolved(seen(current, event), event, event.time);
  return { ...taken, alert: { ...taken.alert, endInferred: true } };
};

const takeResolved = (
  current: Alert,
  event: AlertEvent,
  route: () => RouteChoice,
  policy: EvolvePolicy,
): Evolution => {
  const endsAt = event.endsAt ?? event.time;
  if (current.status === 'firing') {
    if (endsReopened(current, event)) return resolved(asItsSourceSays(current, event), event, endsAt);
    if (endsAt < current.startsAt || firesSince(current, event, endsAt, policy)) {
      return unchanged(current, event, 'stale');
    }
    const missed = knowsStarts(event) && event.startsAt > current.startsAt;
    return resolved(missed ? nextFiring(current, event) : seen(current, event), event, endsAt);
  }
  const lastEnd = current.endsAt ?? current.eventTime;
  if (current.endInferred && event.startsAt <= lastEnd && endsAt >= current.startsAt) {
    return endTold(current, event, endsAt);
  }
  // Elsewhere than with Alertmanager a repeated resolve is just that.
  if (!knowsStarts(event) || event.startsAt <= lastEnd) {
    if (knowsStarts(event) && endsAt > lastEnd) return endedLater(current, event, endsAt);
    return unchanged(current, event, endsAt < lastEnd ? 'stale' : 'no_change');
  }
  // A whole firing of which only the end has arrived so far.
  if (event.startsAt - lastEnd > policy.refireWindow) return opened(event, route(), current);
  return resolved(nextFiring(current, event), event, endsAt);
};

/** Only Alertmanager tells the start of a firing apart from the time of a message about it. */
const knowsStarts = (event: AlertEvent): boolean =>
  event.type === 'alertmanager' && event.startUnknown !== true;

/** True when a message newer than this resolve said that the alert fires. */
const firesSince = (current: Alert, event: AlertEvent, endsAt: number, policy: EvolvePolicy): boolean =>
  event.time < current.eventTime &&
  // Alertmanager repeats a firing until it hears of the end: only what comes well after it counts as another firing.
  current.eventTime > endsAt + (knowsStarts(event) ? policy.staleGrace : 0);

/**
 * It was opened again by a firing of this very start, which was over already: whatever end this names, that start is
 * what is over.
 */
const endsReopened = ({ reopenedStart }: Alert, event: AlertEvent): boolean =>
  reopenedStart !== undefined && knowsStarts(event) && event.startsAt === reopenedStart;

/** The start that was invented for it goes where the end is before it: it was the same firing all along. */
const asItsSourceSays = (current: Alert, event: AlertEvent): Alert => {
  const { reopenedStart: _, ...alert } = seen(current, event);
  if ((event.endsAt ?? event.time) >= current.startsAt) return alert;
  const firstStartsAt = Math.min(alert.firstStartsAt, event.startsAt);
  return { ...alert, startsAt: event.startsAt, firstStartsAt, fired: Math.max(1, current.fired - 1) };
};

/** A firing of which nothing had been heard; whoever had acknowledged the one before has not seen it. */
const nextFiring = (current: Alert, event: AlertEvent): Alert => {
  const { ack: _, reopenedStart: __, ...rest } = seen(current, event);
  return { ...rest, startsAt: event.startsAt, fired: current.fired + 1 };
};

/** It was known to be over; this says that it ended later than was known. */
const endedLater = (current: Alert, event: AlertEvent, endsAt: number): Evolution => ({
  alert: { ...seen(current, event), endsAt },
  reason: 'updated',
  journal: [{ at: event.receivedAt, who: event.source, what: 'ended_later', why: event.id }],
});

/** farmhand had only seen that it was gone; this is the end as its source knows it. */
const endTold = (current: Alert, event: AlertEvent, endsAt: number): Evolution => {
  const { endInferred: _, ...alert } = seen(current, event);
  return {
    alert: { ...alert, endsAt },
    reason: 'updated',
    journal: [{ at: event.receivedAt, who: event.source, what: 'end_told', why: event.id }],
  };
};

const resolved = (alert: Alert, event: AlertEvent, endsAt: number): Evolution => ({
  alert: addNote(
    { ...alert, status: 'resolved', endsAt },
    { kind: 'resolved', at: endsAt, ...(event.because !== undefined && { text: event.because }) },
  ),
  reason: 'resolved',
  journal: [
    {
      at: event.receivedAt,
      who: event.because === undefined ? alert.source : 'farmhand',
      what: 'resolved',
      why: event.because === undefined ? event.id : `${event.id}: ${event.because}`,
    },
  ],
});

const takeStillFiring = (current: Alert, event: AlertEvent): Evolution => {
  if (worthAnotherTry(current, event)) return wantedAgain(current, event);
  if (event.time < current.eventTime) {
    return unchanged(current, event, sameFacts(current, event) ? 'no_change' : 'stale');
  }
  const missedResolve = knowsStarts(event) && event.startsAt > current.startsAt;
  if (missedResolve) {
    const { reopenedStart: _, ...known } = seen(current, event);
    const alert = describe({ ...known, startsAt: event.startsAt, fired: current.fired + 1 }, event);
    return {
      alert: addNote(alert, { kind: 'refired', at: event.startsAt }),
      reason: 'refired',
      journal: [{ at: event.receivedAt, who: event.source, what: 'refired', why: event.id }],
    };
  }
  if (sameFacts(current, event)) return unchanged(current, event, 'no_change');
  return updated(current, event);
};

/** No channel took its thread: while it keeps firing it is tried again, now and then. A deleted thread stays deleted. */
const worthAnotherTry = ({ thread }: Alert, event: AlertEvent): boolean =>
  thread.state === 'failed' &&
  isTriedAgain(thread.reason) &&
  event.receivedAt - thread.at >= retryUndeliverable;

const retryUndeliverable = 300_000;

/** Where its root was deleted, or is there and could only not be changed, a second one would be one too many. */
const isTriedAgain = (reason: string): boolean => {
  const about = refusalAbout(reason);
  return about !== 'gone' && about !== 'message' && about !== 'later';
};

const wantedAgain = (current: Alert, event: AlertEvent): Evolution => ({
  alert: { ...seen(current, event), thread: { state: 'wanted', since: event.receivedAt, event: event.id } },
  reason: 'reopened',
  journal: [{ at: event.receivedAt, who: 'farmhand', what: 'thread_wanted_again', why: event.id }],
});

const updated = (current: Alert, event: AlertEvent): Evolution => {
  const alert = describe(seen(current, event), event);
  const severer = current.severity !== event.severity;
  const text = severityChange(current.severity, event.severity);
  return {
    alert: severer ? addNote(alert, { kind: 'severity', at: event.time, text }) : alert,
    reason: 'updated',
    journal: severer ? [{ at: event.receivedAt, who: event.source, what: 'severity', why: text }] : [],
  };
};

const takeFiringAfterResolve = (
  current: Alert,
  event: AlertEvent,
  route: () => RouteChoice,
  policy: EvolvePolicy,
): Evolution => {
  const lastEnd = knowsStarts(event) ? (current.endsAt ?? current.eventTime) : current.eventTime;
  const newStart = event.startsAt > lastEnd;
  // It was only not listed: said to fire since, it was never over.
  if (current.endInferred && !newStart && event.time > lastEnd) {
    if (event.time - lastEnd <= policy.refireWindow) return refired(current, event, event.startsAt);
  }
  if (!newStart && event.time <= lastEnd + policy.staleGrace) return unchanged(current, event, 'stale');
  const startsAt = newStart ? event.startsAt : event.time;
  const taken =
    startsAt - lastEnd > policy.refireWindow
      ? opened({ ...event, startsAt }, route(), current)
      : refired(current, event, startsAt);
  if (newStart || !knowsStarts(event)) return taken;
  return { ...taken, alert: { ...taken.alert, reopenedStart: event.startsAt } };
};

/** The same thread opens again. Whoever had acknowledged the earlier firing has not seen this one. */
const refired = (current: Alert, event: AlertEvent, startsAt: number): Evolution => {
  const { endsAt: _, reopenedStart: __, endInferred: ___, ack: ____, ...rest } = current;
  const fires = { ...seen(rest, event), status: 'firing', startsAt, fired: current.fired + 1 } as const;
  return {
    alert: firesAgain(current, describe(fires, event), event.receivedAt, event.id),
    reason: wantsThreadAgain(current) ? 'reopened' : 'refired',
    journal: [{ at: event.receivedAt, who: event.source, what: 'refired', why: event.id }],
  };
};

/** "It is still so" makes every message older than that outdated; except where starts and ends tell more than times. */
const unchanged = (current: Alert, event: AlertEvent, reason: 'no_change' | 'stale'): Evolution => {
  const stillSo = reason === 'no_change' && (current.status === 'firing' || !knowsStarts(event));
  const alert: Alert = {
    ...current,
    events: current.events + 1,
    lastSeen: Math.max(current.lastSeen, event.receivedAt),
    eventTime: stillSo ? Math.max(current.eventTime, event.time) : current.eventTime,
  };
  return { alert, reason, journal: [] };
};

const seen = (current: Alert, event: AlertEvent): Alert => ({
  ...current,
  events: current.events + 1,
  eventTime: Math.max(current.eventTime, event.time),
  lastSeen: Math.max(current.lastSeen, event.receivedAt),
});

const describe = ({ labelLoss: _, ...alert }: Alert, event: AlertEvent): Alert => ({
  ...alert,
  ...(event.labelLoss && { labelLoss: event.labelLoss }),
  name: event.name,
  severity: event.severity,
  summary: event.summary,
  labels: event.labels,
  annotations: event.annotations,
  links: event.links,
});

const sameFacts = (alert: Alert, event: AlertEvent): boolean =>
  alert.severity === event.severity &&
  alert.summary === event.summary &&
  alert.name === event.name &&
  sameRecord(alert.labels, event.labels) &&
  sameRecord(alert.annotations, event.annotations);

const sameRecord = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean => {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
};
