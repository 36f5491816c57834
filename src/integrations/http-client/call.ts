import { Agent, type Dispatcher, EnvHttpProxyAgent, request } from 'undici';
import { withoutCredentials } from '../../observability/own-credentials.ts';
import { begunInTime, NOT_BEGUN } from './begun-in-time.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as a form, where there is no `json`. */
  readonly form?: Readonly<Record<string, string>>;
  /** Sent as multipart form data, where there is neither: files. */
  readonly multipart?: FormData;
  /** Sent as it is, where there is none of them. */
  readonly bytes?: Buffer;
  /** The body of an answer 200 is given as the bytes that it is, in `bytes`; `body` is empty then. */
  readonly asBytes?: boolean;
  /** From the first byte asked to the last byte read, ms. */
  readonly timeoutMs: number;
  /** A longer answer is not read on: `body` is cut there and `cut` is true. */
  readonly maxBytes: number;
}

/**
 * How one call ended. There is no retry and no redirect is followed: a 3xx is an answer like any other. Its texts never
 * hold the credentials that the request had in its headers, in whatever form an answer repeats them.
 */
export type HttpOutcome =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** By lower-case name. */
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
      /** See `asBytes`. */
      readonly bytes?: Buffer;
      readonly cut: boolean;
    }
  /** No connection came about: surely nothing was received. */
  | { readonly kind: 'not_sent'; readonly error: string }
  /** Sent at least in part and not answered in time or in full: it may have been done. */
  | { readonly kind: 'lost'; readonly error: string };

export interface Http extends AsyncDisposable {
  /** Never throws for anything the other side or the network does. */
  call(ask: HttpRequest): Promise<HttpOutcome>;
}

/** What is trusted and shown besides what every client does; PEM. */
export interface TlsMaterial {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly servername?: string;
}

export interface HttpOptions {
  readonly proxyFromEnv?: boolean;
  readonly connections?: number;
  /** ms */
  readonly idle?: number;
  readonly tls?: TlsMaterial;
}

/**
 * A client with its own connections, for systems whose address is configured.
 * `proxyFromEnv` obeys HTTP_PROXY, HTTPS_PROXY and NO_PROXY; loopback is never asked of a proxy. `connections`: to one
 * host at the most, default 16; where there are many hosts, one to each spares some 20 KB a host. `idle`: a connection that
 * is not used is closed after it, default 10 s; each that closes costs the more the more hosts have one open (undici 8).
 */
export const openHttp = (options: HttpOptions = {}): Http => {
  const { connections = 16, idle = 10_000, tls = {} } = options;
  const connect = { timeout: 5_000, ...tls };
  const limits = { connections, pipelining: 1, keepAliveTimeout: idle, connect };
  const agent = options.proxyFromEnv
    ? new EnvHttpProxyAgent({ ...limits, requestTls: tls, noProxy: exempt(process.env) })
    : new Agent(limits);
  const dispatcher = agent.compose(begunInTime());
  return {
    call: (ask) => call(dispatcher, ask),
    async [Symbol.asyncDispose]() {
      await agent.destroy();
    },
  };
};

const exempt = (env: NodeJS.ProcessEnv): string =>
  ['127.0.0.1', '::1', 'localhost', env['no_proxy'] ?? env['NO_PROXY'] ?? ''].join(',');

const call = async (dispatcher: Dispatcher, ask: HttpRequest): Promise<HttpOutcome> => {
  const signal = AbortSignal.timeout(ask.timeoutMs);
  const safe = withoutCredentials(ask.headers ?? {});
  try {
    const content = await contentOf(ask);
    const answer = await request(ask.url, {
      dispatcher,
      signal,
      method: ask.method,
      headers: {
        accept: 'application/json',
        'user-agent': 'farmhand',
        ...content?.headers,
        ...ask.headers,
      },
      ...(content && { body: content.body }),
    });
    const { read, cut } = await readUpTo(answer.body, ask.maxBytes);
    const asBytes = ask.asBytes === true && answer.statusCode === 200;
    const headers = Object.entries(flat(answer.headers)).map(([name, value]) => [name, safe(value)] as const);
    return {
      kind: 'answered',
      status: answer.statusCode,
      headers: Object.fromEntries(headers),
      body: asBytes ? '' : safe(read.toString('utf8')),
      ...(asBytes && { bytes: read }),
      cut,
    };
  } catch (error) {
    const code = codeOf(error);
    if (signal.aborted && code !== NOT_BEGUN)
      return { kind: 'lost', error: `no answer within ${ask.timeoutMs} ms` };
    const words = code === undefined ? messageOf(error) : `${messageOf(error)} (${code})`;
    return { kind: isBeforeSending(code) ? 'not_sent' : 'lost', error: safe(words) };
  }
};

const contentOf = async ({ json, form, multipart, bytes }: HttpRequest) => {
  if (json !== undefined) {
    return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) };
  }
  if (form) {
    return {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
    };
  }
  if (bytes !== undefined) return { headers: {}, body: bytes };
  if (!multipart) return undefined;
  // `Response` is what encodes it: with a boundary of its own, which its content type says.
  const encoded = new Response(multipart);
  return {
    headers: { 'content-type': encoded.headers.get('content-type') ?? 'multipart/form-data' },
    body: Buffer.from(await encoded.arrayBuffer()),
  };
};

const readUpTo = async (
  body: AsyncIterable<Uint8Array> & { destroy(): unknown },
  maxBytes: number,
): Promise<{ read: Buffer; cut: boolean }> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    chunks.push(chunk);
    if (size <= maxBytes) continue;
    body.destroy();
    return { read: Buffer.concat(chunks).subarray(0, maxBytes), cut: true };
  }
  return { read: Buffer.concat(chunks), cut: false };
};

/** Codes of failures that happen before a single byte of the request has left. */
const beforeSending = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_INVALID_ARG',
  NOT_BEGUN,
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
]);

/** Whether a failure with this code came before a single byte of the request had left. */
export const isBeforeSending = (code: string | undefined): boolean =>
  code !== undefined && (beforeSending.has(code) || code.startsWith('ERR_TLS_CERT_'));

/** The code of an error, or of what caused it. */
export const codeOf = (error: unknown): string | undefined => {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 4; cause = cause.cause, depth++) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
  }
  return undefined;
};

const messageOf = (error: unknown): string => {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
};

const flat = (headers: Record<string, string | string[] | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value]],
    ),
  );

/** Whether a call that is safe to repeat is worth repeating after this answer, and when the answer says so; ms. */
export const retryOf = (
  { status, headers }: Pick<Extract<HttpOutcome, { kind: 'answered' }>, 'status' | 'headers'>,
  now: number,
): { readonly retry: boolean; readonly retryAfterMs?: number } => {
  const retry = status === 408 || status === 425 || status === 429 || status >= 500;
  const retryAfterMs = retry ? parseRetryAfter(headers['retry-after'], now) : undefined;
  return { retry, ...(retryAfterMs !== undefined && { retryAfterMs }) };
};

/** Milliseconds to wait by a `Retry-After` header (seconds or an HTTP date); undefined when it says neither. */
export const parseRetryAfter = (header: string | undefined, now: number): number | undefined => {
  if (header === undefined || header.trim() === '') return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, Math.ceil(seconds * 1000));
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
};
