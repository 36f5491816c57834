import { randomInt, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { parseJson, record, text } from '../args.ts';
import { showDates } from '../blocks/dates.ts';
import type { Box } from '../box.ts';
import type { Json } from '../messages/messages.ts';
import { forPage, type Suggest } from './page-views.ts';

/** The WebSockets of the app (Socket Mode) and of the page, passed on to the local Slack. */
export interface Sockets {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Socket Mode connections that are open. */
  count(): number;
  /** Slack recycles its connections every few hours: says so, and the app is to connect again. All, or the oldest. */
  recycle(which: 'all' | 'oldest'): number;
  /** Cuts the app's connections without a word. */
  cut(): number;
  /** Sends the last envelope of this type again, as Slack does when no acknowledgement came. */
  resend(type: string): boolean;
  close(): void;
}

interface Envelope {
  readonly id: string;
  readonly type: string;
  readonly payload: Json;
}

const remembered = 1000;
/** All copies of an envelope come from the local Slack within this; ms. */
const copyMs = 100;
/** Slack waits this long for the options of a select; ms. */
const suggestMs = 3000;
const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();

/** Slack says of a click whether the message is only the clicker's, and does not send it along; the local Slack does. */
const withEphemeral = (payload: Json): Json => {
  const message = record(payload['message']);
  if (payload['type'] !== 'block_actions' || message?.['subtype'] !== 'ephemeral') return payload;
  const { message: _, ...rest } = payload;
  return { ...rest, container: { ...record(payload['container']), is_ephemeral: true } };
};

export const createSockets = (box: Box): Sockets => {
  const server = new WebSocketServer({ noServer: true });
  const apps = new Set<WebSocket>();
  /** Those that were said hello to, and not asked to connect again since: only they get something, while there is one. */
  const settled = new WeakSet<WebSocket>();
  /** Which connection takes an envelope: the local Slack sends it to all, Slack to one. */
  const takers = new Map<string, WebSocket>();
  /** Envelopes that one has got. */
  const handed = new Set<string>();
  const waiting = new Map<string, { readonly type: string; readonly at: number }>();
  const sent: Envelope[] = [];

  /** Questions of the gateway's own to the app, by envelope. */
  const asked = new Map<string, (answer: Json) => void>();

  const suggest: Suggest = async ({ view, blockId, actionId }) => {
    const id = randomUUID();
    const app = takerOf(id);
    if (!app) return [];
    const { promise, resolve } = Promise.withResolvers<Json>();
    asked.set(id, resolve);
    const timer = setTimeout(() => resolve({}), suggestMs);
    const { teamId, domain } = box.seed.workspace;
    const [user] = box.seed.users;
    const payload = {
      type: 'block_suggestion',
      api_app_id: box.seed.bot.appId,
      team: { id: teamId, domain },
      user: { id: user?.id, name: user?.name, team_id: teamId },
      container: { type: 'view', view_id: view['id'] },
      action_id: actionId,
      block_id: blockId,
      value: '',
      view,
    };
    app.send(
      JSON.stringify({ envelope_id: id, type: 'interactive', payload, accepts_response_payload: true }),
    );
    const answer = await promise;
    clearTimeout(timer);
    asked.delete(id);
    const options: readonly unknown[] = Array.isArray(answer['options']) ? answer['options'] : [];
    return options.map(record).filter((option) => option !== undefined);
  };

  const takerOf = (id: string): WebSocket | undefined => {
    const known = takers.get(id);
    if (known) return known;
    const staying = [...apps].filter((app) => settled.has(app));
    const open = staying.length > 0 ? staying : [...apps];
    const chosen = open[randomInt(Math.max(1, open.length))];
    if (chosen) takers.set(id, chosen);
    if (takers.size > remembered) takers.delete(takers.keys().next().value ?? '');
    return chosen;
  };

  const toApp = (app: WebSocket, frame: string): void => {
    const data = box.inner.rewrite(frame);
    const envelope = record(parseJson(data));
    const id = text(envelope?.['envelope_id']);
    if (!envelope || id === '') {
      if (envelope?.['type'] === 'hello') settled.add(app);
      app.send(data);
      return;
    }
    if (handed.has(id)) return;
    if (takerOf(id) === app) {
      hand(app, id, envelope);
      return;
    }
    // The chosen one may get no copy: it came after this one was sent, or has just gone. Slack sends it to one that is there.
    setTimeout(() => {
      if (!handed.has(id) && app.readyState === WebSocket.OPEN) hand(app, id, envelope);
    }, copyMs).unref();
  };

  const hand = (app: WebSocket, id: string, envelope: Json): void => {
    handed.add(id);
    if (handed.size > remembered) handed.delete(handed.values().next().value ?? '');
    const payload = withEphemeral(record(envelope['payload']) ?? {});
    const trigger = text(payload['trigger_id']);
    if (trigger !== '') box.triggers.issued(trigger, Date.now());
    sent.push({ id, type: text(envelope['type']), payload });
    if (sent.length > remembered) sent.shift();
    waiting.set(id, { type: text(envelope['type']), at: Date.now() });
    app.send(JSON.stringify({ ...envelope, payload }));
  };

  const acknowledged = (id: string, frame: Json): string => {
    const call = waiting.get(id);
    waiting.delete(id);
    if (call) {
      const ms = Date.now() - call.at;
      box.journal.add({ method: `socket:${call.type}`, at: call.at, ms, outcome: 'ok' });
    }
    const payload = record(frame['payload']);
    if (!payload || payload['response_type'] !== undefined || payload['response_action'] !== undefined) {
      return JSON.stringify(frame);
    }
    // Slack shows an answer to the person alone unless told otherwise; the local Slack shows it to all.
    return JSON.stringify({ ...frame, payload: { ...payload, response_type: 'ephemeral' } });
  };

  const toPage = async (page: WebSocket, frame: string): Promise<void> => {
    const data = await forPage(box.inner.rewrite(frame), suggest);
    if (page.readyState === WebSocket.OPEN) page.send(showDates(data, new Date(), timeZone));
  };

  const bridge = (client: WebSocket, path: string): void => {
    const isApp = path.startsWith('/socket/');
    const inner = new WebSocket(`${box.inner.wsUrl}${path}`);
    const ready = once(inner, 'open').catch(() => client.close());
    if (isApp) apps.add(client);
    // One after another: a view may wait for its options, and what follows must not overtake it.
    let shown = Promise.resolve();
    inner.on('message', (data) => {
      if (client.readyState !== WebSocket.OPEN) return;
      if (isApp) toApp(client, data.toString());
      else shown = shown.then(() => toPage(client, data.toString()));
    });
    inner.on('close', () => client.close());
    inner.on('error', () => client.terminate());
    const pass = async (said: string): Promise<void> => {
      const frame = record(parseJson(said));
      const id = text(frame?.['envelope_id']);
      const question = asked.get(id);
      if (question) {
        question(record(frame?.['payload']) ?? {});
        return;
      }
      await ready;
      if (inner.readyState !== WebSocket.OPEN) return;
      inner.send(isApp && frame && id !== '' ? acknowledged(id, frame) : said);
    };
    client.on('message', (data) => {
      pass(data.toString()).catch(() => client.close());
    });
    client.on('close', () => {
      apps.delete(client);
      inner.terminate();
    });
    client.on('error', () => client.terminate());
  };

  const resend = (type: string): boolean => {
    const last = sent.findLast((envelope) => envelope.type === type);
    const app = [...apps].at(0);
    if (!last || !app) return false;
    const envelope = {
      envelope_id: randomUUID(),
      type: last.type,
      payload: last.payload,
      accepts_response_payload: last.type !== 'events_api',
      retry_attempt: 1,
      retry_reason: 'timeout',
    };
    waiting.set(envelope.envelope_id, { type, at: Date.now() });
    app.send(JSON.stringify(envelope));
    return true;
  };

  return {
    upgrade: (request, socket, head) =>
      server.handleUpgrade(request, socket, head, (client) => bridge(client, request.url ?? '/')),
    count: () => apps.size,
    recycle: (which) => {
      const told = which === 'all' ? [...apps] : [...apps].slice(0, 1);
      for (const app of told) {
        settled.delete(app);
        app.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested' }));
      }
      return told.length;
    },
    cut: () => {
      const open = apps.size;
      for (const app of apps) app.terminate();
      return open;
    },
    resend,
    close: () => {
      for (const client of server.clients) client.terminate();
      server.close();
    },
  };
};
