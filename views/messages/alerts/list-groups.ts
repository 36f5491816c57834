import type { Alert } from '../../../src/alerts/model/alert.ts';

/** What stands on one line of a list: one alert, or many alike. */
export type Group = readonly [Alert, ...Alert[]];

const alike = 3;

/**
 * A long list as groups of alerts of one severity, name and service, in the order in which each comes up first; a
 * list that fits is left as it is, and so is one in which all are alike.
 */
export const groupsOf = (alerts: readonly Alert[], fits: number): readonly Group[] => {
  const singles = alerts.map((alert): Group => [alert]);
  if (alerts.length <= fits) return singles;
  const groups = new Map<string, Group>();
  for (const alert of alerts) {
    const key = keyOf(alert);
    const group = groups.get(key);
    groups.set(key, group ? [...group, alert] : [alert]);
  }
  if (groups.size === 1) return singles;
  return [...groups.values()].flatMap((group) =>
    group.length < alike ? group.map((alert): Group => [alert]) : [group],
  );
};

const keyOf = ({ severity, name, labels }: Alert): string =>
  JSON.stringify([severity, name, labels['service']]);

/** What lists exactly this group, where its labels can be written so; undefined otherwise. */
export const commandFor = ([first]: Group): string | undefined => {
  const words = ['alertname', 'service'].flatMap((label) => {
    const value = first.labels[label];
    return value === undefined || value === '' ? [] : [`${label}=${value}`];
  });
  const plain = words.length > 0 && words.every((word) => /^\w+=[\w.:-]{1,60}$/.test(word));
  return plain ? `/alerts ${words.join(' ')}` : undefined;
};
