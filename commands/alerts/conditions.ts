import type { Alert } from '../../src/alerts/model/alert.ts';
import { severityRank } from '../../src/core/severity.ts';
import { shownState } from '../../views/words.ts';
import type { ListConditions } from '../parse/slash-words.ts';

/** Whether an alert fits what a filter cannot say, for the person who asks, now. */
export const conditionOf =
  ({ matchers, atLeast, mine, unacked, since }: ListConditions, user: string, now: number) =>
  (alert: Alert): boolean =>
    matchers.every(({ name, matches }) => matches(textOf(alert, name))) &&
    (atLeast === undefined || severityRank(alert.severity) <= severityRank(atLeast)) &&
    (!mine || alert.ack?.by.id === user) &&
    (!unacked || shownState(alert, now) === 'firing') &&
    (since === undefined || alert.startsAt >= now - since);

/** A label that is not there is the empty text, as in Alertmanager. */
const textOf = ({ labels, severity, tier }: Alert, name: string): string => {
  if (Object.hasOwn(labels, name)) return labels[name] ?? '';
  if (name === 'severity') return severity;
  return name === 'tier' ? tier : '';
};
