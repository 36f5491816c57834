import { type JournalEntry, ownLine } from '../../core/journal.ts';
import type { Alert } from '../model/alert.ts';
import { escalateAnew } from './escalate.ts';

export const isSilent = ({ silence }: Pick<Alert, 'silence'>, now: number): boolean =>
  silence !== undefined && silence.until > now;

/** Undefined while there is none that has ended. */
export const expireSilence = (
  { silence, ...alert }: Alert,
  now: number,
): { readonly alert: Alert; readonly journal: readonly JournalEntry[] } | undefined => {
  if (!silence || silence.until > now) return undefined;
  // What ended meanwhile was never told: it is looked for.
  const look = { at: silence.until, silenceEnded: true } as const;
  return {
    alert: alert.status === 'firing' ? escalateAnew({ ...alert, look }, now) : alert,
    journal: [ownLine(now, 'silence_expired')],
  };
};

/** Only what is on record unchanged can match: what farmhand cut or cleaned matches nothing. */
export const knownAsSent = ({
  labels,
  labelLoss,
}: Alert): { readonly labels: Alert['labels']; readonly left: number } => {
  const changed = new Set(labelLoss?.changed ?? []);
  const all = Object.entries(labels);
  const kept = all.filter(([name, value]) => !changed.has(name) && !looksCut(value));
  return { labels: Object.fromEntries(kept), left: all.length - kept.length + (labelLoss?.left ?? 0) };
};

/** Older records do not say what was cut. */
const looksCut = (value: string): boolean => value.length === 1024 && value.endsWith('…');

type Labels = Readonly<Record<string, string>>;

/** For a silence, a label that is missing is empty. */
export const labelIn = (labels: Labels, name: string): string =>
  Object.hasOwn(labels, name) ? (labels[name] ?? '') : '';

/** Whether a silence with these matchers silences what has these labels. */
export const isMatched = (labels: Labels, matchers: Labels): boolean =>
  Object.entries(matchers).every(([name, value]) => labelIn(labels, name) === value);
