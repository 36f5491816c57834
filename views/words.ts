import type { Alert } from '../src/alerts/model/alert.ts';
import type { Person } from '../src/core/person.ts';
import type { Severity } from '../src/core/severity.ts';
import { utc } from '../src/core/utc.ts';
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

/** ` (approver)`: the role that let them do it, where it is on record. */
export const throughRole = ({ as }: Person): string => (as ? ` (${inline(as.role, 40)})` : '');

/** The id of a channel, person or user group as a mention; any other text inert. Only for what one person sees. */
export const mentionOf = (contact: string): string => {
  // `SRE` is a word, and no id: these have a digit.
  if (!/^[CGUWS](?=[A-Z0-9]*\d)[A-Z0-9]{3,20}$/.test(contact)) return inline(contact, 120);
  if (/^[CG]/.test(contact)) return `<#${contact}>`;
  return contact.startsWith('S') ? `<!subteam^${contact}>` : `<@${contact}>`;
};

/**
 * Ids that a refusal names (`@U…`, `@S…`, `#C…`) as mentions. Only for what one person sees, where a mention notifies
 * nobody; `escaped`: inert mrkdwn.
 */
export const withMentions = (escaped: string): string =>
  escaped.replace(
    /(?<![\w#@])([#@])(?=[A-Z]+\d)([CGUWS][A-Z0-9]{3,20})\b/g,
    (text, sign: string, id: string) => ((sign === '#') === /^[CG]/.test(id) ? mentionOf(id) : text),
  );

/**
 * A person by name, for messages that are posted: a mention in one would notify them of what they did themselves.
 * One in the root message does not, since that is only updated. A mention where no name is known.
 */
export const byName = (person: Person): string => {
  const name = inline(person.name ?? '', 60);
  return name === '' ? who(person) : `*${name}*`;
};

/** Whoever a message is meant to notify: a person, a user group, `here` or `channel`; any other text inert. */
export const notified = (id: string): string => {
  if (id === 'here' || id === 'channel') return `<!${id}>`;
  return mentionOf(id);
};

/** A channel as mrkdwn: a link only of a real id. */
export const channelLink = (id: string): string =>
  /^[CGD][A-Z0-9]{1,20}$/.test(id) ? `<#${id}>` : code(id, 60);

// What both JavaScript's dates and Slack's clients can show.
const latest = 253_402_300_799_000;
const isTime = (ms: number): boolean => Number.isFinite(ms) && ms >= 0 && ms <= latest;

type TimeFormat = 'day_time' | 'time' | 'time_secs';
const formats = { day_time: '{date_short_pretty} {time}', time: '{time}', time_secs: '{time_secs}' } as const;

/** A moment in the reader's own time zone; UTC where a client can't do that. */
export const localTime = (ms: number, format: TimeFormat = 'day_time'): string =>
  isTime(ms) ? `<!date^${Math.floor(ms / 1000)}^${formats[format]}|${utc(ms)}>` : 'an unknown time';
