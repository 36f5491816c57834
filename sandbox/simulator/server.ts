import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { createFaults, type Fault, type FaultInput } from './fault.ts';

export interface SimRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Text; of multipart form data and of what is packed a character for each byte. */
  readonly body: string;
}

export interface SimResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly json?: unknown;
}

export type Handler = (request: SimRequest) => SimResponse | Promise<SimResponse>;

/** What tests and people do to a simulator; the same over HTTP under `/_control/`. */
export interface SimControl {
  fault(fault: FaultInput): void;
  clearFaults(): void;
  /** While it is on, every connection is cut before anything is done. */
  outage(on: boolean): void;
  /** Every call since the start (or the last clear), control and pages aside. */
  requests(): readonly SimRequest[];
  clearRequests(): void;
}

export interface Simulator extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly control: SimControl;
}

const maxBodyBytes = 16 * 1024 * 1024;

/**
 * A program that answers like another system: loopback only, with faults on command. Calls whose `Host` is not a
 * loopback name are refused, so that no web page can reach it through a name of its own.
 */
export const startSimulator = async (options: {
  readonly port?: number;
  readonly handler: Handler;
  /** Paths that are for people: no faults, not counted as calls. */
  readonly isPage?: (path: string) => boolean;
}): Promise<Simulator> => {
  const faults = createFaults();
  let requests: SimRequest[] = [];
  let down = false;
  const control: SimControl = {
    fault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    outage: (on) => {
      down = on;
    },
    requests: () => requests,
    clearRequests: () => {
      requests = [];
    },
  };

  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await read(incoming);
    if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(request.headers['host'] ?? '')) {
      return send(response, { status: 421, body: 'Only loopback names are served here.\n' });
    }
    if (request.path.startsWith('/_control/')) return send(response, controlCall(control, request));
    if (options.isPage?.(request.path)) return send(response, await options.handler(request));
    requests.push(request);
    if (down) return void incoming.socket.destroy();
    const fault = faults.take(`${request.method} ${request.path}`);
    await underFault(fault, incoming, response, () => options.handler(request));
  };

  // Longer than clients keep one: else a call may meet a connection that is just being closed.
  const server = createServer({ keepAliveTimeout: 65_000 }, (incoming, response) => {
    serve(incoming, response).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) return;
      send(response, { status: 500, body: `The simulator failed: ${String(error)}\n` });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    control,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};

const underFault = async (
  fault: Fault | undefined,
  incoming: IncomingMessage,
  response: ServerResponse,
  handle: () => SimResponse | Promise<SimResponse>,
): Promise<void> => {
  const instead = fault && { status: fault.status, headers: fault.headers, body: fault.body };
  switch (fault?.effect) {
    case 'drop_before':
      return void incoming.socket.destroy();
    case 'hang_before':
      return;
    case 'answer_before':
      return send(response, instead ?? { status: 500 });
    case 'delay':
      await delay(fault.delay_ms);
      return send(response, await handle());
    case 'drop_after':
      await handle();
      return void incoming.socket.destroy();
    case 'hang_after':
      await handle();
      return;
    case 'answer_after':
      await handle();
      return send(response, instead ?? { status: 500 });
    case undefined:
      return send(response, await handle());
  }
};

const controlCall = (control: SimControl, request: SimRequest): SimResponse => {
  switch (`${request.method} ${request.path}`) {
    case 'POST /_control/faults':
      control.fault(JSON.parse(request.body));
      return { status: 204 };
    case 'DELETE /_control/faults':
      control.clearFaults();
      return { status: 204 };
    case 'PUT /_control/outage':
      control.outage(JSON.parse(request.body) === true);
      return { status: 204 };
    case 'GET /_control/requests':
      return { status: 200, json: control.requests() };
    default:
      return { status: 404, body: 'Known: POST|DELETE /_control/faults, PUT outage, GET requests\n' };
  }
};

const read = async (incoming: IncomingMessage): Promise<SimRequest> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += chunk.length;
    if (size > maxBodyBytes) throw new Error('the body is too large');
    chunks.push(chunk);
  }
  const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers,
    body: Buffer.concat(chunks).toString(
      /^(multipart\/|application\/gzip)/.test(headers['content-type'] ?? '') ? 'latin1' : 'utf8',
    ),
  };
};

const send = (response: ServerResponse, answer: SimResponse): void => {
  const body = answer.json === undefined ? (answer.body ?? '') : JSON.stringify(answer.json);
  response.writeHead(answer.status, {
    ...(answer.json !== undefined && { 'content-type': 'application/json;charset=UTF-8' }),
    'x-content-type-options': 'nosniff',
    ...answer.headers,
  });
  response.end(body);
};
