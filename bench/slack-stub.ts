/**
 * A Slack that answers at once and limits nothing: what is left is farmhand's own time. It notes when it has received
 * each post, by the alert's series, and sends slash commands over Socket Mode and times their acknowledgement.
 *
 *   POST /api/<method>     the Web API
 *   GET  /seen             JSON {series, at}[], then forgets them; ?count only counts them
 *   POST /slash?count=&every=   sends slash commands; answers their acknowledgement times, ms
 */
import { createServer, type IncomingMessage } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { alertIn } from './load/alert-in.ts';
import { wallClock } from './measure/clock.ts';

const seen: { series: string; at: number }[] = [];
const acknowledged = new Map<string, (at: number) => void>();
const sockets = new Set<WebSocket>();
let posts = 0;

const textOf = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
};

const answerTo = (method: string, body: string, at: number, host: string): object => {
  switch (method) {
    case 'auth.test':
      return {
        user_id: 'U0BENCH',
        bot_id: 'B0BENCH',
        team_id: 'T0BENCH',
        team: 'bench',
        url: `http://${host}/`,
      };
    case 'apps.connections.open':
      return { url: `ws://${host}/socket` };
    case 'chat.postMessage': {
      const id = alertIn(body);
      if (id !== undefined) seen.push({ series: id.slice(0, 16), at });
      posts += 1;
      const channel = /channel(?:=|":")([A-Z0-9]+)/.exec(body)?.[1] ?? 'C0';
      return { channel, ts: `${Math.floor(at / 1000)}.${String(posts % 1_000_000).padStart(6, '0')}` };
    }
    case 'chat.update':
      return { channel: 'C0', ts: '1' };
    case 'conversations.history':
    case 'conversations.replies':
      return { messages: [], has_more: false };
    default:
      return {};
  }
};

const sendSlash = (envelopeId: string, host: string): Promise<number> =>
  new Promise((resolve) => {
    const [socket] = sockets;
    const sentAt = wallClock();
    acknowledged.set(envelopeId, (at) => resolve(at - sentAt));
    socket?.send(
      JSON.stringify({
        envelope_id: envelopeId,
        type: 'slash_commands',
        accepts_response_payload: true,
        payload: {
          token: 'x',
          team_id: 'T0BENCH',
          team_domain: 'bench',
          channel_id: 'C0BENCH0',
          channel_name: 'bench',
          user_id: 'U0PERSON',
          user_name: 'person',
          command: '/alerts',
          text: '',
          api_app_id: 'A0BENCH',
          is_enterprise_install: 'false',
          response_url: `http://${host}/hooks/answer`,
          trigger_id: `${envelopeId}.1`,
        },
      }),
    );
  });

const slashes = async (count: number, every: number, host: string): Promise<readonly number[]> => {
  const times: Promise<number>[] = [];
  for (let i = 0; i < count; i++) {
    times.push(sendSlash(`bench-${Date.now()}-${i}`, host));
    await new Promise((resolve) => setTimeout(resolve, every));
  }
  const late = new Promise<number>((resolve) => setTimeout(() => resolve(Number.POSITIVE_INFINITY), 10_000));
  return Promise.all(times.map((time) => Promise.race([time, late])));
};

const server = createServer({ keepAliveTimeout: 60_000 }, async (request, response) => {
  const url = new URL(request.url ?? '/', 'http://stub');
  const host = request.headers.host ?? '';
  const body = await textOf(request);
  const at = wallClock();
  const answer = async (): Promise<unknown> => {
    if (url.pathname.startsWith('/api/'))
      return { ok: true, ...answerTo(url.pathname.slice(5), body, at, host) };
    if (url.pathname === '/slash') {
      return slashes(Number(url.searchParams.get('count')), Number(url.searchParams.get('every')), host);
    }
    if (url.pathname === '/seen') return url.searchParams.has('count') ? seen.length : seen.splice(0);
    if (url.pathname === '/sockets') return sockets.size;
    return { ok: true };
  };
  const text = JSON.stringify(await answer());
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
});
const webSockets = new WebSocketServer({ server, path: '/socket' });
webSockets.on('connection', (socket) => {
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
  socket.on('message', (data) => {
    const at = wallClock();
    const { envelope_id: id } = JSON.parse(data.toString()) as { envelope_id?: string };
    acknowledged.get(id ?? '')?.(at);
  });
  socket.send(JSON.stringify({ type: 'hello', num_connections: 1, connection_info: { app_id: 'A0BENCH' } }));
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(`listening ${typeof address === 'object' ? address?.port : ''}`);
});
