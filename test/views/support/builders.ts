import type { Alert, Note } from '../../../src/alerts/model/alert.ts';
import type { Digest } from '../../../src/alerts/model/digest.ts';
import { type RootFacts, rootFacts } from '../../../src/alerts/thread/root-facts.ts';
import type { Person } from '../../../src/core/person.ts';
import type { ViewContext } from '../../../views/context.ts';

/** 2026-11-20 14:13:42 UTC, as in the captured webhooks. */
export const start = Date.parse('2026-11-20T14:13:42Z');
export const minute = 60_000;

export const ana: Person = { id: 'U01ANA', name: 'ana' };
export const ben: Person = { id: 'U02BEN', name: 'ben' };

export const viewContext = (over: Partial<ViewContext> = {}): ViewContext => ({
  allowedHosts: ['runbooks.example', '*.grafana.example'],
  now: start + 5 * minute,
  teamUrl: 'https://acme.slack.com/',
  ...over,
});

export const anAlert = (over: Partial<Alert> = {}): Alert => ({
  id: '689b55798b76c552-mi80s0g0',
  version: 3,
  fingerprint: '689b55798b76c552',
  type: 'alertmanager',
  source: 'alertmanager.example:9093',
  tier: 'prod',
  name: 'HighErrorRate',
  severity: 'critical',
  summary: '5xx ratio 12% for 5 minutes',
  labels: {
    alertname: 'HighErrorRate',
    cluster: 'eu-1',
    namespace: 'prod',
    pod: 'checkout-5c9f-1',
    service: 'checkout',
    severity: 'critical',
  },
  annotations: {
    summary: '5xx ratio 12% for 5 minutes',
    runbook_url: 'https://runbooks.example/HighErrorRate',
    description: 'More than 5 % of requests to checkout fail.\nCustomers see the error page.',
  },
  links: {
    runbook: 'https://runbooks.example/HighErrorRate',
    dashboard: 'https://eu.grafana.example/d/checkout?orgId=1&from=now-1h',
    generator: 'http://prom.internal/graph?g0.expr=x',
    alertmanager: 'http://alertmanager.example:9093',
  },
  status: 'firing',
  startsAt: start,
  firstStartsAt: start,
  eventTime: start,
  lastSeen: start + 2000,
  fired: 1,
  events: 1,
  route: 'payments',
  channel: 'C01ALERTS',
  thread: { state: 'open', ts: '1795184022.000100', at: start + 3000, shown: 'abc' },
  notes: [],
  noteCount: 0,
  actions: [],
  ...over,
});

export const someFacts = (over: Partial<RootFacts> = {}): RootFacts => ({ ...rootFacts(anAlert()), ...over });

export const aNote = (over: Partial<Note> = {}): Note => ({
  n: 1,
  kind: 'acknowledged',
  at: start + minute,
  by: ana,
  ...over,
});

export const aDigest = (over: Partial<Digest> = {}): Digest => ({
  channel: 'C01ALERTS',
  id: 'C01ALERTS-mi80s0g0',
  version: 2,
  state: 'open',
  startedAt: start,
  updatedAt: start + 2 * minute,
  ts: '1795184022.000200',
  waiting: [
    { severity: 'critical', name: 'HighErrorRate', service: 'checkout', count: 41 },
    { severity: 'critical', name: 'InstanceDown', service: 'search', count: 17 },
    { severity: 'warning', name: 'PodCrashLooping', service: 'checkout', count: 180 },
    { severity: 'info', name: 'CertExpiresSoon', service: '', count: 3 },
  ],
  waitingCount: 241,
  folded: [{ severity: 'warning', name: 'PodCrashLooping', service: 'cart', count: 12 }],
  foldedCount: 12,
  folding: [],
  threadsBefore: 0,
  threaded: 63,
  ...over,
});
