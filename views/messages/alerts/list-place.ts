import type { Alert } from '../../../src/alerts/model/alert.ts';
import { actions, type button, context, type Message, section } from '../../blocks.ts';
import { inline } from '../../escape.ts';
import { blockIds, type ListPlace } from '../../ids.ts';
import { channelLink } from '../../words.ts';

const mostNamed = 5;

/** What stands behind `5 alerts`: the filter, or where they wait. */
export const whereWords = (place: ListPlace): string =>
  'filters' in place
    ? `for ${inline(place.filters, 200)}`
    : `that wait for their threads in ${channelLink(place.waitingIn)}`;

/** Of a list, those that are beyond what is done at once; `more`: some were not even looked at. */
export interface RestOfList {
  readonly count: number;
  readonly more: boolean;
}

export const restWords = ({ count, more }: RestOfList, atOnce: number): readonly (string | false)[] => [
  count > 0 && `At most ${atOnce} at once: ${count.toLocaleString('en')} more fit.`,
  more && 'More are on record than were looked at.',
];

/** Asked before anything is done for `alerts`: which they are, and the button that says yes. */
export const listQuestion = (
  title: string,
  alerts: readonly Alert[],
  yes: ReturnType<typeof button>,
  besides: readonly (string | false)[],
): Message => ({
  text: title,
  blocks: [
    section(`*${title}*\n${namedAlerts(alerts)}`),
    actions(blockIds.listButtons, [yes]),
    ...context(...besides),
  ],
});

/** The first few names, each with how many there are. */
const namedAlerts = (alerts: readonly Alert[]): string => {
  const counts = new Map<string, number>();
  for (const { name } of alerts) counts.set(name, (counts.get(name) ?? 0) + 1);
  const shown = [...counts].slice(0, mostNamed);
  const others = alerts.length - shown.reduce((sum, [, count]) => sum + count, 0);
  const names = shown.map(
    ([name, count]) => `${inline(name, 100) || 'unnamed alert'}${count > 1 ? ` (${count}×)` : ''}`,
  );
  return [...names, ...(others > 0 ? [`${others.toLocaleString('en')} more`] : [])].join(', ');
};
