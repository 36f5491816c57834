/**
 * Loaded before farmhand (`node --import ./test/faults/crash-at.ts src/main.ts serve`): sees every step that the
 * process takes across its own border, and kills it (−9) at the one that was asked for. Nothing of farmhand is
 * changed. A request with the header `x-crash-at` arms it: from then on every boundary is written to CRASH_LOG, and
 * at the boundary that the header names (`<name>#<occurrence>`) the process ends; with `SIGSTOP ` in front of the
 * name it falls asleep there instead.
 */
import { createHash } from 'node:crypto';
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import { type Command, Redis } from 'ioredis';
import { decodeAlert } from '../../src/integrations/redis/alerts/alert-format.ts';

const file = process.env['CRASH_LOG'] ?? '/dev/null';
const counts = new Map<string, number>();
let target: string | undefined;
let signal: 'SIGKILL' | 'SIGSTOP' = 'SIGKILL';
let armed = false;

const cross = (name: string): void => {
  if (!armed) return;
  const n = (counts.get(name) ?? 0) + 1;
  counts.set(name, n);
  const point = `${name}#${n}`;
  const here = point === target;
  appendFileSync(file, `${here ? 'KILLED ' : ''}${point}\n`);
  if (here) process.kill(process.pid, signal);
};

// Requests that come in.
subscribe('http.server.request.start', (message) => {
  const { request } = message as { request: IncomingMessage };
  const asked = request.headers['x-crash-at'];
  if (typeof asked === 'string') {
    signal = asked.startsWith('SIGSTOP ') ? 'SIGSTOP' : 'SIGKILL';
    target = asked.replace(/^SIGSTOP /, '');
    counts.clear();
    armed = true;
  }
  if (request.method === 'POST') cross(`http ${request.url} received`);
});
subscribe('http.server.response.finish', (message) => {
  const { request } = message as { request: IncomingMessage };
  if (request.method === 'POST') cross(`http ${request.url} answered`);
});

// Calls that go out: Slack, Jira, Alertmanager; by undici and by fetch alike.
interface Outgoing {
  readonly request: { readonly method: string; readonly path: string; readonly body: unknown };
}
const callName = ({ request }: Outgoing): string => {
  const path = request.path.replace(/\?.*$/, '').replace(/^\/api\//, '');
  if (path.startsWith('/_hooks/response/')) return 'call response_url';
  const reply = path === 'chat.postMessage' && /"thread_ts":/.test(String(request.body));
  return `call ${path}${reply ? ' (reply)' : ''}`;
};
for (const [channel, phase] of [
  ['undici:request:create', 'before'],
  ['undici:request:bodySent', 'sent'],
  ['undici:request:trailers', 'answered'],
] as const) {
  subscribe(channel, (message) => cross(`${callName(message as Outgoing)} ${phase}`));
}

// Redis, and with it every step of BullMQ.
const scripts = new Map<string, string>();
interface Commander {
  defineCommand(name: string, definition: { lua: string }): void;
  sendCommand(command: Command, ...rest: unknown[]): unknown;
}
const commander = Redis.prototype as unknown as Commander;
const { defineCommand, sendCommand } = commander;
commander.defineCommand = function (name, definition) {
  scripts.set(createHash('sha1').update(definition.lua).digest('hex'), name);
  return defineCommand.call(this, name, definition);
};
/** Waits for work, or asks how Redis is: it changes nothing, and comes at any time. */
const idle = new Set(['bzpopmin', 'time', 'ping', 'info', 'client', 'hello', 'select', 'script', 'zcard']);
/** The same of looks at Redis, for work that nobody is at, and at how much waits, by their names. */
const idleNames = new Set([
  'redis set probe',
  'redis farmhandOrphans',
  'redis farmhandPartsDue',
  'redis getCounts',
]);
/** A command passes twice when its script has to be loaded. */
const seen = new WeakSet<object>();

const commandName = ({ name, args }: Command): string => {
  if (name !== 'evalsha') return `redis ${name} ${keyKind(String(args[0]))}`;
  const script = (scripts.get(String(args[0])) ?? 'script').replace(/:.*$/, '');
  return script === 'farmhandCommit' ? `redis commit ${written(args.map(String))}` : `redis ${script}`;
};

/** `{farmhand}:l:C0ALERTS:lease` is a `lease`, `{farmhand}:s:0123` is an `s`. */
const keyKind = (key: string): string => {
  const parts = key.replace(/^\{[^}]*\}:/, '').split(':');
  return (parts.length > 2 ? parts.at(-1) : parts[0]) ?? '';
};

/** What the record says about itself after this write. */
const written = (args: readonly string[]): string => {
  const value = args.find((arg) => /^\d+\|\d+\|[0-9a-z]+\|[0-9a-z]+\|\[/.test(arg));
  if (value === undefined) return 'of no state';
  const alert = decodeAlert(value);
  const { thread } = alert;
  const claimed = thread.state === 'open' && thread.posting !== undefined;
  const notes = alert.notes.length === 0 ? 'nothing to say' : claimed ? 'notes claimed' : 'notes to say';
  return [alert.status, ...(alert.ack ? ['taken'] : []), `thread ${thread.state}`, notes].join(', ');
};

commander.sendCommand = function (command, ...rest) {
  if (!armed || idle.has(command.name) || seen.has(command)) return sendCommand.call(this, command, ...rest);
  seen.add(command);
  const name = commandName(command);
  if (idleNames.has(name)) return sendCommand.call(this, command, ...rest);
  cross(`${name} before`);
  const sent = sendCommand.call(this, command, ...rest);
  // Ahead of whoever waits for the answer.
  (command.promise as Promise<unknown>).then(
    () => cross(`${name} answered`),
    () => cross(`${name} failed`),
  );
  return sent;
};

// Kafka: offsets, dead letters. Asking for records and showing that it is alive change nothing.
const require = createRequire(import.meta.url);
interface KafkaConnection {
  send(call: { readonly request: { readonly apiName: string } }): Promise<unknown>;
}
const { prototype: kafka } = require('kafkajs/src/network/connection.js') as { prototype: KafkaConnection };
const idleApis = new Set(['Fetch', 'Heartbeat', 'Metadata', 'ApiVersions', 'ListOffsets']);
const { send: sendToKafka } = kafka;
kafka.send = async function (call) {
  const { apiName } = call.request;
  if (idleApis.has(apiName)) return sendToKafka.call(this, call);
  cross(`kafka ${apiName} before`);
  const answer = await sendToKafka.call(this, call);
  cross(`kafka ${apiName} answered`);
  return answer;
};

// What is said over Socket Mode: acknowledgements of clicks, commands and events.
const bolt = createRequire(require.resolve('@slack/bolt'));
const socketMode = createRequire(bolt.resolve('@slack/socket-mode'));
const { WebSocket } = socketMode('undici') as { WebSocket: { prototype: { send(data: unknown): void } } };
const { send } = WebSocket.prototype;
WebSocket.prototype.send = function (data) {
  const known = typeof data === 'string' && data.includes('envelope_id');
  if (known) cross('socket acknowledgement before');
  send.call(this, data);
  if (known) cross('socket acknowledgement sent');
};
