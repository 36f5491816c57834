import { inFull } from '../../core/person.ts';
import { bySeverity } from '../../core/severity.ts';
import { counted } from '../../core/text.ts';
import { utc } from '../../core/utc.ts';
import type { ActionList, ActionState, Alert } from '../model/alert.ts';
import { subjectLabels } from '../model/subject.ts';
import type { TicketBody } from '../ports/ports.ts';

const namesAtMost = 3;
/** Each is a row with a link; what does not fit is counted. */
const rowsAtMost = 200;

/** The title of a ticket that is for several alerts: how bad, how many, which list, and what they are called. */
export const listTitle = (all: readonly Alert[], { of }: Pick<ActionList, 'of'>): string => {
  const [worst] = all.map(({ severity }) => severity).toSorted(bySeverity);
  const names = [...namesOf(all).keys()];
  const more = names.length - namesAtMost;
  const named = `${names.slice(0, namesAtMost).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return `[${worst ?? 'none'}] ${counted(alertsIn(all), 'alert')} for ${of}: ${named}`;
};

/** What such a ticket says: how many of what, who asked for it, and each of them with its thread. */
export const listBody = (
  all: readonly Alert[],
  { of }: Pick<ActionList, 'of'>,
  { by, at }: Pick<ActionState, 'by' | 'at'>,
  linkOf: (alert: Alert) => string | undefined,
): TicketBody => {
  const more = all.length - rowsAtMost;
  const counts = [...namesOf(all)].map(([name, count]) => (count > 1 ? `${name} ${count}×` : name));
  return {
    intro: `One ticket for ${counted(alertsIn(all), 'alert')}, as listed by “${of}” ${utc(at, 'seconds')}. What becomes of each is told in its thread, not here.`,
    facts: [
      { name: 'Alerts', value: counts.slice(0, 30).join(', ') + (counts.length > 30 ? ' …' : '') },
      ...(by ? [{ name: 'Requested by', value: inFull(by) }] : []),
      ...all.slice(0, rowsAtMost).map((alert) => {
        const url = linkOf(alert);
        return {
          name: `[${alert.severity}] ${alert.name}`,
          value: aboutOf(alert),
          ...(url !== undefined && { url }),
        };
      }),
      ...(more > 0 ? [{ name: 'And', value: `${more.toLocaleString('en')} more` }] : []),
    ],
    labels: {},
    annotations: {},
  };
};

const aboutOf = (alert: Alert): string => {
  const { labels, group, startsAt, id, status, endsAt } = alert;
  const subject = subjectLabels.flatMap((label) => labels[label] || []).slice(0, 2);
  return [
    ...subject,
    ...(group ? [`a group of ${counted(group.firing, 'alert')}`] : []),
    `since ${utc(startsAt)}${status === 'resolved' && endsAt !== undefined ? ` until ${utc(endsAt)}` : ''}`,
    `alert ${id}`,
  ].join(' · ');
};

/** A group stands for those that fire in it. */
const alertsIn = (all: readonly Alert[]): number =>
  all.reduce((sum, { group }) => sum + (group ? Math.max(1, group.firing) : 1), 0);

const namesOf = (all: readonly Alert[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const alert of all) {
    const { name, group } = alert;
    counts.set(name, (counts.get(name) ?? 0) + (group ? Math.max(1, group.firing) : 1));
  }
  return new Map([...counts].toSorted(([, a], [, b]) => b - a));
};
