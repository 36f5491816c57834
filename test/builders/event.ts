import type { AlertEvent, MessagePosition } from '../../src/alerts/model/event.ts';

/** 2026-11-20T14:13:42Z, the start in the captured webhooks. */
export const t0 = Date.UTC(2026, 10, 20, 14, 13, 42);
export const minutes = (n: number): number => n * 60_000;
export const hours = (n: number): number => n * 3_600_000;

let count = 0;

/** A complete, valid firing event; a test states only what matters to it. */
export const anEvent = (over: Partial<AlertEvent> = {}): AlertEvent => {
  count += 1;
  const time = over.time ?? over.startsAt ?? t0;
  return {
    id: `event-${count}`,
    type: 'alertmanager',
    source: 'alertmanager',
    tier: 'default',
    time,
    receivedAt: time,
    position: { via: 'kafka', topic: 'alerts', partition: 0, offset: String(count), index: 0 },
    fingerprint: '689b55798b76c552',
    status: 'firing',
    startsAt: t0,
    name: 'HighErrorRate',
    severity: 'critical',
    summary: '5xx ratio 12%',
    labels: { alertname: 'HighErrorRate', service: 'checkout', severity: 'critical' },
    annotations: { summary: '5xx ratio 12%' },
    links: {},
    ...over,
  };
};

/** Where the message that carried it came in. */
export const messagePosition = ({ position }: AlertEvent): MessagePosition => {
  if (position.via === 'look') throw new Error('nobody sent this event');
  return position;
};

/** The resolve of `firing`, at `endsAt`. */
export const resolveOf = (firing: AlertEvent, endsAt: number): AlertEvent =>
  anEvent({
    ...firing,
    id: `${firing.id}-end`,
    status: 'resolved',
    endsAt,
    time: endsAt,
    receivedAt: endsAt,
  });
