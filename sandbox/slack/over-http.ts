import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { WebSocket } from 'ws';
import { parseJson, record, text } from './args.ts';
import type { Json } from './messages/messages.ts';

export interface OverHttp extends AsyncDisposable {
  /** Requests so far, the answered one last. */
  readonly sent: readonly SentRequest[];
  /** The very same bytes and headers once more, as somebody in between could; its status. */
  replay(sent: SentRequest, url?: string): Promise<number>;
}

export interface SentRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly status: number;
  /** How long the answer took, ms. */
  readonly ms: number;
}

/** Slack waits this long for an answer; ms. */
const answerWithin = 3_000;
/** Slack sends an event again at once, after a minute and after five; here sooner. ms */
const retryAfter = [0, 1_000, 5_000];

/** `X-Slack-Signature` and its moment, for a body of this Slack. `at`: ms. */
export const signedHeaders = (secret: string, body: string, at: number) => {
  const timestamp = String(Math.floor(at / 1_000));
  const mac = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${mac}` };
};

/**
 * What this Slack has for the app, delivered as Slack does without Socket Mode: signed requests to one URL. Asks the URL
 * whether it is the right one first, until it is.
 */
export const deliverOverHttp = async (options: {
  readonly apiUrl: string;
  readonly appToken: string;
  readonly signingSecret: string;
  /** The app's request URL. */
  readonly url: string;
}): Promise<OverHttp> => {
  const sent: SentRequest[] = [];
  const stopped = new AbortController();

  const post = async (
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
  ): Promise<{ status: number; text: string }> => {
    const answer = await request(url, {
      method: 'POST',
      headers: { ...headers },
      body,
      signal: AbortSignal.any([stopped.signal, AbortSignal.timeout(answerWithin)]),
    });
    return { status: answer.statusCode, text: await answer.body.text() };
  };

  const deliver = async (type: string, payload: Json, retry?: { num: number }): Promise<Json | undefined> => {
    const [contentType, body] = bodyOf(type, payload);
    const headers = {
      'content-type': contentType,
      ...signedHeaders(options.signingSecret, body, Date.now()),
      ...(retry && { 'x-slack-retry-num': String(retry.num), 'x-slack-retry-reason': 'http_error' }),
    };
    const began = Date.now();
    const answer = await post(options.url, headers, body).catch(() => ({ status: 0, text: '' }));
    sent.push({ headers, body, status: answer.status, ms: Date.now() - began });
    if (answer.status !== 200) return undefined;
    const said = record(parseJson(answer.text));
    return said ?? (answer.text === '' ? {} : { text: answer.text });
  };

  const onEnvelope = async (socket: WebSocket, frame: string): Promise<void> => {
    const envelope = record(parseJson(frame));
    const id = text(envelope?.['envelope_id']);
    if (!envelope || id === '') return;
    const type = text(envelope['type']);
    const payload = record(envelope['payload']) ?? {};
    const again = Number(envelope['retry_attempt'] ?? 0);
    let answer = await deliver(type, payload, again > 0 ? { num: again } : undefined);
    for (const [at, wait] of type === 'events_api' ? retryAfter.entries() : []) {
      if (answer !== undefined || stopped.signal.aborted) break;
      await sleep(wait);
      answer = await deliver(type, payload, { num: at + 1 });
    }
    if (answer === undefined || socket.readyState !== WebSocket.OPEN) return;
    const said = Object.keys(answer).length > 0 && { payload: answer };
    socket.send(JSON.stringify({ envelope_id: id, ...said }));
  };

  const isRightUrl = async (): Promise<boolean> => {
    const challenge = 'is-it-you';
    const body = JSON.stringify({ type: 'url_verification', token: 'x', challenge });
    const headers = {
      'content-type': 'application/json',
      ...signedHeaders(options.signingSecret, body, Date.now()),
    };
    const answer = await post(options.url, headers, body).catch(() => undefined);
    return record(parseJson(answer?.text ?? ''))?.['challenge'] === challenge;
  };

  const open = async (): Promise<void> => {
    while (!stopped.signal.aborted && !(await isRightUrl())) await sleep(200);
    const answer = await request(`${options.apiUrl}apps.connections.open`, {
      method: 'POST',
      headers: { authorization: `Bearer ${options.appToken}` },
      signal: stopped.signal,
    });
    const socket = new WebSocket(text(record(await answer.body.json())?.['url']));
    stopped.signal.addEventListener('abort', () => socket.terminate());
    socket.on('message', (data) => void onEnvelope(socket, data.toString()));
    await once(socket, 'open');
  };
  // Two, as farmhand holds them: what waits for sockets need not know how they are read.
  const opened = Promise.all([open(), open()]).catch((error: unknown) => {
    if (!stopped.signal.aborted) console.error('Slack over HTTP:', error);
  });

  return {
    sent,
    replay: async ({ headers, body }, url = options.url) => (await post(url, headers, body)).status,
    [Symbol.asyncDispose]: async () => {
      stopped.abort();
      await opened;
    },
  };
};

/** Events are JSON; commands are forms; clicks and modals are JSON in a field of a form. */
const bodyOf = (type: string, payload: Json): readonly [contentType: string, body: string] => {
  if (type === 'events_api') return ['application/json', JSON.stringify(payload)];
  const fields: readonly (readonly [string, string])[] =
    type === 'slash_commands'
      ? Object.entries(payload).map(([name, value]) => [name, String(value)])
      : [['payload', JSON.stringify(payload)]];
  return ['application/x-www-form-urlencoded', new URLSearchParams(Object.fromEntries(fields)).toString()];
};
