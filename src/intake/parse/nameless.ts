import { cleanName } from '../wire/text.ts';
import { nameLength } from './parsed-alert.ts';

/** Labels that stand for `alertname` with other senders, however they are spelt. */
const nameLabels = new Set(['alertname', 'alert', 'rulename', 'rule', 'title']);
const plainKey = (label: string): string => label.toLowerCase().replace(/[^a-z]/g, '');

const telling = ['title', 'summary', 'description', 'message'] as const;

/** What an alert is about, the most telling first. */
const subjects = ['service', 'job', 'instance', 'pod', 'node', 'host', 'namespace', 'cluster'] as const;

/** Say how bad it is or whose, not what. */
const beside = new Set(['severity', 'priority', 'tier', 'team', 'env', 'environment', 'prometheus']);

const shortened = (text: string): string => cleanName(text.split('\n', 1)[0]?.trim() ?? '', 120);

/** A name for an alert without `alertname`, from what it has: another label, its own text, what it is about. */
export const nameless = (
  labels: Readonly<Record<string, string>>,
  annotations: Readonly<Record<string, string>>,
): string => {
  const named = Object.entries(labels).find(
    ([label, value]) => nameLabels.has(plainKey(label)) && value.trim() !== '',
  );
  if (named) return cleanName(named[1], nameLength);
  const said = telling.map((name) => shortened(annotations[name] ?? '')).find((text) => text !== '');
  if (said !== undefined) return said;
  const [label, value] =
    subjects.map((name) => [name, labels[name] ?? ''] as const).find(([, found]) => found.trim() !== '') ??
    Object.entries(labels).find(([name, found]) => found.trim() !== '' && !beside.has(name)) ??
    [];
  return label === undefined || value === undefined
    ? 'alert without a name'
    : cleanName(`alert of ${label} ${value}`, 120);
};
