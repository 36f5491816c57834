import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { signedHeaders } from '../../sandbox/slack/over-http.ts';
import { type DeniedRequest, tallyDenials } from '../../src/http-api/slack/refusals.ts';
import type { SlackInbox, SlackRequest } from '../../src/http-api/slack-routes.ts';
import { createTimers } from '../fakes/timers.ts';
import { startServer } from './harness.ts';

const secret = '8f742231b10e8888abcd99yyyzzz85a5';
/** Of the harness; ms. */
const now = Date.UTC(2026, 10, 21, 2);
const form = 'application/x-www-form-urlencoded';
const command = 'command=%2Fdcr&text=status&user_id=U1';

let taken: SlackRequest[];
let denied: string[];
let known: Set<string>;
let on: boolean;
let server: Awaited<ReturnType<typeof startServer>>;

beforeEach(async () => {
  [taken, denied, known, on] = [[], [], new Set(), true];
  const inbox: SlackInbox = {
    signingSecret: secret,
    listening: () => on,
    take: async (request) => {
      taken.push(request);
      return { status: 200, body: { text: 'seen' } };
    },
    first: async (signature) => !known.has(signature),
    denied: (denial) => denied.push(denial),
  };
  server = await startServer({}, { slack: inbox });
});
afterEach(() => server[Symbol.asyncDispose]());

const post = async (body: string | Buffer, headers: Record<string, string> = {}) => {
  const answer = await fetch(`${server.base}/slack/events`, { method: 'POST', body, headers });
  return { status: answer.status, text: await answer.text() };
};
const signed = (body: string, at = now) => ({ 'content-type': form, ...signedHeaders(secret, body, at) });
const seconds = (count: number) => now + count * 1_000;

describe('fault row 21: what does not come from Slack now is refused, audited, and has no effect', () => {
  const good = signed(command);
  test.each<[name: string, headers: Record<string, string>, body: string, status: number, denial: string]>([
    ['no signature', { 'content-type': form }, command, 401, 'missing_headers'],
    ['no timestamp', { ...good, 'x-slack-request-timestamp': '' }, command, 401, 'malformed_headers'],
    [
      'a timestamp that is no number',
      { ...good, 'x-slack-request-timestamp': '1e9' },
      command,
      401,
      'malformed_headers',
    ],
    [
      'another version of signatures',
      { ...good, 'x-slack-signature': 'v1=00' },
      command,
      401,
      'malformed_headers',
    ],
    ['an altered body', good, command.replace('status', 'pause'), 401, 'altered'],
    [
      'another timestamp under the signature',
      { ...good, 'x-slack-request-timestamp': String(now / 1_000 + 1) },
      command,
      401,
      'altered',
    ],
    [
      'another secret',
      { 'content-type': form, ...signedHeaders('another', command, now) },
      command,
      401,
      'altered',
    ],
    ['a request of 5 minutes and a second ago', signed(command, seconds(-301)), command, 401, 'stale'],
    ['one of 5 minutes and a second from now', signed(command, seconds(301)), command, 401, 'future'],
    ['another content type', { ...good, 'content-type': 'text/plain' }, command, 415, 'wrong_type'],
    ['no content type', { ...good, 'content-type': '' }, command, 415, 'wrong_type'],
    ['a form that is no command', signed('a=b'), 'a=b', 400, 'unreadable'],
    ['a payload that is no JSON', signed('payload=%7B'), 'payload=%7B', 400, 'unreadable'],
    ['a payload that is a list', signed('payload=%5B%5D'), 'payload=%5B%5D', 400, 'unreadable'],
  ])('%s', async (_, headers, body, status, denial) => {
    const answer = await post(body, headers);
    expect([answer.status, denied, taken]).toEqual([status, [denial], []]);
    expect(JSON.parse(answer.text)).toMatchObject({
      error: denial,
      message: expect.stringMatching(/Nothing was done/),
    });
  });

  test('bytes that are not UTF-8, under a signature of the text that they are read as', async () => {
    const bytes = Buffer.concat([Buffer.from(command), Buffer.from([0xff])]);
    const asRead = bytes.toString('utf8');
    expect((await post(bytes, signed(asRead))).status).toBe(401);
    const mac = createHmac('sha256', secret)
      .update(`v0:${now / 1_000}:`)
      .update(bytes)
      .digest('hex');
    const ofBytes = { ...signed(command), 'x-slack-signature': `v0=${mac}` };
    expect((await post(bytes, ofBytes)).status).toBe(400);
    expect([denied, taken]).toEqual([['altered', 'not_utf8'], []]);
  });

  test('a body beyond what Slack sends is not even read to its end', async () => {
    const large = 'x'.repeat(2 * 1024 * 1024 + 1);
    expect((await post(large, signed(large))).status).toBe(413);
    expect([denied, taken]).toEqual([['too_large'], []]);
  });

  test('the very same signed request again: 401, one effect; also where another process had it', async () => {
    const headers = signed(command);
    expect([(await post(command, headers)).status, (await post(command, headers)).status]).toEqual([
      200, 401,
    ]);
    const other = signed(command, seconds(1));
    known.add(other['x-slack-signature']);
    expect((await post(command, other)).status).toBe(401);
    expect([denied, taken.length]).toEqual([['replayed', 'replayed'], 1]);
  });

  test('a header that is there twice counts as none', async () => {
    const { 'x-slack-signature': signature } = signed(command);
    const answer = await fetch(`${server.base}/slack/events`, {
      method: 'POST',
      body: command,
      headers: [...Object.entries(signed(command)), ['x-slack-signature', signature]],
    });
    expect([answer.status, taken]).toEqual([401, []]);
  });
});

describe('what Slack sends', () => {
  test.each([[-300], [300]])('is taken %i s from now, at the edge of the window', async (at) => {
    expect(await post(command, signed(command, seconds(at)))).toEqual({
      status: 200,
      text: '{"text":"seen"}',
    });
  });

  test('commands, payloads and events, with parameters of the type; again with the number of the try', async () => {
    await post(command, { ...signed(command), 'content-type': `${form}; charset=utf-8` });
    const click = `payload=${encodeURIComponent('{"type":"block_actions"}')}`;
    await post(click, signed(click));
    const event = '{"type":"event_callback","event_id":"Ev1"}';
    const json = { ...signed(event), 'content-type': 'application/json' };
    await post(event, { ...json, 'x-slack-retry-num': '2', 'x-slack-retry-reason': 'http_timeout' });
    expect(taken).toEqual([
      { body: { command: '/dcr', text: 'status', user_id: 'U1' } },
      { body: { type: 'block_actions' } },
      { body: { type: 'event_callback', event_id: 'Ev1' }, retryNum: 2, retryReason: 'http_timeout' },
    ]);
    expect(denied).toEqual([]);
  });

  test('the question whether this is the address, answered only where it is signed', async () => {
    const body = '{"type":"url_verification","challenge":"c1"}';
    const json = { ...signed(body), 'content-type': 'application/json' };
    expect(await post(body, json)).toEqual({ status: 200, text: '{"challenge":"c1"}' });
    expect((await post(body, { 'content-type': 'application/json' })).status).toBe(401);
    expect(taken).toEqual([]);
  });

  test('the question whether TLS works, and nothing that is smuggled in with it', async () => {
    const body = `ssl_check=1&token=x&${command}`;
    expect(await post(body, { 'content-type': form })).toEqual({ status: 200, text: '' });
    expect(await post(body, signed(body))).toEqual({ status: 200, text: '' });
    expect([denied, taken]).toEqual([[], []]);
  });

  test('while nobody listens it is not taken, and may come again', async () => {
    on = false;
    const headers = signed(command);
    expect((await post(command, headers)).status).toBe(503);
    on = true;
    expect((await post(command, headers)).status).toBe(200);
    expect(denied).toEqual([]);
  });

  test('any other method is told which one is meant', async () => {
    const answer = await fetch(`${server.base}/slack/events`);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

test('without Slack over HTTP there is nothing at the path', async () => {
  await using other = await startServer();
  const answer = await fetch(`${other.base}/slack/events`, {
    method: 'POST',
    body: command,
    headers: signed(command),
  });
  expect(answer.status).toBe(404);
});

test('a flood of denials leaves two records a minute and kind', async () => {
  const told: DeniedRequest[] = [];
  const timers = createTimers();
  const tally = tallyDenials((one) => told.push(one), timers.after);
  for (let n = 0; n < 10_000; n++) tally.add('altered', `10.0.0.${n % 9}`);
  tally.add('stale', '10.0.0.1');
  await timers.elapse(60_000);
  tally.add('altered', '10.0.0.7');
  tally[Symbol.dispose]();
  expect(told).toEqual([
    { denial: 'altered', count: 1, addresses: ['10.0.0.0'] },
    { denial: 'stale', count: 1, addresses: ['10.0.0.1'] },
    {
      denial: 'altered',
      count: 9_999,
      addresses: ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5'],
    },
    { denial: 'altered', count: 1, addresses: ['10.0.0.7'] },
  ]);
  expect(timers.count()).toBe(0);
});
