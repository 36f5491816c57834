import { labelLimits, labelSet } from '../../intake/parse/parsed-alert.ts';

type Labels = Readonly<Record<string, string>>;

/**
 * Whether an alert in Alertmanager's list is the one with these labels on record. What is on record was cleaned and
 * cut, so the listed one is read the same way; fingerprints are not compared, they may tell clusters apart.
 */
export const isSameAlert = (listed: Labels, recorded: Labels): boolean =>
  recordedKey(listed) === labelKey(recorded);

/** Equal for equal labels, whatever their order. */
export const labelKey = (labels: Labels): string =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));

/** As intake keeps them. */
export const recordedKey = (listed: Labels): string => labelKey(labelSet(listed, labelLimits, []));

/**
 * A query that keeps the answer small: the labels whose values need no quoting, as matchers. Empty: all alerts.
 * Alertmanager takes `name="value"` in both of its parsers.
 */
export const matcherQuery = (labels: Labels): string => {
  const plain = Object.entries(labels).filter(
    ([name, value]) => /^[a-zA-Z_]\w*$/.test(name) && /^[\w.:/ -]{1,120}$/.test(value),
  );
  const filters = plain.slice(0, 8).map(([name, value]) => encodeURIComponent(`${name}="${value}"`));
  return filters.length === 0 ? '' : `?${filters.map((filter) => `filter=${filter}`).join('&')}`;
};
