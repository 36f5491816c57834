import { createAuditLog } from '../../src/audit/chain/audit-log.ts';
import { Secret } from '../../src/config/schema/secret.ts';
import { createHttpServer, type HttpServer, type HttpServerOptions } from '../../src/http-api/server.ts';
import { createHealth } from '../../src/observability/health.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { createRedactor } from '../../src/observability/redact.ts';
import { aStamp } from '../builders/audit.ts';
import { startedAt } from '../builders/rebuild.ts';
import { fakeAlertQueries } from '../fakes/alert-queries.ts';
import { fakeIngest } from '../fakes/ingest.ts';
import { createMemoryRebuilds } from '../fakes/rebuilds/rebuild-store.ts';
import { memoryChain } from '../support/memory-chain.ts';

export const eventsToken = 'events-token-for-tests';
const apiToken = 'api-token-for-tests';
const auditToken = 'audit-token-for-tests';

/** A server on a free loopback port, over fakes; `log` holds the lines it wrote. */
export const startServer = async (
  config: Partial<HttpServerOptions['config']> = {},
  roles: {
    ingest?: false;
    queries?: false;
    slack?: HttpServerOptions['slack'];
    tiers?: HttpServerOptions['tiers'];
    waitMs?: NonNullable<HttpServerOptions['waitMs']>;
  } = {},
  /** To break the framework before it starts. */
  tamper: (app: HttpServer['app']) => void = () => {},
) => {
  const lines: string[] = [];
  const log = createLogger({
    level: 'debug',
    redactor: createRedactor(),
    destination: { write: (line) => void lines.push(line) },
  });
  const health = createHealth({
    now: () => performance.now(),
    conditions: ['listener'],
    safe: (text) => text,
  });
  const metrics = createMetrics({ processMetrics: false });
  const ingest = fakeIngest();
  const queries = fakeAlertQueries();
  const rebuilds = createMemoryRebuilds({ now: () => startedAt, io: (_, effect) => queries.answer(effect) });
  const now = () => Date.UTC(2026, 10, 21, 2);
  const inner = memoryChain();
  const chain = { ...inner, put: (texts: readonly string[]) => queries.answer(() => inner.put(texts)) };
  const auditLog = createAuditLog({ chain, now, stamp: aStamp });
  let requests = 0;
  const server = createHttpServer({
    config: {
      host: '127.0.0.1',
      port: 0,
      max_body_bytes: 4_096,
      sources: [],
      readers: [],
      events_token: new Secret(eventsToken),
      api_token: new Secret(apiToken),
      audit_token: new Secret(auditToken),
      ...config,
    },
    ...(roles.ingest !== false && { ingest }),
    ...(roles.queries !== false && { queries, rebuilds, audit: { chain, log: auditLog, now } }),
    ...(roles.slack && { slack: roles.slack }),
    ...(roles.tiers && { tiers: roles.tiers }),
    ...(roles.waitMs && { waitMs: roles.waitMs }),
    metrics,
    health,
    log,
    now,
    newRequestId: () => `req-${++requests}`,
  });
  tamper(server.app);
  const { port } = await server.start();
  const base = `http://127.0.0.1:${port}`;
  return {
    server,
    port,
    base,
    health,
    metrics,
    ingest,
    queries,
    rebuilds,
    auditLog,
    lines,
    post: (body: string | Buffer, headers: Record<string, string> = {}) =>
      fetch(`${base}/v1/events`, {
        method: 'POST',
        body,
        headers: { authorization: `Bearer ${eventsToken}`, ...headers },
      }),
    get: (path: string, headers: Record<string, string> = {}) =>
      fetch(`${base}${path}`, { headers: { authorization: `Bearer ${apiToken}`, ...headers } }),
    audit: (query = '', headers: Record<string, string> = {}) =>
      fetch(`${base}/v1/audit${query}`, { headers: { authorization: `Bearer ${auditToken}`, ...headers } }),
    [Symbol.asyncDispose]: async () => {
      await server.stop(0);
      health[Symbol.dispose]();
    },
  };
};
