import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import fastify, { type FastifyInstance } from 'fastify';
import { type TierRules, tierOfInstance } from '../access/tiers.ts';
import type { AlertQueries } from '../alerts/ports/queries.ts';
import type { AuditReaderDeps } from '../audit/chain/reader.ts';
import type { Config } from '../config/schema/schema.ts';
import type { IngestPort } from '../intake/wire/raw.ts';
import type { Health } from '../observability/health.ts';
import type { Log } from '../observability/log.ts';
import type { MetricsRegistry } from '../observability/metrics.ts';
import { apiRoutes } from './api-routes.ts';
import { auditRoutes } from './audit/audit-routes.ts';
import { eventsRoutes, type OnAnswer } from './events-routes.ts';
import { answerBadHttp, answerErrors } from './failures.ts';
import { openapi } from './openapi.ts';
import { answerProbe } from './probes.ts';
import { type RebuildReads, rebuildRoutes } from './rebuilds/rebuild-routes.ts';
import { readerBy } from './shared/auth.ts';
import { HttpRefusal } from './shared/refusal.ts';
import { type SlackInbox, slackRoutes } from './slack-routes.ts';
import { watchRequests } from './telemetry.ts';

export interface HttpServerOptions {
  readonly config: Config['http'];
  /** Header that names the cluster of an event; default `cluster`. */
  readonly clusterHeader?: string;
  /** The tiers in force now; default: none are listed. */
  readonly tiers?: () => TierRules;
  /** Told how each sender of events was answered. */
  readonly onAnswer?: OnAnswer;
  /** Absent in a role that takes in no events, or answers no queries: the endpoint says so. */
  readonly ingest?: IngestPort;
  /** How long a tier waits until more of it is taken in; ms. Default: no time. */
  readonly waitMs?: (tier: string | undefined) => number;
  readonly queries?: AlertQueries;
  readonly rebuilds?: RebuildReads;
  readonly audit?: AuditReaderDeps;
  /** Present where Slack sends over HTTP, in a role that listens to people. */
  readonly slack?: SlackInbox;
  /** Takes secrets of the config out of what is answered: an alert may carry one in its own words. Default: nothing. */
  readonly safe?: (text: string) => string;
  readonly metrics: MetricsRegistry;
  readonly health: Health;
  readonly log: Log;
  /** Wall clock, ms. */
  readonly now: () => number;
  readonly newRequestId: () => string;
}

export interface HttpServer {
  /** Binds; then `listener` is met in the health. Rejects when the address is taken. */
  start(): Promise<{ readonly port: number }>;
  /**
   * Refuses new requests (503, connection closed), lets those under way end, at most `deadlineMs`, then closes.
   * Probes are answered up to the close. What is cut off was not answered, so its sender sends it again.
   */
  stop(deadlineMs: number): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
  /** For tests: the framework's instance, to break it on purpose. */
  readonly app: FastifyInstance;
}

/** Events, read API, metrics and probes on one port. */
export const createHttpServer = (options: HttpServerOptions): HttpServer => {
  const { config, health, log } = options;
  const underWay = new Set<ServerResponse>();
  let idle = (): void => {};
  let stopping: Promise<void> | undefined;

  const app = fastify({
    logger: false,
    genReqId: () => options.newRequestId(),
    requestIdHeader: false,
    bodyLimit: config.max_body_bytes,
    // Ids of events are their sender's; a path is 16 KB at most.
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 2_048 },
    clientErrorHandler: answerBadHttp,
    serverFactory: (handler) =>
      listener((request, response) => {
        if (answerProbe(health, request, response)) return;
        underWay.add(response);
        response.once('close', () => {
          underWay.delete(response);
          if (underWay.size === 0) idle();
        });
        handler(request, response);
      }),
  });

  app.decorateRequest('original', null as never);
  app.decorateRequest('sender', undefined);
  app.decorateRequest('sight', null as never);
  app.decorateRequest('reason', undefined);
  app.decorateRequest('contentType', undefined);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'x-request-id': request.id,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    if (stopping !== undefined) throw draining;
  });
  const { safe } = options;
  if (safe) {
    app.addHook('onSend', async (_, __, payload) => (typeof payload === 'string' ? safe(payload) : payload));
  }
  watchRequests(app, options.metrics.metrics, log);
  answerErrors(app, log);

  eventsRoutes(app, {
    ingest: options.ingest,
    config,
    clusterHeader: options.clusterHeader ?? 'cluster',
    onAnswer: options.onAnswer,
    waitMs: options.waitMs,
    now: options.now,
  });
  const tiers = options.tiers ?? noTiers;
  const authorise = readerBy(config, tiers);
  apiRoutes(app, { queries: options.queries, authorise });
  rebuildRoutes(app, {
    rebuilds: options.rebuilds,
    authorise,
    tierOf: (instance) => tierOfInstance(tiers(), instance),
  });
  auditRoutes(app, { audit: options.audit, token: config.audit_token });
  if (options.slack) slackRoutes(app, { inbox: options.slack, now: options.now });
  app.get('/v1/openapi.json', async () => openapi());
  app.get('/metrics', async (_, reply) => {
    options.metrics.metrics.ready.set({}, health.ready().ok ? 1 : 0);
    const { contentType, body } = await options.metrics.expose();
    return reply.header('content-type', contentType).send(body);
  });

  const close = async (deadlineMs: number): Promise<void> => {
    if (underWay.size > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      idle = resolve;
      const timer = setTimeout(resolve, deadlineMs);
      await promise;
      clearTimeout(timer);
    }
    if (underWay.size > 0) log.warn({ cut_off: underWay.size }, 'http stopped with requests under way');
    app.server.closeAllConnections();
    await app.close();
  };
  const stop = (deadlineMs: number): Promise<void> => {
    stopping ??= close(deadlineMs);
    return stopping;
  };

  return {
    app,
    start: async () => {
      await app.listen({ host: config.host, port: config.port });
      const address = app.server.address();
      const port = typeof address === 'object' && address !== null ? address.port : config.port;
      health.met('listener');
      log.info({ host: config.host, port }, 'http listening');
      return { port };
    },
    stop,
    [Symbol.asyncDispose]: () => stop(0),
  };
};

const noTiers = (): TierRules => ({ default: 'default', list: [] });

/**
 * Node's own server, with an end to everything a slow or silent client can hold open: 5 s for the headers, 15 s for
 * the whole request, checked every second. Idle connections outlive a load balancer's 60 s, so that it, not farmhand,
 * is the one that closes them.
 */
const listener = (handler: (request: IncomingMessage, response: ServerResponse) => void): Server =>
  createServer(
    {
      headersTimeout: 5_000,
      requestTimeout: 15_000,
      connectionsCheckingInterval: 1_000,
      keepAliveTimeout: 65_000,
    },
    handler,
  );

const draining = new HttpRefusal(
  503,
  'draining',
  'This process is stopping and takes no new requests. Nothing was read or stored.',
  'Send it again: another process answers.',
  { headers: { 'retry-after': '1', connection: 'close' } },
);
