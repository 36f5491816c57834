import type { Alert } from '../alerts/alert.ts';
import type { AlertEvent } from '../alerts/event.ts';
import { fingerprintOf } from './identity.ts';
import { cleanName } from './text.ts';

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
    };

export const refusedWhys = ['too_large', 'unauthorized', 'unreadable'] as const;
export type RefusedWhy = (typeof refusedWhys)[number];

/** The series of a notice: one a source and reason, or one a group. */
export const noticeSeries = (notice: OwnNotice): string =>
  notice.kind === 'refused'
    ? fingerprintOf('farmhand', 'refused', notice.source, notice.why)
    : fingerprintOf('farmhand', 'truncated', notice.source, notice.group);

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
    id,
    type: 'adhoc',
    source: 'farmhand',
    tier: 'default',
    time: now,
    receivedAt: now,
    position: { via: 'http', request: id, index: 0 },
    fingerprint,
    status: firing ? 'firing' : 'resolved',
    startsAt,
    ...(!firing && { endsAt: now }),
    name: notice.kind === 'refused' ? 'Source refused' : 'Alerts left out',
    severity: 'error',
    summary: notice.kind === 'refused' ? refusedText(notice, times) : truncatedText(notice),
    labels: {
      alertname: notice.kind === 'refused' ? 'FarmhandSourceRefused' : 'FarmhandAlertsLeftOut',
      instance: cleanName(notice.source, 120),
      ...(notice.kind === 'refused' && { reason: notice.why }),
    },
    annotations: {
      [countName]: String(times),
      ...(notice.kind === 'truncated' && { group: cleanName(notice.group, 500), left: String(notice.left) }),
    },
    links: {},
  };
};

const refusedText = (
  { source, why, detail }: Extract<OwnNotice, { kind: 'refused' }>,
  times: number,
): string => {
  const who = cleanName(source, 120);
  const often = times === 1 ? 'once' : `${times.toLocaleString('en')} times`;
  switch (why) {
    case 'too_large':
      return `What ${who} sends is refused, ${often} so far: larger than ${detail}. The alerts in it are NOT on record and have no threads. Give its Alertmanager a finer group_by or a max_alerts, or raise the limit.`;
    case 'unauthorized':
      return `What ${who} sends is refused, ${often} so far: its token is wrong or missing. Its alerts are NOT on record and have no threads. Give it the token that farmhand has.`;
    case 'unreadable':
      return `What ${who} sends cannot be read, ${often} so far (last: ${detail}). It is kept, and has no threads. See what and why: farmhand dead-letters list. Mend the sender, then: farmhand dead-letters replay.`;
    default:
      return why satisfies never;
  }
};

const truncatedText = ({ source, group, left }: Extract<OwnNotice, { kind: 'truncated' }>): string =>
  `Alertmanager left ${left.toLocaleString('en')} alerts of the group ${cleanName(group, 120)} out (its max_alerts), at ${cleanName(source, 100)}. They are NOT on record and have no threads. See them there, and raise max_alerts or make group_by finer.`;
