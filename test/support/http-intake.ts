import { createBigBodies, isBig } from '../../src/app/intake/big-bodies.ts';
import { Secret } from '../../src/config/schema/secret.ts';
import { createHttpServer } from '../../src/http-api/server.ts';
import { createIngest } from '../../src/intake/ingest.ts';
import { decodeMessage } from '../../src/intake/parse/decode.ts';
import type { Rejection } from '../../src/intake/wire/raw.ts';
import { createHealth } from '../../src/observability/health.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { createRedactor } from '../../src/observability/redact.ts';
import { createRouteTable } from '../../src/routes/table.ts';
import { openRecordClient } from './record-client.ts';

const maxBytes = 16 * 1024 * 1024;
const settings = {
  tiers: { default: 'default', header: 'tier', label: 'tier' },
  clusters: { header: 'cluster' },
  alertmanagers: [],
};
let prefixes = 0;

/** Intake over HTTP with everything real: server, reading thread, records in Redis. */
export const openHttpIntake = async (over: { redisUrl: string; maxBodyBytes?: number }) => {
  const stack = new AsyncDisposableStack();
  const client = stack.use(
    await openRecordClient({ url: over.redisUrl, prefix: `storm-${++prefixes}`, commandTimeout: 10_000 }),
  );
  const bodies = stack.use(createBigBodies(() => settings));
  const deadLetters: Rejection[] = [];
  const limit = over.maxBodyBytes ?? maxBytes;
  const ingest = createIngest({
    decode: (message) =>
      isBig(message)
        ? bodies.decode(message, limit, Date.now())
        : decodeMessage(message, { tiers: settings.tiers, maxBytes: limit, now: Date.now() }),
    store: client.alerts,
    deadLetters: { keep: async (more) => void deadLetters.push(...more) },
    routes: () => createRouteTable({ routes: [], slack: { default_channel: 'C0ALERTS' } }),
    policy: () => ({ refireWindow: 4 * 3_600_000, staleGrace: 300_000 }),
    onOutcome: () => {},
  });
  const health = createHealth({
    now: () => performance.now(),
    conditions: ['listener'],
    safe: (text) => text,
  });
  stack.defer(() => health[Symbol.dispose]());
  let requests = 0;
  const server = stack.use(
    createHttpServer({
      config: {
        host: '127.0.0.1',
        port: 0,
        max_body_bytes: limit,
        sources: [],
        readers: [],
        events_token: new Secret('t'),
      },
      ingest,
      metrics: createMetrics({ processMetrics: false }),
      health,
      log: createLogger({ level: 'error', redactor: createRedactor(), destination: { write: () => {} } }),
      now: Date.now,
      newRequestId: () => `req-${++requests}`,
    }),
  );
  const { port } = await server.start();
  return {
    url: `http://127.0.0.1:${port}/v1/events`,
    token: 't',
    client,
    deadLetters,
    post: (body: Buffer, headers: Record<string, string> = {}) =>
      fetch(`http://127.0.0.1:${port}/v1/events`, {
        method: 'POST',
        body,
        headers: { authorization: 'Bearer t', ...headers },
      }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};

/** As Alertmanager sends one group: about 900 bytes an alert. */
export const storm = (count: number, over: Record<string, unknown> = {}): Buffer =>
  Buffer.from(
    JSON.stringify({
      version: '4',
      groupKey: '{}:{alertname="PodNotReady", service="shop"}',
      truncatedAlerts: 0,
      status: 'firing',
      receiver: 'farmhand',
      externalURL: 'http://alertmanager.example:9093',
      alerts: Array.from({ length: count }, (_, i) => ({
        status: 'firing',
        labels: {
          alertname: 'PodNotReady',
          container: 'app',
          endpoint: 'http-metrics',
          instance: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}:8443`,
          job: 'kube-state-metrics',
          namespace: 'shop-production',
          pod: `shop-frontend-5c9f7d4b8-${i.toString(36).padStart(5, '0')}`,
          prometheus: 'monitoring/kube-prometheus-stack-prometheus',
          service: 'shop',
          severity: 'warning',
        },
        annotations: {
          summary: `Pod has been in a non-ready state for more than 15 minutes (${i}).`,
          runbook_url: 'https://runbooks.prometheus-operator.dev/runbooks/kubernetes/kubepodnotready',
        },
        startsAt: '2026-11-20T14:13:42.123Z',
        endsAt: '0001-01-01T00:00:00Z',
        generatorURL: `http://prometheus.example/graph?g0.expr=sum+by%28namespace%2C+pod%29+%28kube_pod_status_phase%7Bphase%3D~%22Pending%22%7D%29+%3E+0&g0.tab=1`,
        fingerprint: i.toString(16).padStart(16, '0'),
      })),
      ...over,
    }),
  );
