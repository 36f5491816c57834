import { readFileSync } from 'node:fs';
import type { Position } from '../../../src/alerts/model/event.ts';
import type { DecodeContext } from '../../../src/intake/parse/decode.ts';
import type { RawMessage } from '../../../src/intake/wire/raw.ts';

/** 2026-11-20T14:20:00Z */
export const now = Date.UTC(2026, 10, 20, 14, 20);

export const context: DecodeContext = {
  tiers: { default: 'default', header: 'Tier', label: 'tier' },
  maxBytes: 1_048_576,
  now,
};

export const positions = {
  kafka: { via: 'kafka', topic: 'alerts', partition: 3, offset: '41', index: 0 },
  http: { via: 'http', request: 'req-1', index: 0 },
} as const satisfies Record<string, Position>;

export type Transport = keyof typeof positions;
export const transports: readonly Transport[] = ['kafka', 'http'];

/** A message with `body` as its bytes: JSON of it, unless it is bytes already. */
export const message = (body: unknown, over: Partial<RawMessage> = {}): RawMessage => ({
  value: Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  headers: {},
  position: positions.kafka,
  receivedAt: now,
  ...over,
});

export const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/alertmanager/${name}.json`, import.meta.url), 'utf8');

export const firing = 'webhook-firing-1alerts-HighErrorRate';
export const resolved = 'webhook-resolved-1alerts-PodCrashLooping';

export const alert = (over: Record<string, unknown> = {}): Record<string, unknown> => ({
  status: 'firing',
  labels: { alertname: 'HighErrorRate', service: 'checkout', severity: 'critical' },
  annotations: { summary: '5xx ratio 12%' },
  startsAt: '2026-11-20T14:13:42Z',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: '',
  fingerprint: '689b55798b76c552',
  ...over,
});

export const webhook = (alerts: readonly unknown[], over: Record<string, unknown> = {}) => ({
  version: '4',
  status: 'firing',
  receiver: 'farmhand',
  externalURL: 'http://alertmanager.example:9093',
  truncatedAlerts: 0,
  alerts,
  ...over,
});

export const envelope = (type: string, data: unknown, over: Record<string, unknown> = {}) => ({
  farmhand: 1,
  id: 'evt-1',
  type,
  source: 'ci/deploy',
  time: '2026-11-20T14:13:42Z',
  data,
  ...over,
});
