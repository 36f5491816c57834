import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { spansOfJson } from './json.ts';
import { spansOfProtobuf } from './protobuf.ts';
import type { ReceivedSpan } from './spans.ts';

/** What it does to whoever sends: `hang` never answers, a number is the status it answers with. */
export type ReceiverMood = 'takes' | 'hang' | number;

export interface OtlpReceiver extends AsyncDisposable {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string;
  /** In the order of their arrival. */
  spans(): readonly ReceivedSpan[];
  clear(): void;
  mood(mood: ReceiverMood): void;
  /** How it was asked, whatever it answered. */
  requests(): readonly { readonly path: string; readonly headers: IncomingHttpHeaders }[];
}

/** A receiver of traces by OTLP over HTTP, protobuf or JSON, gzip or not, on loopback. It refuses what it cannot read. */
export const startOtlpReceiver = async (port = 0): Promise<OtlpReceiver> => {
  const received: ReceivedSpan[] = [];
  const requests: { path: string; headers: IncomingHttpHeaders }[] = [];
  let mood: ReceiverMood = 'takes';
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    requests.push({ path: request.url ?? '', headers: request.headers });
    if (mood === 'hang') return;
    const answer = (status: number, text = '{}'): void => {
      const json = request.headers['content-type']?.includes('json');
      response.writeHead(status, { 'content-type': json ? 'application/json' : 'application/x-protobuf' });
      // An empty message in protobuf has no bytes.
      response.end(json || status >= 400 ? text : undefined);
    };
    if (mood !== 'takes') return answer(mood, '{"message":"as the test wants it"}');
    if (request.method !== 'POST' || request.url !== '/v1/traces') return answer(404);
    try {
      const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
      received.push(
        ...(request.headers['content-type'] === 'application/json'
          ? spansOfJson(plain.toString())
          : spansOfProtobuf(plain)),
      );
      answer(200);
    } catch (error) {
      answer(400, String(error));
    }
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${own}`,
    spans: () => received,
    clear: () => received.splice(0),
    mood: (next) => {
      mood = next;
    },
    requests: () => requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};
