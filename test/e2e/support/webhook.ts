import { createHash } from 'node:crypto';

export interface WebhookAlert {
  readonly name: string;
  readonly status?: 'firing' | 'resolved';
  readonly labels?: Readonly<Record<string, string>>;
  readonly summary?: string;
  /** ms */
  readonly startsAt?: number;
  /** ms; only of a resolved alert. */
  readonly endsAt?: number;
}

/** Two minutes ago: whoever still says now that an alert fires which ended long ago, speaks of another firing. */
export const start = Math.floor(Date.now() / 1000 - 120) * 1000;

const labelsOf = (alert: WebhookAlert): Readonly<Record<string, string>> => ({
  alertname: alert.name,
  severity: 'critical',
  service: 'checkout',
  ...alert.labels,
});

/** As in the webhook of `alert`: what farmhand calls its series. */
export const fingerprintOf = (alert: WebhookAlert): string =>
  createHash('sha256')
    .update(JSON.stringify(Object.entries(labelsOf(alert)).sort()))
    .digest('hex')
    .slice(0, 16);

/** The id that farmhand gives to the first alert of this series. */
export const alertIdOf = (alert: WebhookAlert): string =>
  `${fingerprintOf(alert)}-${(alert.startsAt ?? start).toString(36)}`;

/** An Alertmanager webhook (version 4) with these alerts. */
export const webhook = (...alerts: readonly WebhookAlert[]): string =>
  JSON.stringify({
    version: '4',
    groupKey: '{}:{}',
    truncatedAlerts: 0,
    status: alerts.some((alert) => alert.status !== 'resolved') ? 'firing' : 'resolved',
    receiver: 'farmhand',
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    externalURL: 'http://alertmanager.example:9093',
    alerts: alerts.map((alert) => ({
      status: alert.status ?? 'firing',
      labels: labelsOf(alert),
      annotations: { summary: alert.summary ?? `${alert.name} is broken` },
      startsAt: new Date(alert.startsAt ?? start).toISOString(),
      endsAt:
        alert.status === 'resolved'
          ? new Date(alert.endsAt ?? (alert.startsAt ?? start) + 60_000).toISOString()
          : '0001-01-01T00:00:00Z',
      generatorURL: 'http://prom.example/graph',
      fingerprint: fingerprintOf(alert),
    })),
  });
