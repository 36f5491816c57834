import type { ActionState, Alert, AlertId } from './alert.ts';
import type { AlertEvent } from './event.ts';
import type { RouteChoice } from './routing.ts';

const alertIdOf = (fingerprint: string, startsAt: number): AlertId =>
  `${fingerprint}-${Math.max(0, startsAt).toString(36)}`;

/** The series that an alert id belongs to. */
export const seriesFingerprint = (id: AlertId): string => id.slice(0, 16);

/**
 * A new alert from the first event of its thread. `before` is the alert of the same series that this one follows.
 * An alert that is over before anybody heard of it gets its thread, but none of the other actions.
 */
export const openAlert = (event: AlertEvent, route: RouteChoice, before?: Alert): Alert => ({
  id: alertIdOf(event.fingerprint, event.startsAt),
  version: before?.version ?? 0,
  fingerprint: event.fingerprint,
  type: event.type,
  source: event.source,
  tier: event.tier,
  name: event.name,
  severity: event.severity,
  summary: event.summary,
  labels: event.labels,
  ...(event.labelLoss && { labelLoss: event.labelLoss }),
  annotations: event.annotations,
  links: event.links,
  status: event.status,
  startsAt: event.startsAt,
  firstStartsAt: event.startsAt,
  ...(event.status === 'resolved' && { endsAt: event.endsAt ?? event.time }),
  eventTime: event.time,
  lastSeen: event.receivedAt,
  fired: 1,
  events: 1,
  route: route.route,
  channel: route.channel,
  thread: route.thread ? { state: 'wanted', since: event.receivedAt, event: event.id } : { state: 'none' },
  notes: [],
  noteCount: 0,
  actions: event.status === 'firing' ? routeActions(route, event) : [],
  ...(before && { previous: previousOf(before) }),
});

const routeActions = (
  route: RouteChoice,
  { receivedAt: at, position }: AlertEvent,
): readonly ActionState[] => {
  const seen = new Map<string, number>();
  const from = position.via === 'kafka' && {
    from: { topic: position.topic, partition: position.partition, offset: position.offset },
  };
  return route.actions.map((spec) => {
    const count = (seen.get(spec.kind) ?? 0) + 1;
    seen.set(spec.kind, count);
    const key = count === 1 ? spec.kind : `${spec.kind}-${count}`;
    return { key, kind: spec.kind, state: 'waiting', attempts: 0, nextAt: at, spec, at, ...from };
  });
};

const previousOf = (before: Alert): NonNullable<Alert['previous']> => ({
  id: before.id,
  channel: before.channel,
  ...(before.thread.state === 'open' && { ts: before.thread.ts }),
});
