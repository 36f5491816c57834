/** From records to what the API answers. Each field is named here on purpose: a new one on a record stays inside. */

import type { Ack, ActionState, Alert, Thread } from '../../alerts/model/alert.ts';
import type { EventRecord } from '../../alerts/model/event-record.ts';
import type { NoMatch } from '../../alerts/ports/no-match.ts';
import type { AlertPage, Books, LaneStatus } from '../../alerts/ports/queries.ts';
import { type JournalEntry, partedJournal } from '../../core/journal.ts';
import { given } from '../../core/json.ts';
import type { Person } from '../../core/person.ts';
import { classOf, eventReasons } from '../../core/reasons.ts';
import type { IngestReceipt } from '../../intake/wire/raw.ts';
import type {
  AcceptedView,
  AlertDetailView,
  AlertPageView,
  AlertView,
  BooksView,
  EventView,
  LanesView,
} from './schema.ts';

/** Groups by their fingerprints. */
type Groups = ReadonlyMap<string, Alert>;

export const presentAlert = (alert: Alert, groups: Groups = new Map()): AlertView => ({
  id: alert.id,
  state: stateOf(alert),
  status: alert.status,
  severity: alert.severity,
  name: alert.name,
  summary: alert.summary,
  type: alert.type,
  source: alert.source,
  tier: alert.tier,
  ...given({ cluster: alert.cluster }),
  fingerprint: alert.fingerprint,
  labels: { ...alert.labels },
  annotations: { ...alert.annotations },
  links: given({
    generator: alert.links.generator,
    runbook: alert.links.runbook,
    dashboard: alert.links.dashboard,
    alertmanager: alert.links.alertmanager,
  }),
  starts_at: rfc3339(alert.startsAt),
  first_starts_at: rfc3339(alert.firstStartsAt),
  ...(alert.endsAt !== undefined && { ends_at: rfc3339(alert.endsAt) }),
  last_seen: rfc3339(alert.lastSeen),
  fired: alert.fired,
  events: alert.events,
  ...(alert.ack && { acknowledged: acknowledged(alert.ack) }),
  ...(alert.silence && {
    silence: {
      ...given({ id: alert.silence.id }),
      by: presentPerson(alert.silence.by),
      reason: alert.silence.reason,
      until: rfc3339(alert.silence.until),
    },
  }),
  ...(alert.pinned && {
    note: { text: alert.pinned.text, by: presentPerson(alert.pinned.by), at: rfc3339(alert.pinned.at) },
  }),
  route: alert.route,
  thread: { channel: alert.channel, ...thread(alert.thread) },
  ...groupOf(alert, groups),
  actions: alert.actions.map(action),
  ...(alert.previous && {
    previous: {
      id: alert.previous.id,
      ...given({ channel: alert.previous.channel, ts: alert.previous.ts }),
    },
  }),
});

const acknowledged = ({ by, at, assignedBy }: Ack): NonNullable<AlertView['acknowledged']> => ({
  by: presentPerson(by),
  at: rfc3339(at),
  ...(assignedBy && { assigned_by: presentPerson(assignedBy) }),
});

const groupOf = ({ memberOf }: Alert, groups: Groups): Pick<AlertView, 'group'> => {
  const group = memberOf && groups.get(memberOf.group);
  if (!group) return {};
  return { group: { id: group.id, thread: { channel: group.channel, ...thread(group.thread) } } };
};

export const presentPage = (
  page: AlertPage,
  groups: Groups,
  none?: AlertPageView['none'],
): AlertPageView => ({
  alerts: page.alerts.map((alert) => presentAlert(alert, groups)),
  ...given({ next: page.next }),
  ...(none && { none }),
});

/** Of a page without alerts: how many there are, and what of the filter none of them has. */
export const presentNone = (
  counts: Readonly<Record<'firing' | 'resolved', number>>,
  { missed, partly }: NoMatch,
): NonNullable<AlertPageView['none']> => {
  const among = partly ? 'none of the newest alerts has' : 'no alert has';
  const says = missed.map(({ name, value, known, there, meant }) => {
    const perhaps = meant === undefined ? '' : `; did you mean ${meant}?`;
    const what = known ? `${among} ${name} ${value}` : `${among} a label ${name}`;
    return `${what}${perhaps} (there: ${there.join(', ')})`;
  });
  const all = counts.firing + counts.resolved;
  return {
    firing: counts.firing,
    resolved: counts.resolved,
    says: says.join('. ') || (all === 0 ? 'no alert is on record' : 'no alert fits all of the filter'),
  };
};

export const presentDetail = (
  alert: Alert,
  groups: Groups,
  journal: readonly JournalEntry[],
): AlertDetailView => ({
  alert: presentAlert(alert, groups),
  ...presentJournal(journal),
});

/** `alert` is absent when the event reached none, or it is no longer on record. */
export const presentEvent = (
  record: EventRecord,
  alert: Alert | undefined,
  journal: readonly JournalEntry[],
): EventView => ({
  id: record.id,
  ...given({ type: record.type, source: record.source, tier: record.tier }),
  ...(record.time !== undefined && { time: rfc3339(record.time) }),
  received_at: rfc3339(record.receivedAt),
  position: position(record),
  outcome: {
    class: classOf(record.reason),
    reason: record.reason,
    says: eventReasons[record.reason].says,
    ...given({ detail: record.detail }),
  },
  ...given({ alert_id: record.alertId }),
  ...(alert && {
    alert: {
      id: alert.id,
      state: stateOf(alert),
      thread: { channel: alert.channel, ...thread(alert.thread) },
      tickets: alert.actions.flatMap(({ kind, outcome }) =>
        kind === 'ticket' && outcome ? [{ key: outcome.id, ...given({ url: outcome.url }) }] : [],
      ),
      ...presentJournal(journal),
    },
  }),
});

export const presentBooks = (books: Books): BooksView => {
  const { received, threaded, merged, suppressed, rejected, pending } = books;
  return {
    received,
    threaded,
    merged,
    suppressed,
    rejected,
    pending,
    balanced: received === threaded + merged + suppressed + rejected + pending,
    by_reason: Object.entries(books.byReason).map(([key, count]) => {
      const [type = '', reason = ''] = key.split('|');
      return { type, reason, count };
    }),
  };
};

export const presentLanes = (lanes: readonly LaneStatus[]): LanesView => ({
  lanes: lanes.map(({ channel, waiting, dirty, oldestMs }) => ({
    channel,
    waiting,
    dirty,
    oldest_seconds: oldestMs / 1000,
  })),
});

export const presentReceipt = (receipt: IngestReceipt): AcceptedView => ({
  ids: [...receipt.ids],
  rejected: receipt.rejected.map(({ reason, detail }) => ({ reason, detail })),
});

const stateOf = (alert: Alert): AlertView['state'] => {
  if (alert.status === 'resolved') return 'resolved';
  return alert.ack ? 'acknowledged' : 'firing';
};

const thread = (it: Thread): Omit<AlertView['thread'], 'channel'> => {
  switch (it.state) {
    case 'none':
      return { state: it.state };
    case 'wanted':
    case 'posting':
      return { state: it.state, since: rfc3339(it.since) };
    case 'open':
      return {
        state: it.state,
        ts: it.ts,
        since: rfc3339(it.at),
        ...(it.possibleDuplicate === true && { possible_duplicate: true }),
      };
    case 'folded':
      return { state: it.state, since: rfc3339(it.at) };
    case 'failed':
      return { state: it.state, since: rfc3339(it.at), reason: it.reason };
    default:
      return it satisfies never;
  }
};

const action = (it: ActionState): AlertView['actions'][number] => ({
  key: it.key,
  kind: it.kind,
  state: it.state,
  attempts: it.attempts,
  at: rfc3339(it.at),
  ...(it.state === 'waiting' && { next_at: rfc3339(it.nextAt) }),
  ...(it.by && { by: presentPerson(it.by) }),
  ...(it.outcome && {
    outcome: { id: it.outcome.id, ...given({ url: it.outcome.url, text: it.outcome.text }) },
  }),
  ...given({ error: it.error }),
});

const position = ({ position: at }: EventRecord): EventView['position'] => {
  switch (at.via) {
    case 'kafka':
      return { via: at.via, topic: at.topic, partition: at.partition, offset: at.offset, index: at.index };
    case 'http':
      return { via: at.via, request: at.request, index: at.index };
    case 'look':
      return { via: at.via, alertmanager: at.alertmanager, index: at.index };
    default:
      return at satisfies never;
  }
};

export const presentJournal = (journal: readonly JournalEntry[]) => {
  const { lines, dropped } = partedJournal(journal);
  return {
    journal: lines.map(presentEntry),
    ...(dropped && { journal_dropped: { lines: dropped.count, at: rfc3339(dropped.at) } }),
  };
};

const presentEntry = (it: JournalEntry) => ({
  at: rfc3339(it.at),
  who: it.who,
  what: it.what,
  ...given({ why: it.why }),
});

export const presentPerson = (it: Person) => ({ id: it.id, ...given({ name: it.name }) });

/** RFC 3339 in UTC. A time that no calendar has (a sender's invention) is shown as the nearest end of it. */
export const rfc3339 = (ms: number): string => {
  const year9999 = 253_402_300_799_999;
  return new Date(Number.isFinite(ms) ? Math.min(Math.max(ms, 0), year9999) : 0).toISOString();
};
