import type { Alert } from '../../../alerts/model/alert.ts';
import type { EventLinks } from '../../../alerts/model/event.ts';
import { seriesFingerprint } from '../../../alerts/model/open.ts';
import { isObject } from '../../../core/json.ts';
import { mustBe } from '../shared/reader.ts';

/** Fields that every alert has. Any other is written under its own name. */
const placed = [
  ...(['id', 'version', 'type', 'source', 'tier', 'labels', 'annotations', 'fingerprint', 'name'] as const),
  ...(['severity', 'summary', 'links', 'status', 'startsAt', 'firstStartsAt', 'eventTime'] as const),
  ...([
    'lastSeen',
    'fired',
    'events',
    'route',
    'channel',
    'thread',
    'notes',
    'noteCount',
    'actions',
  ] as const),
] as const satisfies readonly (keyof Alert)[];
const isPlaced: ReadonlySet<string> = new Set(placed);
type Others = Omit<Alert, (typeof placed)[number]>;

/**
 * How alerts are written. Redis holds every open one in memory, so fields go by their place, not by name, and what an
 * alert says twice is written once: 0 stands for it.
 */
type Stored = readonly [
  id: string,
  type: Alert['type'],
  source: string,
  tier: string,
  labels: Alert['labels'],
  annotations: Alert['annotations'],
  /** 0: what the id begins with. */
  fingerprint: string | 0,
  /** 0: the label `alertname`. */
  name: string | 0,
  /** 0: the label of this name. */
  severity: Alert['severity'] | 0,
  /** 0: the annotation of this name. */
  summary: string | 0,
  /** 0: see `linkElsewhere`. */
  links: Readonly<Record<string, string | 0>>,
  status: Alert['status'],
  startsAt: number,
  /** ms */
  sinceFirstStart: number,
  fired: number,
  route: string,
  channel: string,
  thread: Alert['thread'],
  notes: Alert['notes'],
  noteCount: number,
  actions: Alert['actions'],
  others?: Others,
];

/**
 * What every event changes, and how wide it is does not: it stands before the rest, so that it can be written over.
 * `<version>|<events>|<time of the newest event>|<last seen>|`, times in base 36.
 */
const encodeHead = ({ events, eventTime, lastSeen }: Alert, version: number): string =>
  `${version}|${events}|${eventTime.toString(36)}|${lastSeen.toString(36)}|`;

const inHead: ReadonlySet<string> = new Set<keyof Alert>(['version', 'events', 'eventTime', 'lastSeen']);

/**
 * The head of `after`, when writing it over the head of `before` is all that is to be done; else undefined.
 * Compares by identity: a field with a new object in it counts as changed.
 */
export const headOnly = (before: Alert, after: Alert, version: number): string | undefined => {
  if (!sameFields(before, after) || !sameFields(after, before)) return undefined;
  const head = encodeHead(after, version);
  return head.length === encodeHead(before, before.version).length ? head : undefined;
};

const sameFields = (one: Alert, other: Alert): boolean => {
  for (const field in one) {
    if (!inHead.has(field) && one[field as keyof Alert] !== other[field as keyof Alert]) return false;
  }
  return true;
};

/** `<head><json>`: scripts compare the version without parsing the rest. */
export const encodeAlert = (alert: Alert, version: number): string => {
  const { id, labels, annotations, startsAt } = alert;
  const stored: Stored = [
    id,
    alert.type,
    alert.source,
    alert.tier,
    labels,
    annotations,
    unless(seriesFingerprint(id), alert.fingerprint),
    unless(labels['alertname'], alert.name),
    unless(labels['severity'], alert.severity),
    unless(annotations['summary'], alert.summary),
    encodeLinks(alert),
    alert.status,
    startsAt,
    startsAt - alert.firstStartsAt,
    alert.fired,
    alert.route,
    alert.channel,
    alert.thread,
    alert.notes,
    alert.noteCount,
    alert.actions,
    ...othersOf(alert),
  ];
  return encodeHead(alert, version) + JSON.stringify(stored);
};

/** What everything else builds on: the rest of the record may be of another version, as long as this holds. */
const isStored = (stored: unknown): boolean => {
  if (!Array.isArray(stored)) return false;
  const at = stored as readonly unknown[];
  const thread = at[17];
  return (
    texts.every((place) => typeof at[place] === 'string') &&
    objects.every((place) => isObject(at[place])) &&
    (at[11] === 'firing' || at[11] === 'resolved') &&
    numbers.every((place) => Number.isFinite(at[place])) &&
    isObject(thread) &&
    typeof thread['state'] === 'string' &&
    threadStates.has(thread['state']) &&
    Array.isArray(at[18]) &&
    Array.isArray(at[20])
  );
};
/** By place: id, type, source, tier, route, channel. */
const texts = [0, 1, 2, 3, 15, 16] as const;
/** Labels, annotations, links, thread. */
const objects = [4, 5, 10, 17] as const;
/** Start, since the first start, fired, number of notes. */
const numbers = [12, 13, 14, 19] as const;
const threadStates: ReadonlySet<string> = new Set<Alert['thread']['state']>([
  'none',
  'wanted',
  'posting',
  'open',
  'folded',
  'failed',
]);

/** @throws when it is not an alert */
export const decodeAlert = (value: string): Alert => {
  const [version = '', events, eventTime = '', lastSeen = ''] = value.split('|', 4);
  const json = value.slice(version.length + (events ?? '').length + eventTime.length + lastSeen.length + 4);
  const stored: unknown = JSON.parse(json);
  mustBe(isStored(stored), 'an alert');
  const [eventsCount, newest, last] = [
    Number(events),
    Number.parseInt(eventTime, 36),
    Number.parseInt(lastSeen, 36),
  ];
  mustBe([Number(version || 'x'), eventsCount, newest, last].every(Number.isFinite), 'an alert');
  const [
    id,
    type,
    source,
    tier,
    labels,
    annotations,
    fingerprint,
    name,
    severity,
    summary,
    links,
    status,
    startsAt,
    sinceFirstStart,
    fired,
    route,
    channel,
    thread,
    notes,
    noteCount,
    actions,
    others,
  ] = stored as Stored;
  return {
    id,
    version: Number(version),
    fingerprint: fingerprint === 0 ? seriesFingerprint(id) : fingerprint,
    type,
    source,
    tier,
    name: name === 0 ? (labels['alertname'] ?? '') : name,
    severity: severity === 0 ? (labels['severity'] as Alert['severity']) : severity,
    summary: summary === 0 ? (annotations['summary'] ?? '') : summary,
    labels,
    annotations,
    links: decodeLinks(links, source, annotations),
    status,
    startsAt,
    firstStartsAt: startsAt - sinceFirstStart,
    eventTime: newest,
    lastSeen: last,
    fired,
    events: eventsCount,
    route,
    channel,
    thread,
    notes,
    noteCount,
    actions,
    ...others,
  };
};

const unless = <T extends string>(elsewhere: string | undefined, value: T): T | 0 =>
  value === elsewhere ? 0 : value;

const othersOf = (alert: Alert): [] | [Others] => {
  let others: Record<string, unknown> | undefined;
  for (const field in alert) {
    if (isPlaced.has(field)) continue;
    others ??= {};
    others[field] = alert[field as keyof Others];
  }
  return others === undefined ? [] : [others as Others];
};

/** Where a link comes from as a rule, so that it need not be written twice. */
const linkElsewhere = (
  name: string,
  source: string,
  annotations: Alert['annotations'],
): string | undefined => {
  switch (name) {
    case 'runbook':
      return annotations['runbook_url'];
    case 'dashboard':
      return annotations['dashboard_url'];
    case 'alertmanager':
      return source;
    default:
      return undefined;
  }
};

const encodeLinks = ({ links, source, annotations }: Alert): Stored[10] => {
  const stored: Record<string, string | 0> = {};
  for (const name in links) {
    const link = links[name as keyof EventLinks];
    if (link !== undefined) stored[name] = unless(linkElsewhere(name, source, annotations), link);
  }
  return stored;
};

const decodeLinks = (stored: Stored[10], source: string, annotations: Alert['annotations']): EventLinks => {
  const links: Record<string, string> = {};
  for (const name in stored) {
    const link = stored[name];
    links[name] = (link === 0 ? linkElsewhere(name, source, annotations) : link) ?? '';
  }
  return links;
};
