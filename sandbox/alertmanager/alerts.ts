import { z } from 'zod';
import type { StoredSilence } from './silence.ts';

/** What Alertmanager takes at `POST /api/v2/alerts`. */
export const PostableAlerts = z.array(
  z.object({
    labels: z.record(z.string(), z.string()),
    annotations: z.record(z.string(), z.string()).default({}),
    startsAt: z.iso.datetime({ offset: true }).optional(),
    endsAt: z.iso.datetime({ offset: true }).optional(),
    generatorURL: z.string().default(''),
  }),
);

export interface StoredAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly generatorURL: string;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly updatedAt: number;
}

/** Without an end an alert is over after this, unless it is sent again: `resolve_timeout`; ms. */
const resolveTimeout = 300_000;

export const labelKey = (labels: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));

export const stored = (
  alert: z.infer<typeof PostableAlerts>[number],
  before: StoredAlert | undefined,
  now: number,
): StoredAlert => ({
  labels: alert.labels,
  annotations: alert.annotations,
  generatorURL: alert.generatorURL,
  startsAt: alert.startsAt === undefined ? (before?.startsAt ?? now) : Date.parse(alert.startsAt),
  endsAt: alert.endsAt === undefined ? now + resolveTimeout : Date.parse(alert.endsAt),
  updatedAt: now,
});

/** One entry of `GET /api/v2/alerts`. */
export const listedAlert = (alert: StoredAlert, silences: Iterable<StoredSilence>, now: number) => {
  const silencedBy = [...silences].filter((silence) => mutes(silence, alert, now)).map(({ id }) => id);
  return {
    annotations: alert.annotations,
    startsAt: new Date(alert.startsAt).toISOString(),
    endsAt: new Date(alert.endsAt).toISOString(),
    updatedAt: new Date(alert.updatedAt).toISOString(),
    generatorURL: alert.generatorURL,
    fingerprint: '0000000000000000',
    receivers: [{ name: 'farmhand' }],
    status: {
      state: silencedBy.length > 0 ? 'suppressed' : 'active',
      silencedBy,
      inhibitedBy: [],
      mutedBy: [],
    },
    labels: alert.labels,
  };
};

const mutes = (silence: StoredSilence, { labels }: StoredAlert, now: number): boolean =>
  silence.startsAt <= now &&
  silence.endsAt > now &&
  silence.matchers.every(({ name, value, isRegex, isEqual }) => {
    const present = Object.hasOwn(labels, name) ? (labels[name] ?? '') : '';
    const same = isRegex ? new RegExp(`^(?:${value})$`).test(present) : present === value;
    return same === isEqual;
  });
