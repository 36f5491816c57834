import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Log } from '../observability/log.ts';
import { bodyOf, HttpRefusal, httpRefusal } from './shared/refusal.ts';

/** The one error boundary of the routes: whatever is thrown becomes one JSON shape, never a stack. */
export const answerErrors = (app: FastifyInstance, log: Log): void => {
  app.setErrorHandler((error, request, reply) => {
    const refusal = httpRefusal(error, request.routeOptions.config.what ?? 'read');
    const facts = { request: request.id, route: request.routeOptions.url, error };
    if (refusal.status === 500) log.error(facts, 'http request failed');
    else if (refusal.code === 'store_unavailable') log.warn(facts, 'http request refused, the store is away');
    return reply.code(refusal.status).headers(refusal.headers).send(bodyOf(refusal, request.id));
  });

  app.setNotFoundHandler((request, reply) => {
    const allow = methodsOf(request.url, app.hasRoute({ method: 'POST', url: '/slack/events' }));
    const refusal =
      allow === undefined
        ? new HttpRefusal(
            404,
            'not_found',
            'There is nothing at this path.',
            'See /v1/openapi.json for what there is.',
          )
        : new HttpRefusal(
            405,
            'method_not_allowed',
            `${request.method} is not possible here.`,
            `Use ${allow}.`,
            {
              headers: { allow },
            },
          );
    return reply.code(refusal.status).headers(refusal.headers).send(bodyOf(refusal, request.id));
  });
};

const methodsOf = (url: string, slack: boolean): string | undefined => {
  const path = url.split('?', 1)[0] ?? '';
  const readable =
    /^(\/metrics|\/v1\/(alerts(\/[^/]+)?|events\/[^/]+|rebuilds(\/[^/]+)?|audit|books|lanes|openapi\.json))\/?$/;
  if (/^\/v1\/events\/?$/.test(path) || (slack && /^\/slack\/events\/?$/.test(path))) return 'POST';
  return readable.test(path) ? 'GET, HEAD' : undefined;
};

/** What is not even HTTP, or too slow: answered on the bare socket, with the same shape, and closed. */
export const answerBadHttp = (error: Error & { code?: string }, socket: Socket): void => {
  // The client is gone, or an answer is already on its way.
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable || socket.bytesWritten > 0) {
    socket.destroy();
    return;
  }
  const status = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 }[error.code ?? ''] ?? 400;
  const body = JSON.stringify({
    error: 'bad_request',
    message: 'The request is not readable HTTP, or did not arrive in time. Nothing was stored.',
    hint: 'Check what lies between the sender and farmhand: TLS is not spoken on this port.',
  });
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
};
