import { formatDuration } from '../../core/duration.ts';
import { inFull } from '../../core/person.ts';
import { utc } from '../../core/utc.ts';
import type { ActionState, Alert, TicketNews } from '../model/alert.ts';
import type { Group } from '../model/group.ts';
import type { TicketBody } from '../ports/ports.ts';

/** The title of a ticket, where the route has none for it. */
export const ticketTitle = ({ severity, name, labels }: Alert): string => {
  const subject = labels['instance'] ?? labels['service'];
  return `[${severity}] ${name}${subject === undefined ? '' : ` on ${subject}`}`;
};

/** What a ticket says of the alert as it is on record. `thread`: the link to it. */
export const ticketBody = (
  alert: Alert,
  { by }: Pick<ActionState, 'by'>,
  thread: string | undefined,
): TicketBody => ({
  intro: alert.summary || alert.name,
  facts: [
    { name: 'Alert', value: alert.name },
    { name: 'Severity', value: alert.severity },
    { name: 'Status when raised', value: alert.status },
    { name: 'Since', value: new Date(alert.startsAt).toISOString() },
    { name: 'Tier', value: alert.tier },
    ...(alert.group ? [{ name: 'Alerts', value: membersOf(alert.group) }] : []),
    ...(alert.cluster === undefined ? [] : [{ name: 'Cluster', value: alert.cluster }]),
    { name: 'Source', value: alert.source },
    { name: 'Alert id', value: alert.id },
    ...(by ? [{ name: 'Requested by', value: inFull(by) }] : []),
    { name: 'Route', value: alert.route },
    ...(alert.ack ? [{ name: 'Acknowledged by', value: inFull(alert.ack.by) }] : []),
    ...(alert.routeRunbook === undefined
      ? []
      : [{ name: 'Runbook', value: 'Open the runbook', url: alert.routeRunbook }]),
    ...(thread ? [{ name: 'Slack thread', value: 'Open the thread', url: thread }] : []),
  ],
  labels: alert.labels,
  annotations: alert.annotations,
});

/** The worst by name, as they were when it was raised: `db-1, db-2 and 398 more`. */
const membersOf = ({ firing, resolved, rows }: Group): string => {
  const named = rows.slice(0, namedAtMost).map(({ name, about }) => about || name);
  const more = firing + resolved - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more.toLocaleString('en')} more` : ''}`;
};
const namedAtMost = 20;

/** What stands first in the comment by which a ticket is told of its alert. */
export const newsTitle = ({ state, at }: TicketNews): string =>
  `${state === 'resolved' ? 'The alert resolved' : 'The alert fires again'}, ${utc(at, 'seconds')}`;

/** What is said there of the alert. */
export const newsLines = (
  { name, severity }: Pick<Alert, 'name' | 'severity'>,
  { state, at, since, inferred, fired }: TicketNews,
): readonly string[] => {
  const times = fired > 1 ? ` It has fired ${fired} times by now.` : '';
  const lasted =
    since === undefined
      ? ''
      : `, having fired since ${utc(since, 'seconds')} (${formatDuration(at - since)})`;
  return [
    state === 'resolved'
      ? `${name} (${severity}) is over${lasted}.${times}`
      : `${name} (${severity}) fires again.${times}`,
    ...(inferred ? ['Its end was not sent: its Alertmanager no longer lists it.'] : []),
  ];
};
