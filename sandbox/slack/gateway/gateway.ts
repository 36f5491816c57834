import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { parseJson } from '../args.ts';
import { type Box, createBox } from '../box.ts';
import { serveControl } from '../control/control-api.ts';
import type { Pacing } from '../control/pacing.ts';
import type { SlackSeed } from '../control/seed.ts';
import type { LocalSlack } from '../local-slack.ts';
import { openFeed } from '../messages/feed.ts';
import { createInner } from '../messages/inner.ts';
import { json, passOn, readBody, send } from './http.ts';
import { withPageScript } from './page.ts';
import { serveResponseUrl } from './response-url.ts';
import { createSockets, type Sockets } from './sockets.ts';
import { serveApi } from './web-api.ts';

export interface Gateway extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
}

/** Stands before the local Slack on loopback and adds what real Slack has. Everything goes through one address. */
export const startGateway = async (options: {
  readonly slack: LocalSlack;
  readonly seed: SlackSeed;
  readonly port: number;
  readonly pacing: Pacing;
  readonly triggerMs: number;
}): Promise<Gateway> => {
  // Longer than clients keep one: else a call may meet a connection that is just being closed.
  const server = createServer({ keepAliveTimeout: 65_000 });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const host = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const inner = createInner(options.slack, host);
  const box = createBox({ ...options, inner });
  const sockets = createSockets(box);
  const feed = await openFeed(inner, box.messages, (channel) => {
    const id = String(channel['id']);
    const isPrivate = channel['is_private'] === true;
    box.channels.set(id, { id, name: String(channel['name']), isPrivate, isMember: true, isArchived: false });
  });
  box.feed = feed;
  server.on('request', (request, response) => {
    serve(box, sockets, request, response).catch((error: unknown) => {
      console.error('Slack gateway:', error);
      if (!response.headersSent)
        send(response, { ...json({ ok: false, error: 'gateway_failed' }), status: 500 });
    });
  });
  server.on('upgrade', (request, socket: Duplex, head) => {
    if (isLoopback(request)) sockets.upgrade(request, socket, head);
    else socket.destroy();
  });
  return {
    url: `http://${host}`,
    [Symbol.asyncDispose]: async () => {
      sockets.close();
      await feed[Symbol.asyncDispose]();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await inner[Symbol.asyncDispose]();
    },
  };
};

/** No web page may reach it through a name of its own. */
const isLoopback = ({ headers }: IncomingMessage): boolean =>
  /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(headers.host ?? '');

const serve = async (
  box: Box,
  sockets: Sockets,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  if (!isLoopback(request))
    return send(response, json({ ok: false, error: 'Only loopback names here.' }, 421));
  const url = new URL(request.url ?? '/', 'http://gateway');
  const [, first = '', rest = ''] = /^\/([^/]*)\/?(.*)$/.exec(url.pathname) ?? [];
  if (first === 'api') return serveApi(box, rest, request, response);
  if (first === '_hooks') return serveResponseUrl(box, request, response);
  const body = await readBody(request);
  if (first === '_box') {
    const call = `${request.method ?? 'GET'} ${rest}`;
    return send(
      response,
      await serveControl(box, sockets, call, url.searchParams, parseJson(body.toString())),
    );
  }
  const answer = await passOn(box.inner, request, body);
  const type = answer.headers['content-type'] ?? '';
  const shown = typeof answer.body === 'string' ? withPageScript(type, answer.body, box.seed) : answer.body;
  send(response, { ...answer, body: shown });
};
