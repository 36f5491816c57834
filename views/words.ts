import type { Alert } from '../src/alerts/model/alert.ts';
import type { Person } from '../src/core/person.ts';
import type { Severity } from '../src/core/severity.ts';
import { code, inline } from './escape.ts';

/** Shape and word tell states apart, never colour alone. */
const firingMarks: Readonly<Record<Severity, string>> = {
  critical: '🚨',
  error: '🔥',
  warning: '⚠️',
  info: 'ℹ️',
  none: '▫️',
};

export type ShownState = 'firing' | 'acknowledged' | 'silenced' | 'resolved';

type StateFacts = Pick<Alert, 'status'> & {
  readonly ack?: unknown;
  readonly silence?: { readonly until: number };
};

/** What a person should see first: resolved beats silenced beats acknowledged. */
export const shownState = (facts: StateFacts, now: number): ShownState => {
  if (facts.status === 'resolved') return 'resolved';
  if (facts.silence && facts.silence.until > now) return 'silenced';
  return facts.ack ? 'acknowledged' : 'firing';
};

export const stateWord: Readonly<Record<ShownState, string>> = {
  firing: 'Firing',
  acknowledged: 'Acknowledged',
  silenced: 'Silenced',
  resolved: 'Resolved',
};

export const severityMark = (severity: Severity): string => firingMarks[severity];

export const stateMark = (state: ShownState, severity: Severity): string => {
  if (state === 'firing') return firingMarks[severity];
  return state === 'acknowledged' ? '👀' : state === 'silenced' ? '🔕' : '✅';
};

export const severityWord = (severity: Severity): string => (severity === 'none' ? 'no severity' : severity);

/** What an alert is about, in the order of its root message; undefined where no label says. */
export const subjectOf = ({ labels }: Pick<Alert, 'labels'>): string | undefined =>
  subjectLabels.map((name) => labels[name]).find((value) => value !== undefined && value !== '');

const subjectLabels = ['instance', 'pod', 'service', 'node', 'host', 'hostname', 'cluster_name'] as const;

/** A person as mrkdwn: a mention only of a real user id. */
export const who = (person: Person): string =>
  /^[UW][A-Z0-9]{2,20}$/.test(person.id)
    ? `<@${person.id}>`
    : inline(person.name ?? person.id, 60) || 'somebody';

/**
 * A person by name, for messages that are posted: a mention in one would notify them of what they did themselves.
 * One in the root message does not, since that is only updated. A mention where no name is known.
 */
export const byName = (person: Person): string => {
  const name = inline(person.name ?? '', 60);
  return name === '' ? who(person) : `*${name}*`;
};

/** A channel as mrkdwn: a link only of a real id. */
export const channelLink = (id: string): string =>
  /^[CGD][A-Z0-9]{1,20}$/.test(id) ? `<#${id}>` : code(id, 60);

const utc = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
// What both JavaScript's dates and Slack's clients can show.
const latest = 253_402_300_799_000;
const isTime = (ms: number): boolean => Number.isFinite(ms) && ms >= 0 && ms <= latest;

type TimeFormat = 'day_time' | 'time' | 'time_secs';
const formats = { day_time: '{date_short_pretty} {time}', time: '{time}', time_secs: '{time_secs}' } as const;

/** A moment in the reader's own time zone; UTC where a client can't do that. */
export const localTime = (ms: number, format: TimeFormat = 'day_time'): string =>
  isTime(ms) ? `<!date^${Math.floor(ms / 1000)}^${formats[format]}|${utc(ms)}>` : 'an unknown time';

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/** A span of time for people, two units at most: `2h 5m`, `45s`, `under a second`. */
export const span = (ms: number): string => {
  const parts: string[] = [];
  let rest = Number.isFinite(ms) ? Math.max(0, ms) : 0;
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count}${unit}`);
    // The unit after the first says enough: `2h 5m`, but not `2h 3s`.
    if (parts.length === 2 || (parts.length === 1 && count === 0)) break;
  }
  return parts.join(' ') || 'under a second';
};

/** `1 alert`, `2 alerts`. */
export const count = (n: number, noun: string): string =>
  `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`;

const order: readonly Severity[] = ['critical', 'error', 'warning', 'info', 'none'];

/** For sorting: the most severe first. */
export const bySeverity = (a: Severity, b: Severity): number => order.indexOf(a) - order.indexOf(b);
