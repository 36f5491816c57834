import { type JournalEntry, ownLine } from '../../core/journal.ts';
import { remark } from '../messages/remarks.ts';
import type { Alert, LookReason } from '../model/alert.ts';
import type { AlertEvent } from '../model/event.ts';

/**
 * Looking for an alert where it comes from. Alertmanager sends no resolve for what ended while it was silenced or
 * inhibited, nor with `send_resolved: false`, nor for what it forgot over a restart: the thread would burn for ever.
 * So what has not been heard of for long is looked for. Pure; the calls are made by `sweep.ts`.
 */

/** What Alertmanager says of an alert that is firing on record. */
export type Sighting =
  | { readonly kind: 'listed'; readonly quiet: boolean }
  /** It and all its known peers answered, and none lists it. `looks`: how often that must be so before it counts. */
  | { readonly kind: 'absent'; readonly alertmanager: string; readonly looks: number }
  /** Nothing can be said: it did not answer, has only just started, or is not known to be the one. */
  | { readonly kind: 'unknown'; readonly alertmanager: string; readonly why: string };

/** An Alertmanager may take this long to send what a silence held back; ms. */
const settle = 30_000;
/** What is not listed is looked for once more after this: one look may meet a restart or a peer that lags; ms. */
const confirmAfter = 60_000;
/** Silenced or inhibited there: its end would not be told, so it is looked for again sooner; ms. */
const quietEvery = 900_000;
/** What the groups of Alertmanager and the way here may add to its `repeat_interval`; ms. */
const margin = 600_000;

/** Why this alert is to be looked for now; undefined while there is no need. `repeat`: of its Alertmanager; ms. */
export const lookReason = (alert: Alert, now: number, repeat: number): LookReason | undefined => {
  if (alert.type !== 'alertmanager' || alert.status !== 'firing') return undefined;
  const { look, silence } = alert;
  if (look?.absent) return now - look.at >= confirmAfter ? 'not_listed' : undefined;
  const silenceEnd = silence?.until ?? (look?.silenceEnded ? look.at : undefined);
  if (silenceEnd !== undefined && silenceEnd + settle <= now) return 'silence_ended';
  const heard = Math.max(alert.lastSeen, look?.at ?? 0);
  if (look?.quiet && now - heard >= quietEvery) return 'quiet';
  return now - heard > repeat * 1.1 + margin ? 'not_heard' : undefined;
};

export interface ReadOutcome {
  /** The record, where it changes. */
  readonly alert?: Alert;
  readonly journal: readonly JournalEntry[];
  /** It is over: this event says so, and is taken in like any other. */
  readonly gone?: AlertEvent;
}

/** What a look at Alertmanager does to the record, which may have changed since it was read. */
export const afterReading = (
  alert: Alert,
  sighting: Sighting,
  reason: LookReason,
  now: number,
): ReadOutcome => {
  const nothing: ReadOutcome = { journal: [] };
  if (alert.status !== 'firing') return nothing;
  switch (sighting.kind) {
    case 'unknown':
      return nothing;
    case 'listed':
      return {
        alert: { ...alert, look: { at: now, ...(sighting.quiet && { quiet: true }) } },
        journal: alert.look?.absent ? [ownLine(now, 'listed_again')] : [],
      };
    case 'absent': {
      const { absent } = alert.look ?? {};
      const why = absent?.why ?? reason;
      if (!absent) {
        const look = { at: now, absent: { since: now, times: 1, why } };
        return {
          alert: { ...alert, look },
          journal: [
            ownLine(
              now,
              'not_listed',
              remark({ code: 'not_listed', alertmanager: sighting.alertmanager, why }),
            ),
          ],
        };
      }
      const times = absent.times + 1;
      if (times >= sighting.looks) return { journal: [], gone: goneEvent(alert, sighting, absent, now) };
      return { alert: { ...alert, look: { at: now, absent: { ...absent, times } } }, journal: [] };
    }
    default:
      return sighting satisfies never;
  }
};

type Absent = NonNullable<NonNullable<Alert['look']>['absent']>;

/** Its id is that of what was seen, so that it counts once however often it is made. */
const goneEvent = (
  alert: Alert,
  { alertmanager }: Extract<Sighting, { kind: 'absent' }>,
  { since, why }: Absent,
  now: number,
): AlertEvent => ({
  id: `look.${alert.id}.${since.toString(36)}`,
  type: alert.type,
  source: alert.source,
  tier: alert.tier,
  time: since,
  receivedAt: now,
  position: { via: 'look', alertmanager, index: 0 },
  fingerprint: alert.fingerprint,
  status: 'resolved',
  startsAt: alert.startsAt,
  endsAt: since,
  name: alert.name,
  severity: alert.severity,
  summary: alert.summary,
  labels: alert.labels,
  ...(alert.labelLoss && { labelLoss: alert.labelLoss }),
  annotations: alert.annotations,
  links: alert.links,
  because: remark({ code: 'end_unsent', alertmanager, why }),
});
