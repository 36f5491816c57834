import { sha256 } from '../../core/hash.ts';
import type { Alert } from './alert.ts';
import type { AlertEvent } from './event.ts';
import type { GroupBy, GroupKey, MemberOf, MemberRow } from './group.ts';
import { fieldValue } from './routing.ts';
import { subjectLabels } from './subject.ts';

/** The group that takes a new alert; undefined: it has a thread of its own. */
export const membershipOf = (
  event: AlertEvent,
  {
    route,
    channel,
    groupBy,
  }: { readonly route: string; readonly channel: string; readonly groupBy?: GroupBy },
): MemberOf | undefined => {
  if (groupBy === undefined) return undefined;
  const { group } = event;
  if (groupBy === 'source' && group === undefined) return undefined;
  const by =
    groupBy === 'source'
      ? labelsOfKey(group?.key ?? '')
      : Object.fromEntries(groupBy.map((name) => [name, fieldOf(event, name)]));
  const key = groupBy === 'source' ? [event.source, event.cluster ?? '', group?.key] : Object.entries(by);
  // As long as a fingerprint of Alertmanager, so that it makes ids like any other.
  return {
    group: sha256(JSON.stringify(['group', channel, route, key]), 16),
    at: event.receivedAt,
    channel,
    by,
  };
};

/** As matchers see it; `alertname` is the name where an event has no such label. */
const fieldOf = (event: AlertEvent, name: string): string =>
  fieldValue(event, name) || (name === 'alertname' ? event.name : '');

/** Of `{}/{team="a"}:{alertname="Down", service="checkout"}`: what stands in the last braces. */
const labelsOfKey = (key: string): Readonly<Record<string, string>> => {
  const labels = key.slice(key.lastIndexOf(':{') + 1);
  const pairs = [...labels.matchAll(/([A-Za-z_][A-Za-z0-9_]*)="((?:[^"\\]|\\.)*)"/g)];
  return Object.fromEntries(
    pairs.slice(0, 20).map(([, name = '', value = '']) => [name, value.replace(/\\(["\\])/g, '$1')]),
  );
};

/** A firing that nobody has acknowledged joins its group as a new one does. */
export const joinedAgain = (before: Alert | undefined, after: Alert, at: number): Alert => {
  const again = before?.id === after.id && after.fired > before.fired && !after.ack;
  return again && after.memberOf ? { ...after, memberOf: { ...after.memberOf, at } } : after;
};

/** What the record of a member says of its group. */
export const keyOfMember = ({ memberOf, route, type, source, tier }: Alert): GroupKey | undefined =>
  memberOf && { route, type, source, tier, channel: memberOf.channel, by: memberOf.by };

export const rowOf = (alert: Alert): MemberRow | undefined => {
  const { memberOf, thread, ack, silence, endsAt, channel } = alert;
  if (!memberOf) return undefined;
  return {
    id: alert.id,
    name: alert.name,
    about: aboutOf(alert, memberOf),
    severity: alert.severity,
    status: alert.status,
    startsAt: alert.startsAt,
    ...(alert.status === 'resolved' && endsAt !== undefined && { endsAt }),
    joined: memberOf.at,
    ...(ack && { ack: { by: ack.by, at: ack.at } }),
    ...(silence && { silenced: silence.until }),
    ...(thread.state !== 'none' && { own: { channel, ...(thread.state === 'open' && { ts: thread.ts }) } }),
  };
};

/** What the members have in common says nothing here. */
const aboutOf = ({ labels, cluster }: Alert, { by }: MemberOf): string => {
  const label = subjectLabels.find(
    (name) => !(name in by) && (labels[name] || (name === 'cluster' && cluster)),
  );
  if (label !== undefined) return labels[label] || (cluster ?? '');
  const other = Object.keys(labels).find((name) => !(name in by) && !beside.has(name) && labels[name] !== '');
  return other === undefined ? '' : `${other} ${labels[other]}`;
};

const beside: ReadonlySet<string> = new Set([
  'alertname',
  'severity',
  'tier',
  'prometheus',
  'monitor',
  'team',
]);

/** Whether its present firing had begun by `at`, and had come in, as far as its record says when it did. */
export const hadFired = ({ startsAt, memberOf, events, lastSeen }: Alert, at: number): boolean =>
  startsAt <= at && (memberOf?.at ?? 0) <= at && (events > 1 || lastSeen <= at);
