import type { AlertEvent, AlertStatus, EventLinks, LabelLoss } from '../../alerts/model/event.ts';
import { type Severity, severities } from '../../core/severity.ts';
import { remembering } from '../../core/text.ts';
import { cleanName, cleanText } from '../wire/text.ts';

/** What the data of an event says; the rest (id, time, tier, position) is put to it in `decode.ts`. */
export interface ParsedAlert {
  readonly fingerprint: string;
  readonly status: AlertStatus;
  /** ms; missing when the data gives none. */
  readonly startsAt?: number;
  readonly endsAt?: number;
  readonly name: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly labelLoss?: LabelLoss;
  /** Not yet with the notes in them. */
  readonly annotations: Record<string, string>;
  readonly links: EventLinks;
  /** Of the webhook it came in. */
  readonly group?: AlertEvent['group'];
  /** What was left out or changed. */
  readonly notes: string[];
  /** The value of the tier label, before labels were cut. */
  readonly tier?: string;
  /** Where it comes from, for data that says so and has no wrapping. */
  readonly source?: string;
}

export const nameLength = 250;
export const summaryLength = 500;

/** Slack takes no longer one in a button. */
const linkLength = 3000;

/** The first of `candidates` that is an http(s) URL; whether its host may be shown is for the view to say. */
export const linkOf = (...candidates: readonly (string | undefined)[]): string | undefined =>
  candidates.find((url) => url !== undefined && url.length <= linkLength && /^https?:\/\/[^\s]+$/.test(url));

const synonyms = new Map<string, Severity>([
  ...severities.map((severity) => [severity, severity] as const),
  ...(['page', 'fatal', 'emergency', 'crit', 'p1'] as const).map((word) => [word, 'critical'] as const),
  ...(['high', 'major', 'err', 'p2'] as const).map((word) => [word, 'error'] as const),
  ...(['warn', 'minor', 'medium', 'p3'] as const).map((word) => [word, 'warning'] as const),
  ...(['low', 'notice', 'informational', 'p4'] as const).map((word) => [word, 'info'] as const),
]);

/** farmhand's severity for a `severity` label as teams write it; `none` where it says nothing farmhand knows. */
export const severityOf = (label: string | undefined): Severity =>
  label === undefined ? 'none' : (synonyms.get(label) ?? synonyms.get(label.trim().toLowerCase()) ?? 'none');

export interface LabelLimits {
  readonly what: 'labels' | 'annotations';
  readonly count: number;
  /** UTF-16 units. */
  readonly value: number;
}

export const labelLimits: LabelLimits = { what: 'labels', count: 64, value: 1024 };
export const annotationLimits: LabelLimits = { what: 'annotations', count: 32, value: 4096 };
const labelNameLength = 128;

/** These are kept when there are too many: routing, display and silences need them. */
const first = [
  'alertname',
  'severity',
  'service',
  'instance',
  'cluster',
  'namespace',
  'pod',
  'job',
  'summary',
];

/** `raw` cleaned and cut to `limits`. What was left out or cut is told in `notes`. */
export const labelSet = (
  raw: Readonly<Record<string, string>>,
  limits: LabelLimits,
  notes: string[],
): Record<string, string> => {
  const out: Record<string, string> = {};
  const names = Object.keys(raw);
  const kept = names.length > limits.count ? mostTelling(names).slice(0, limits.count) : names;
  let dropped = names.length - kept.length;
  let cut = 0;
  for (const name of kept) {
    const value = raw[name] ?? '';
    const key = labelName(name);
    // Assigning to `__proto__` would set nothing, or worse.
    if (key === '' || key === '__proto__' || Object.hasOwn(out, key)) {
      dropped++;
      continue;
    }
    if (value.length > limits.value || name.length > labelNameLength) cut++;
    out[key] = cleanText(value, limits.value);
  }
  if (dropped > 0)
    notes.push(`${dropped} ${limits.what} left out (at most ${limits.count}, with proper names)`);
  if (cut > 0) notes.push(`${cut} ${limits.what} cut to ${limits.value} characters`);
  return out;
};

/** The same few names come with every alert. */
const labelName = remembering((name) => cleanName(name, labelNameLength), 2_000);

/** What `kept`, which `labelSet` made of `raw`, no longer tells of it; undefined when it tells all. */
export const lossOf = (
  raw: Readonly<Record<string, string>>,
  kept: Readonly<Record<string, string>>,
): LabelLoss | undefined => {
  const changed: string[] = [];
  let left = 0;
  for (const name in kept) {
    left--;
    if (raw[name] !== kept[name] || !Object.hasOwn(raw, name)) changed.push(name);
  }
  for (const _ in raw) left++;
  return changed.length === 0 && left === 0 ? undefined : { changed, left };
};

const mostTelling = (names: readonly string[]): readonly string[] => {
  const rank = (name: string): number => (first.includes(name) ? 0 : 1);
  return names.toSorted((a, b) => rank(a) - rank(b));
};

/** Name of the annotation that says what the intake changed or could not keep. */
const noteAnnotation = 'farmhand_note';

/** `annotations` with the notes in it, if there are any. */
export const withNotes = (
  annotations: Record<string, string>,
  notes: readonly string[],
): Readonly<Record<string, string>> => {
  if (notes.length > 0) annotations[noteAnnotation] = notes.join('; ');
  return annotations;
};
