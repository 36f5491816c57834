import type { IncomingMessage, ServerResponse } from 'node:http';
import { request as call } from 'undici';
import { parseJson, record } from '../args.ts';
import type { Inner } from '../messages/inner.ts';
import type { Json } from '../messages/messages.ts';

export type Reply =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string | Buffer;
      /** The body, where it is JSON of Slack's. */
      readonly json?: Json;
    }
  | { readonly kind: 'drop' }
  | { readonly kind: 'hang' };

export type Answer = Extract<Reply, { kind: 'answer' }>;

export const json = (value: Json, status = 200): Answer => ({
  kind: 'answer',
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(value),
  json: value,
});

export const send = (response: ServerResponse, reply: Reply): void => {
  if (reply.kind === 'drop') response.socket?.destroy();
  if (reply.kind !== 'answer' || response.destroyed) return;
  response.writeHead(reply.status, reply.headers);
  response.end(reply.body);
};

const most = 64 * 1024 * 1024;

export const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > most) throw new Error('the body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'transfer-encoding',
  'expect',
]);

/** The same request to the local Slack; its addresses in texts become the gateway's. */
export const passOn = async (inner: Inner, request: IncomingMessage, body: Buffer): Promise<Answer> => {
  const {
    statusCode,
    headers,
    body: stream,
  } = await call(`${inner.httpUrl}${request.url ?? '/'}`, {
    method: (request.method ?? 'GET') as 'GET',
    dispatcher: inner.agent,
    headers: plain(request.headers),
    ...(body.length > 0 && { body }),
  });
  const bytes = Buffer.from(await stream.arrayBuffer());
  const type = String(headers['content-type'] ?? '');
  if (!/json|text/.test(type)) {
    return { kind: 'answer', status: statusCode, headers: plain(headers), body: bytes };
  }
  const text = inner.rewrite(bytes.toString('utf8'));
  const value = type.includes('json') ? record(parseJson(text)) : undefined;
  return {
    kind: 'answer',
    status: statusCode,
    headers: plain(headers),
    body: text,
    ...(value && { json: value }),
  };
};

const plain = (headers: IncomingMessage['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || hopByHop.has(name)
        ? []
        : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
