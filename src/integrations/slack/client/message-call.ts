import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';
import type { Dispatcher } from 'undici';
import { isObject } from '../../../core/json.ts';
import type { Log } from '../../../observability/log.ts';
import { mustBeginInTime, NotBegun } from '../../http-client/begun-in-time.ts';

/**
 * The two calls that nearly all of farmhand's are. They are made here and not by the SDK, which walks through the arguments
 * several times, writes them as a form (twice as long as JSON) and queues them once more: three times the processor time.
 * What fails is thrown as the SDK throws it, so that one place says what it means: `classify`.
 */
export type MessageCall = (
  method: 'chat.postMessage' | 'chat.update',
  args: Readonly<Record<string, unknown>>,
) => Promise<unknown>;

export interface MessageCallOptions {
  readonly botToken: string;
  readonly apiUrl: string;
  readonly log: Log;
  /** From the call to the last byte of its answer; ms. */
  readonly timeoutMs: number;
  /** Takes out of what is sent whatever nobody may read there. */
  readonly safe: (text: string) => string;
}

/** One call, once: no retry, no wait, no redirect. More calls than `connections` has room for wait for a free one. */
export const createMessageCall = (connections: Dispatcher, options: MessageCallOptions): MessageCall => {
  const { botToken, apiUrl, log, timeoutMs, safe } = options;
  const { origin, pathname } = new URL(apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/`);
  const headers = {
    authorization: `Bearer ${botToken}`,
    // Without the charset Slack adds a warning to every answer.
    'content-type': 'application/json; charset=utf-8',
    accept: 'application/json',
    'user-agent': 'farmhand',
  };
  return async (method, args) => {
    const ask = { origin, path: pathname + method, headers, body: safe(JSON.stringify(args)) };
    const answer = await send(connections, ask, timeoutMs).catch((error: Error) => {
      throw new WebAPIRequestError(error);
    });
    const said = saidOf(answer);
    const remarks = remarksOf(said);
    if (remarks.length > 0) log.warn({ method, remarks }, 'Slack remarks on a call');
    if (said['ok'] !== true) throw new WebAPIPlatformError({ ...said, ok: false, error: wordOf(said) });
    return said;
  };
};

interface Ask {
  readonly origin: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** undici's `request` makes a stream of every answer; these are short texts. */
const send = (connections: Dispatcher, ask: Ask, timeoutMs: number): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = Date.now();
    const chunks: Buffer[] = [];
    let begun: Dispatcher.DispatchController | undefined;
    let late: Error | undefined;
    let head: Omit<Answer, 'text'> | undefined;
    const timer = setTimeout(() => {
      const error = new Error(`no answer within ${timeoutMs} ms`);
      late = begun ? error : new NotBegun(`not sent: no connection was free within ${timeoutMs} ms`);
      reject(late);
      begun?.abort(late);
    }, timeoutMs);
    connections.dispatch(
      { ...ask, method: 'POST' },
      {
        // Right before the first byte: what is thrown here is not sent.
        onRequestStart: (controller) => {
          if (late) throw late;
          mustBeginInTime(asked, Date.now());
          begun = controller;
        },
        onResponseStart: (_, status, headers) => {
          head = { status, headers };
        },
        onResponseData: (_, chunk) => void chunks.push(chunk),
        onResponseEnd: () => {
          clearTimeout(timer);
          if (head) resolve({ ...head, text: textOf(chunks) });
          else reject(new Error('an answer without a head'));
        },
        onResponseError: (_, error) => {
          clearTimeout(timer);
          reject(error);
        },
      },
    );
  });

const textOf = (chunks: readonly Buffer[]): string =>
  (chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))?.toString('utf8') ?? '';

/** What Slack says where it has understood; what is no answer of its own stands where its word should be. */
const saidOf = ({ status, headers, text }: Answer): Readonly<Record<string, unknown>> => {
  if (status === 429) {
    const seconds = Number.parseInt(String(headers['retry-after']), 10);
    if (!Number.isNaN(seconds)) throw new WebAPIRateLimitedError(seconds);
    return { ok: false, error: 'ratelimited' };
  }
  if (status !== 200) throw new WebAPIHTTPError(status, '', {}, '');
  const said = parsed(text);
  return isObject(said) ? said : { ok: false, error: text };
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const wordOf = ({ error }: Readonly<Record<string, unknown>>): string =>
  typeof error === 'string' ? error : '';

/** What Slack has to say besides: which block it does not take, and why; what it will not take for long. */
const remarksOf = ({ response_metadata: about }: Readonly<Record<string, unknown>>): readonly unknown[] =>
  isObject(about) ? [about['messages'] ?? [], about['warnings'] ?? []].flat() : [];
