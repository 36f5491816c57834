import type { Building } from '../../core/json.ts';
import type { ActionSpec, ActionState, Alert, AlertId } from './alert.ts';
import type { NotifyWish } from './escalation.ts';
import type { AlertEvent } from './event.ts';
import type { Group, GroupKey } from './group.ts';
import { membershipOf } from './membership.ts';
import type { RouteChoice } from './routing.ts';

const alertIdOf = (fingerprint: string, startsAt: number): AlertId =>
  `${fingerprint}-${Math.max(0, startsAt).toString(36)}`;

/** The series that an alert id belongs to. */
export const seriesFingerprint = (id: AlertId): string => id.slice(0, 16);

/**
 * A new alert from the first event of its thread. `before` is the alert of the same series that this one follows.
 * An alert that is over before anybody heard of it gets its thread, but none of the other actions.
 */
export const openAlert = (event: AlertEvent, route: RouteChoice, before?: Alert): Alert => {
  const member = route.thread ? membershipOf(event, route) : undefined;
  const alert = openedAs(event, route, before);
  if (!member) return alert;
  // A ticket is the group's, one for all, and so is who is paged or mentioned.
  const { notify: _, ...own } = alert;
  const actions = alert.actions.filter(({ kind }) => kind !== 'ticket' && kind !== 'pager');
  return { ...own, memberOf: member, thread: { state: 'none' }, actions };
};

const openedAs = (event: AlertEvent, route: RouteChoice, before?: Alert): Alert => {
  const alert: Building<Alert> = firstFacts(event, route, before);
  if (event.labelLoss) alert.labelLoss = event.labelLoss;
  if (event.status === 'resolved') alert.endsAt = event.endsAt ?? event.time;
  if (route.runbook !== undefined) alert.routeRunbook = route.runbook;
  if (route.notify) alert.notify = { ...route.notify, said: 0 };
  if (before) alert.previous = previousOf(before);
  if (event.trace) alert.trace = event.trace;
  return alert;
};

const firstFacts = (event: AlertEvent, route: RouteChoice, before: Alert | undefined): Alert => ({
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
  annotations: event.annotations,
  links: event.links,
  status: event.status,
  startsAt: event.startsAt,
  firstStartsAt: event.startsAt,
  eventTime: event.time,
  lastSeen: event.receivedAt,
  fired: 1,
  events: 1,
  route: route.route,
  channel: route.channel,
  thread: route.thread ? { state: 'wanted', since: event.receivedAt, event: event.id } : { state: 'none' },
  notes: [],
  noteCount: 0,
  actions: event.status === 'firing' ? waitingActions(route.actions, event.receivedAt, fromOf(event)) : [],
});

/** What a group has of its route. */
export interface OfRoute {
  readonly actions: readonly ActionSpec[];
  readonly notify?: NotifyWish | undefined;
  readonly runbook?: string | undefined;
}

/** The record of a group from the first look at its members; see `evolve-group.ts`, which says what it shows. */
export const openGroup = (
  fingerprint: string,
  { route, channel, by, type, source, tier }: GroupKey,
  startsAt: number,
  group: Group,
  { actions, notify, runbook }: OfRoute,
  now: number,
  before?: Alert,
): Alert => ({
  ...{ id: alertIdOf(fingerprint, startsAt), version: before?.version ?? 0, fingerprint },
  ...{ type, source, tier, name: '', severity: 'none', summary: '' },
  labels: Object.fromEntries(Object.entries(by).filter(([, value]) => value !== '')),
  ...{ annotations: {}, links: {}, status: 'firing', startsAt, firstStartsAt: startsAt },
  ...{ eventTime: now, lastSeen: now, fired: 1, events: 1, route, channel, group },
  thread: { state: 'wanted', since: now, event: '' },
  ...(runbook !== undefined && { routeRunbook: runbook }),
  ...(notify && { notify: { ...notify, said: 0 } }),
  ...{ notes: [], noteCount: 0, actions: waitingActions(actions, now) },
  ...(before && { previous: previousOf(before) }),
});

const fromOf = ({ position }: AlertEvent): Pick<ActionState, 'from'> =>
  position.via === 'kafka'
    ? { from: { topic: position.topic, partition: position.partition, offset: position.offset } }
    : {};

const waitingActions = (
  specs: readonly ActionSpec[],
  at: number,
  from: Pick<ActionState, 'from'> = {},
): readonly ActionState[] => {
  const seen = new Map<string, number>();
  return specs.map((spec) => {
    const count = (seen.get(spec.kind) ?? 0) + 1;
    seen.set(spec.kind, count);
    const key = count === 1 ? spec.kind : `${spec.kind}-${count}`;
    const nextAt = spec.kind === 'pager' ? at + spec.after : at;
    return { key, kind: spec.kind, state: 'waiting', attempts: 0, nextAt, spec, at, ...from };
  });
};

const previousOf = (before: Alert): NonNullable<Alert['previous']> => ({
  id: before.id,
  channel: before.channel,
  ...(before.thread.state === 'open' && { ts: before.thread.ts }),
});
