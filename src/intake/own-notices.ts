import type { Alert } from '../alerts/model/alert.ts';
import type { AlertEvent } from '../alerts/model/event.ts';
import { noticeText, noticeTitles } from './notice-words.ts';
import { fingerprintOf } from './parse/identity.ts';
import { cleanName } from './wire/text.ts';

/**
 * What farmhand itself has to say about those who send to it: an alert like any other, with one thread, that lasts
 * over restarts and is resolved. Holds nothing of what was sent.
 */
export type OwnNotice =
  | {
      readonly kind: 'refused';
      /** As people know it: the name of a source, an address, a topic. */
      readonly source: string;
      readonly why: RefusedWhy;
      /** What the reason code of the last refusal was, or the limit it passed. */
      readonly detail: string;
    }
  | {
      readonly kind: 'truncated';
      /** Where the group comes from. */
      readonly source: string;
      readonly group: string;
      readonly left: number;
    }
  | {
      /** Two Alertmanagers that send the same firings, and that nothing says are one. */
      readonly kind: 'pair';
      /** Their external URLs. */
      readonly urls: readonly [string, string];
    }
  | {
      /** Something is wrong with farmhand's own audit. */
      readonly kind: 'audit';
      /** Which part of it: the chain, or one of its copies, as people know it. */
      readonly source: string;
      readonly trouble: AuditTrouble;
    }
  | {
      /** Others read as farmhand's Kafka group, and take events away. */
      readonly kind: 'shared';
      readonly group: string;
      readonly readers: readonly string[];
    };

export type AuditTrouble =
  /** A copy cannot be written. */
  | { readonly code: 'audit_copy_failing'; readonly error: string }
  /** A copy and the chain are not the same any more. */
  | { readonly code: 'audit_copy_split'; readonly at: number }
  /** Redis has lost records that no copy has. `seq`: the last one that is known of; absent where none is. */
  | { readonly code: 'audit_lost'; readonly seq?: number }
  | { readonly code: 'audit_broken'; readonly error: string };

export const refusedWhys = ['too_large', 'unauthorized', 'unreadable', 'partly_unreadable'] as const;
export type RefusedWhy = (typeof refusedWhys)[number];

/** The series of a notice: one a source and reason, one a group, or one a pair. */
export const noticeSeries = (notice: OwnNotice): string => {
  switch (notice.kind) {
    case 'refused':
      return fingerprintOf('farmhand', 'refused', notice.source, notice.why);
    case 'truncated':
      return fingerprintOf('farmhand', 'truncated', notice.source, notice.group);
    case 'pair':
      return fingerprintOf('farmhand', 'pair', ...[...notice.urls].sort());
    case 'audit':
      return fingerprintOf('farmhand', 'audit', notice.source);
    case 'shared':
      return fingerprintOf('farmhand', 'shared', notice.group);
    default:
      return notice satisfies never;
  }
};

const alertnames = {
  refused: 'FarmhandSourceRefused',
  truncated: 'FarmhandAlertsLeftOut',
  pair: 'FarmhandAlertmanagersUnjoined',
  audit: 'FarmhandAuditTrouble',
  shared: 'FarmhandKafkaGroupShared',
} as const satisfies Record<OwnNotice['kind'], string>;

const hour = 3_600_000;

/**
 * How long a notice stands without being said again, by its alertname; ms. A sender that is refused comes back within
 * minutes while it has something to say; a group is repeated each `repeat_interval`, a day at the most.
 */
const standsFor: ReadonlyMap<string, number> = new Map([
  [alertnames.refused, 2 * hour],
  [alertnames.truncated, 25 * hour],
  [alertnames.pair, 25 * hour],
  [alertnames.audit, 25 * hour],
  [alertnames.shared, 2 * hour],
]);

/** The event that ends a notice which nobody ended: whoever it was about is not heard of any more. */
export const lapsedNotice = (live: Alert, now: number): AlertEvent | undefined => {
  const { alertname = '' } = live.labels;
  const most = live.source === 'farmhand' ? standsFor.get(alertname) : undefined;
  if (most === undefined || live.status !== 'firing' || now - live.lastSeen < most) return undefined;
  const id = `farmhand/${live.fingerprint}/over.${live.startsAt}`;
  return {
    ...own(id, now),
    fingerprint: live.fingerprint,
    status: 'resolved',
    startsAt: live.startsAt,
    endsAt: now,
    name: live.name,
    severity: live.severity,
    summary: live.summary,
    labels: live.labels,
    annotations: live.annotations,
    because: noticeText(
      alertname === alertnames.pair ? { code: 'pair_over' } : { code: 'not_again', hours: most / hour },
    ),
  };
};

/** Of every event that farmhand itself makes. */
const own = (id: string, now: number) =>
  ({
    id,
    type: 'adhoc',
    source: 'farmhand',
    tier: 'default',
    time: now,
    receivedAt: now,
    position: { via: 'http', request: id, index: 0 },
    links: {},
  }) as const;

const countName = 'times';

/** How often it has happened since it began, as the record says; 0 where nothing is going on. */
export const timesOf = (live: Alert | undefined): number =>
  live?.status === 'firing' ? Number(live.annotations[countName] ?? 0) : 0;

/** The event that brings the record up to date. `live` is the present record of its series. */
export const noticeEvent = (
  notice: OwnNotice,
  live: Alert | undefined,
  now: number,
  say: { readonly times: number } | 'over',
): AlertEvent => {
  const fingerprint = noticeSeries(notice);
  const firing = say !== 'over';
  const startsAt = live?.status === 'firing' ? live.startsAt : now;
  const times = firing ? say.times : timesOf(live);
  // One a minute and state: several replicas that say the same say it once.
  const id = `farmhand/${fingerprint}/${firing ? `${Math.floor(now / 60_000)}.${times}` : `over.${startsAt}`}`;
  return {
    ...own(id, now),
    fingerprint,
    status: firing ? 'firing' : 'resolved',
    startsAt,
    ...(!firing && { endsAt: now }),
    name: noticeTitles[notice.kind],
    severity: notice.kind === 'pair' ? 'warning' : 'error',
    summary: firing || live === undefined ? textOf(notice, times) : live.summary,
    labels: {
      alertname: alertnames[notice.kind],
      instance: cleanName(instanceOf(notice), 120),
      ...(notice.kind === 'refused' && { reason: notice.why }),
    },
    annotations: {
      [countName]: String(times),
      ...(notice.kind === 'truncated' && { group: cleanName(notice.group, 500), left: String(notice.left) }),
    },
  };
};

const instanceOf = (notice: OwnNotice): string => {
  if (notice.kind === 'pair') return notice.urls.join(' and ');
  return notice.kind === 'shared' ? notice.group : notice.source;
};

const textOf = (notice: OwnNotice, times: number): string => {
  switch (notice.kind) {
    case 'refused': {
      const { why, source, detail } = notice;
      return noticeText({ code: why, source, detail, times });
    }
    case 'truncated': {
      const { source, group, left } = notice;
      return noticeText({ code: 'truncated', source, group, left });
    }
    case 'pair':
      return noticeText({ code: 'pair', urls: notice.urls });
    case 'shared':
      return noticeText({ ...notice, code: 'shared' });
    case 'audit':
      return noticeText({ ...notice.trouble, source: notice.source });
    default:
      return notice satisfies never;
  }
};
