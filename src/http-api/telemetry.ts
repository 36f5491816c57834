import type { FastifyInstance } from 'fastify';
import type { Log } from '../observability/log.ts';
import type { Metrics } from '../observability/metrics.ts';

/**
 * Counts and logs each request once, when it is answered: by route, never by path (a path holds ids), and without
 * headers or body (they hold tokens and alerts). Successes are the metrics' business; the log tells of refusals.
 */
export const watchRequests = (
  app: FastifyInstance,
  metrics: Pick<Metrics, 'httpRequests' | 'httpRequestSeconds'>,
  log: Log,
): void => {
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    const status = reply.statusCode;
    metrics.httpRequests.inc({ method: request.method, route, code: String(status) });
    metrics.httpRequestSeconds.observe({ route }, reply.elapsedTime / 1000);
    const facts = {
      request: request.id,
      method: request.method,
      route,
      status,
      ms: Math.round(reply.elapsedTime),
      from: request.ip,
    };
    if (status >= 400 && status < 500) log.info(facts, 'http request refused');
    else log.debug(facts, 'http request answered');
  });
};
