import { nearest } from '../../core/nearest.ts';
import type { Alert } from '../model/alert.ts';
import type { AlertFilter, AlertPage } from './queries.ts';

/** Why a filter found nothing: an empty list alone reads like an all-clear. */
export interface NoMatch {
  /** Alerts on record with the status that was asked for, whatever the rest of the filter. */
  readonly total: number;
  readonly missed: readonly Missed[];
  /** Not all of them were looked through: what is said of them is of those that were. */
  readonly partly: boolean;
}

/** One part of the filter that none of them has. */
export interface Missed {
  readonly name: string;
  readonly value: string;
  /** The name is there, with other values. */
  readonly known: boolean;
  /** What there is instead, the most frequent first: values of that name, or names. */
  readonly there: readonly string[];
  /** What was perhaps meant. */
  readonly meant?: string;
}

const mostNamed = 5;

/** Pure. `page` is a list of the same status without the filter. */
export const noMatch = (
  filter: Pick<AlertFilter, 'tier' | 'severity' | 'labels'>,
  page: AlertPage,
  total: number,
): NoMatch => {
  const { alerts } = page;
  const asked = [
    ...(filter.severity === undefined ? [] : [['severity', filter.severity] as const]),
    ...(filter.tier === undefined ? [] : [['tier', filter.tier] as const]),
    ...Object.entries(filter.labels ?? {}),
  ];
  const missed = asked.flatMap(([name, value]): readonly Missed[] => {
    const values = alerts.flatMap((alert) => valueIn(alert, name) ?? []);
    if (values.includes(value) || alerts.length === 0) return [];
    const known = values.length > 0;
    const all = byFrequency(known ? values : alerts.flatMap(({ labels }) => Object.keys(labels)));
    const meant = nearest(known ? value : name, all);
    return [{ name, value, known, there: all.slice(0, mostNamed), ...(meant !== undefined && { meant }) }];
  });
  return { total: Math.max(total, alerts.length), missed, partly: page.next !== undefined };
};

const valueIn = (alert: Alert, name: string): string | undefined => {
  if (name === 'severity') return alert.severity;
  if (name === 'tier') return alert.tier;
  return Object.hasOwn(alert.labels, name) ? alert.labels[name] : undefined;
};

const byFrequency = (words: readonly string[]): readonly string[] => {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([word]) => word);
};
