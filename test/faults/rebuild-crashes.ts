/**
 * Loaded before farmhand: kills it (−9) on its way through a rebuild, over and over, each life in another place.
 * Where, follows from CRASH_SEED and from how many lives were lived before, which CRASH_LOG tells. A death is written
 * there before it happens: what else ends the process is no doing of this file. Once `ENOUGH` stands there, nobody dies.
 * With CRASH_AT it is killed only at those boundaries, one a line, and once at each.
 *
 * A boundary is a moment before, during or after a call that changes something outside (Slack, Jira, Kubernetes,
 * GitHub, the engine), or before or after a write of a rebuild's record.
 */
import { createHash } from 'node:crypto';
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync, readFileSync } from 'node:fs';
import { type Command, Redis } from 'ioredis';
import { randomFrom } from '../../sandbox/generator/random.ts';

const file = process.env['CRASH_LOG'] ?? '/dev/null';
const lines = (): readonly string[] =>
  readFileSync(file, { encoding: 'utf8', flag: 'a+' }).split('\n').filter(Boolean);

const past = lines();
const life = past.filter((line) => line === 'BORN').length;
const killedAt = new Map<string, number>();
for (const line of past) {
  const point = /^KILLED (.*)$/.exec(line)?.[1];
  if (point !== undefined) killedAt.set(point, (killedAt.get(point) ?? 0) + 1);
}
appendFileSync(file, 'BORN\n');

const { next: random } = randomFrom(Number(process.env['CRASH_SEED'] ?? 1) * 1_000 + life);
const only = process.env['CRASH_AT']?.split('\n');
/** Either it dies at a call, or at this write of a record. */
const atWrite = random() < 0.3 ? 1 + Math.floor(random() * 8) : undefined;
/** Should neither come by then, counted from the first write; ms. */
const lasts = 200 + random() * 1_500;
/** A boundary that killed this often has shown what it can do. */
const mostAtOne = 1;

const die = (point: string): void => {
  if (lines().includes('ENOUGH')) return;
  if (only && (!only.includes(point) || killedAt.has(point))) return;
  appendFileSync(file, `KILLED ${point}\n`);
  process.kill(process.pid, 'SIGKILL');
};

interface Outgoing {
  readonly request: { readonly method: string; readonly path: string; readonly body: unknown };
}
/** Calls by POST that change nothing, or nothing of a rebuild. */
const reads =
  /\/(_hooks|auth\.test|apps\.connections\.open|conversations\.|users?\.|usergroups\.|bots\.)|search|selfsubject|graphql/;
/** Those that must happen once: it dies there more often than elsewhere. */
const changes = /\/scale |\.admin|contents|\/issue |\/comment |postMessage/;
const callOf = ({ request }: Outgoing): string | undefined => {
  const { method, path } = request;
  if (method === 'GET' || method === 'HEAD' || reads.test(path)) return undefined;
  const reply = path.includes('chat.postMessage') && /"thread_ts":/.test(String(request.body));
  const order = /cmd=\w+/.exec(`${path} ${request.body}`)?.[0];
  const place = path.replace(/\?.*$/, '').replace(/[0-9a-f-]{20,}/g, '…');
  return [method, place, ...(order === undefined ? [] : [order]), ...(reply ? ['(reply)'] : [])].join(' ');
};
for (const [channel, phase] of [
  ['undici:request:create', 'before'],
  ['undici:request:bodySent', 'sent'],
  ['undici:request:trailers', 'answered'],
] as const) {
  subscribe(channel, (message) => {
    const call = callOf(message as Outgoing);
    if (call === undefined) return;
    const point = `${call} ${phase}`;
    const likely = changes.test(point) ? 0.6 : 0.15;
    const chosen = atWrite === undefined && (killedAt.get(point) ?? 0) < mostAtOne && random() < likely;
    if (chosen || only?.includes(point)) die(point);
  });
}

interface Commander {
  defineCommand(name: string, definition: { lua: string }): void;
  sendCommand(command: Command, ...rest: unknown[]): unknown;
}
const commander = Redis.prototype as unknown as Commander;
const { defineCommand, sendCommand } = commander;
let script = '';
let writes = 0;
commander.defineCommand = function (name, definition) {
  if (name === 'farmhandRebuild') script = createHash('sha1').update(definition.lua).digest('hex');
  return defineCommand.call(this, name, definition);
};
commander.sendCommand = function (command, ...rest) {
  if (command.name !== 'evalsha' || command.args[0] !== script)
    return sendCommand.call(this, command, ...rest);
  writes++;
  if (writes === 1) setTimeout(() => die('a moment nobody chose'), lasts).unref();
  const chosen = writes === atWrite;
  const before = random() < 0.5;
  if (chosen && before) die('record write before');
  const sent = sendCommand.call(this, command, ...rest);
  if (chosen && !before)
    (command.promise as Promise<unknown>).then(
      () => die('record write answered'),
      () => {},
    );
  return sent;
};
