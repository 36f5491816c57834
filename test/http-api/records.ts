import type { Alert } from '../../src/alerts/model/alert.ts';
import type { EventRecord } from '../../src/alerts/model/event-record.ts';

export const at = Date.UTC(2026, 10, 20, 3, 0, 0);

/** A firing alert with an open thread; a test says only what matters to it. */
export const anAlert = (changes: Partial<Alert> = {}): Alert => ({
  id: '00c0ffee00c0ffee-m3k9',
  version: 7,
  fingerprint: '00c0ffee00c0ffee',
  type: 'alertmanager',
  source: 'alertmanager/eu',
  tier: 'prod',
  name: 'HighErrorRate',
  severity: 'critical',
  summary: 'Errors above 5 %',
  labels: { alertname: 'HighErrorRate', service: 'payments' },
  annotations: { description: 'Since the deploy' },
  links: { generator: 'https://prometheus.example.com/graph' },
  status: 'firing',
  startsAt: at,
  firstStartsAt: at,
  eventTime: at,
  lastSeen: at + 60_000,
  fired: 1,
  events: 2,
  route: 'payments',
  channel: 'C0PAYMENTS',
  thread: { state: 'open', ts: '1763600000.000100', at: at + 1_000, shown: 'abc' },
  notes: [{ n: 1, kind: 'acknowledged', at }],
  noteCount: 1,
  actions: [],
  ...changes,
});

export const anEvent = (changes: Partial<EventRecord> = {}): EventRecord => ({
  id: 'evt-1',
  type: 'alertmanager',
  source: 'alertmanager/eu',
  tier: 'prod',
  time: at,
  receivedAt: at + 10,
  position: { via: 'kafka', topic: 'alerts', partition: 3, offset: '42', index: 0 },
  reason: 'thread_open',
  alertId: '00c0ffee00c0ffee-m3k9',
  ...changes,
});
