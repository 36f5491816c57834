import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Json = Readonly<Record<string, unknown>>;

/** `drop`: it takes the call, and the connection breaks before its answer. `silence`: it takes it, and never answers. */
export type Fate =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | 'drop'
  | 'silence';

/** What it was told, as it came: `at` in ms. */
export interface PagerCalled {
  readonly at: number;
  readonly body: Json;
}

/** An incident, alert or call that the pager keeps, by what farmhand knows it by. */
export interface Paged {
  readonly state: 'triggered' | 'acknowledged' | 'resolved';
  /** How many incidents it opened: who is paged twice was woken twice. */
  readonly opened: number;
}

/** PagerDuty's Events API v2, Opsgenie's alert API and a signed webhook, as they are documented, in one process. */
export const startPagerReceiver = async (keys: {
  readonly routing: string;
  readonly genie: string;
  readonly hmac: string;
}) => {
  const known = new Map<string, Paged>();
  const calls: PagerCalled[] = [];
  const fates: Fate[] = [];

  const take = (id: string, action: string): void => {
    const { state = 'resolved', opened = 0 } = known.get(id) ?? {};
    if (action === 'trigger') {
      // While it is open, the same key is the same incident.
      if (state === 'resolved') known.set(id, { state: 'triggered', opened: opened + 1 });
    } else if (state !== 'resolved') {
      known.set(id, { state: action === 'acknowledge' ? 'acknowledged' : 'resolved', opened });
    }
  };

  const pagerduty = (body: Json): readonly [number, Json] => {
    const { routing_key, event_action, dedup_key, payload } = body;
    const { summary, source, severity } = (payload ?? {}) as Json;
    const errors: string[] = [];
    if (routing_key !== keys.routing) errors.push(`Invalid routing key ${String(routing_key)}`);
    if (event_action === 'trigger') {
      if (typeof summary !== 'string' || summary === '' || summary.length > 1024) errors.push('summary');
      if (typeof source !== 'string' || source === '') errors.push('source');
      if (!['critical', 'error', 'warning', 'info'].includes(String(severity))) errors.push('severity');
    } else if (typeof dedup_key !== 'string') errors.push('dedup_key');
    if (errors.length > 0) return [400, { status: 'invalid event', message: errors.join(), errors }];
    take(String(dedup_key), String(event_action));
    return [202, { status: 'success', message: 'Event processed', dedup_key }];
  };

  const opsgenie = (path: string, request: IncomingMessage, body: Json): readonly [number, Json] => {
    if (request.headers.authorization !== `GenieKey ${keys.genie}`)
      return [403, { message: 'Key format is not valid' }];
    const [, alias, verb] =
      /^\/v2\/alerts\/([^/]+)\/(acknowledge|close)\?identifierType=alias$/.exec(path) ?? [];
    if (alias !== undefined) {
      const id = decodeURIComponent(alias);
      if (!known.has(id)) return [404, { message: 'Alert not found' }];
      take(id, verb === 'close' ? 'resolve' : 'acknowledge');
      return [202, { result: 'Request will be processed' }];
    }
    const { message, alias: created } = body;
    if (typeof message !== 'string' || message.length > 130) return [422, { message: 'message is too long' }];
    take(String(created), 'trigger');
    return [202, { result: 'Request will be processed' }];
  };

  const webhook = (request: IncomingMessage, text: string, body: Json): readonly [number, Json] => {
    const { headers } = request;
    const signed = `${String(headers['x-farmhand-timestamp'])}.${text}`;
    const wanted = `sha256=${createHmac('sha256', keys.hmac).update(signed).digest('hex')}`;
    const given = String(headers['x-farmhand-signature']);
    const fits = given.length === wanted.length && timingSafeEqual(Buffer.from(given), Buffer.from(wanted));
    if (!fits) return [401, { message: 'bad signature' }];
    take(String(headers['x-farmhand-dedup-key']), String(body['action']));
    return [200, {}];
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk as Uint8Array);
    const text = Buffer.concat(chunks).toString('utf8');
    const body = JSON.parse(text) as Json;
    calls.push({ at: Date.now(), body });
    const fate = fates.shift();
    if (typeof fate === 'object') {
      response.writeHead(fate.status, fate.headers).end('{"message":"not now"}');
      return;
    }
    const path = request.url ?? '';
    const [status, said] =
      path === '/v2/enqueue'
        ? pagerduty(body)
        : path === '/hook'
          ? webhook(request, text, body)
          : opsgenie(path, request, body);
    if (fate === 'silence') return;
    if (fate === 'drop') request.socket.destroy();
    else response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said));
  };

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    known,
    calls,
    /** What comes of the next calls, one after the other; then they are answered as documented. */
    fates,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
