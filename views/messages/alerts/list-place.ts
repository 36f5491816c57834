import type { Alert } from '../../../src/alerts/model/alert.ts';
import { inline } from '../../escape.ts';
import type { ListPlace } from '../../ids.ts';
import { channelLink } from '../../words.ts';

const mostNamed = 5;

/** What stands behind `5 alerts`: the filter, or where they wait. */
export const whereWords = (place: ListPlace): string =>
  'filters' in place
    ? `for ${inline(place.filters, 200)}`
    : `that wait for their threads in ${channelLink(place.waitingIn)}`;

/** The first few names, each with how many there are. */
export const namedAlerts = (alerts: readonly Alert[]): string => {
  const counts = new Map<string, number>();
  for (const { name } of alerts) counts.set(name, (counts.get(name) ?? 0) + 1);
  const shown = [...counts].slice(0, mostNamed);
  const others = alerts.length - shown.reduce((sum, [, count]) => sum + count, 0);
  const names = shown.map(
    ([name, count]) => `${inline(name, 100) || 'unnamed alert'}${count > 1 ? ` (${count}×)` : ''}`,
  );
  return [...names, ...(others > 0 ? [`${others.toLocaleString('en')} more`] : [])].join(', ');
};
