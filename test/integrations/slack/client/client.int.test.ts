import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { classify } from '../../../../src/integrations/slack/client/classify.ts';
import { createSlackClient, type SlackClient } from '../../../../src/integrations/slack/client/client.ts';
import { keptLog } from '../world.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

type Post = (client: SlackClient, text: string) => Promise<unknown>;

/** Posts go one way, all other calls the other: of both the same is true. */
const ways: readonly (readonly [name: string, post: Post])[] = [
  ['a message', ({ call }, text) => call('chat.postMessage', { channel: 'C1', text })],
  ['the SDK', ({ web }, text) => web.chat.postMessage({ channel: 'C1', text })],
];

/** One post to a server that behaves like `listener`; how it failed, and how often it was asked. */
const postOver = (post: Post) => async (listener: RequestListener) => {
  let asked = 0;
  const listening = createServer((request, response) => {
    asked++;
    request.resume();
    listener(request, response);
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const { port } = listening.address() as AddressInfo;
  await using client = createSlackClient({
    botToken: 'xoxb-secret',
    apiUrl: `http://127.0.0.1:${port}/api/`,
    log: keptLog(),
    timeoutMs: 300,
  });
  const result = await post(client, 'x').then(
    () => ({ ok: true }),
    (error: unknown) => classify(error),
  );
  return { result, asked };
};

describe.each(ways)('%s', (_, post) => {
  const postTo = postOver(post);

  test('a cut connection is not asked twice', async () => {
    expect(await postTo((request) => request.socket.destroy())).toMatchObject({
      result: { kind: 'ambiguous' },
      asked: 1,
    });
  });

  test('a 500 is not asked twice', async () => {
    expect(await postTo((_, response) => response.writeHead(500).end())).toEqual({
      result: { ok: false, kind: 'ambiguous', error: 'HTTP 500' },
      asked: 1,
    });
  });

  test('silence ends with the timeout, and is not asked twice', async () => {
    expect(await postTo(() => undefined)).toMatchObject({ result: { kind: 'ambiguous' }, asked: 1 });
  });

  test('half an answer is ambiguous', async () => {
    const half: RequestListener = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"ok":true,');
      setImmediate(() => response.destroy());
    };
    expect(await postTo(half)).toMatchObject({ result: { kind: 'ambiguous' }, asked: 1 });
  });

  test('an answer that stops in the middle ends with the timeout', async () => {
    const stall: RequestListener = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"ok":true,');
    };
    expect(await postTo(stall)).toMatchObject({ result: { kind: 'ambiguous' }, asked: 1 });
  });

  test('a 429 with its header, and one without', async () => {
    const limited = (headers: Record<string, string>) =>
      postTo((_, response) => response.writeHead(429, headers).end());
    expect(await limited({ 'retry-after': '3' })).toEqual({
      result: { ok: false, kind: 'rate_limited', retryAfterMs: 3000 },
      asked: 1,
    });
    expect(await limited({})).toEqual({
      result: { ok: false, kind: 'rate_limited', retryAfterMs: 30_000 },
      asked: 1,
    });
  });

  test('a redirect is not followed: the token stays here', async () => {
    const away: RequestListener = (_, response) =>
      response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
    expect(await postTo(away)).toEqual({
      result: { ok: false, kind: 'unavailable', error: 'HTTP 302' },
      asked: 1,
    });
  });

  test.each([
    ['nothing', ''],
    ['a page', '<!DOCTYPE html>'],
    ['half an answer', '{"ok":true,"chan'],
    ['a list', '[{"ok":true}]'],
    ['no word', '{"ok":false}'],
    ['a number for a word', '{"ok":false,"error":7}'],
  ])('%s with status 200 is ambiguous', async (_what, text) => {
    expect(await postTo((_request, response) => response.end(text))).toMatchObject({
      result: { kind: 'ambiguous' },
      asked: 1,
    });
  });

  test('a refusal is Slack’s word', async () => {
    const refuse: RequestListener = (_request, response) =>
      response.end('{"ok":false,"error":"channel_not_found"}');
    expect(await postTo(refuse)).toEqual({
      result: { ok: false, kind: 'refused', error: 'channel_not_found' },
      asked: 1,
    });
  });

  test('nobody listens: surely not sent', async () => {
    await using client = createSlackClient({
      botToken: 'xoxb-secret',
      apiUrl: 'http://127.0.0.1:9/api/',
      log: keptLog(),
    });
    const failure = await post(client, 'x').catch((error: unknown) => classify(error));
    expect(failure).toMatchObject({ kind: 'unavailable', error: expect.stringContaining('ECONNREFUSED') });
  });

  test('an answer in pieces, after an early hint, is read to its end', async () => {
    const slowly: RequestListener = (_request, response) => {
      response.writeEarlyHints({ link: '</a>; rel=preload' });
      response.writeHead(200, { 'content-type': 'application/json' });
      const text = Buffer.from('{"ok":true,"ts":"1.1","text":"größer"}');
      // In the middle of a letter.
      response.write(text.subarray(0, text.indexOf('ö') + 1));
      setTimeout(() => response.end(text.subarray(text.indexOf('ö') + 1)), 20);
    };
    expect(await postTo(slowly)).toEqual({ result: { ok: true }, asked: 1 });
  });
});

test('only true is ok', async () => {
  const nearly: RequestListener = (_, response) => response.end('{"ok":1,"ts":"1.1"}');
  const post = postOver(({ call }) => call('chat.postMessage', { channel: 'C1', text: 'x' }));
  expect(await post(nearly)).toMatchObject({ result: { kind: 'ambiguous' } });
});

test('a post that finds no free connection in time was surely not sent, and is not sent later', async () => {
  const texts: string[] = [];
  let hang = true;
  const listening = createServer(async (request, response) => {
    texts.push(String((JSON.parse(await text(request)) as { text: string }).text));
    if (!hang) response.end('{"ok":true,"ts":"1.1"}');
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const { port } = listening.address() as AddressInfo;
  await using client = createSlackClient({
    botToken: 'xoxb-secret',
    apiUrl: `http://127.0.0.1:${port}/api/`,
    log: keptLog(),
    timeoutMs: 300,
    concurrency: 1,
  });
  const post = (text: string) =>
    client.call('chat.postMessage', { channel: 'C1', text }).then(
      () => 'ok',
      (error: unknown) => classify(error).kind,
    );
  expect(await Promise.all([post('hangs'), post('waits')])).toEqual(['ambiguous', 'unavailable']);
  hang = false;
  expect(await post('next')).toBe('ok');
  expect(texts).toEqual(['hangs', 'next']);
});

test('what is said goes without secrets, and with the token in its header alone', async () => {
  const seen: { readonly body: unknown; readonly type: string; readonly auth: string }[] = [];
  const listening = createServer(async (request, response) => {
    const { authorization: auth = '', 'content-type': type = '' } = request.headers;
    seen.push({ body: JSON.parse(await text(request)), type, auth });
    response.end('{"ok":true,"ts":"1.1","response_metadata":{"messages":["[WARN] odd"],"warnings":["w"]}}');
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const { port } = listening.address() as AddressInfo;
  const log = keptLog();
  await using client = createSlackClient({
    botToken: 'xoxb-secret',
    // Without the slash that it should end with.
    apiUrl: `http://127.0.0.1:${port}/api`,
    log,
    safe: (said) => said.replaceAll('hunter22', '[redacted]'),
  });
  await client.call('chat.update', {
    channel: 'C1',
    ts: '1.1',
    text: 'password hunter22',
    blocks: [{ a: 1 }],
  });
  expect(seen).toEqual([
    {
      body: { channel: 'C1', ts: '1.1', text: 'password [redacted]', blocks: [{ a: 1 }] },
      type: 'application/json; charset=utf-8',
      auth: 'Bearer xoxb-secret',
    },
  ]);
  expect(log.lines).toEqual(['Slack remarks on a call']);
});

test('a method that is an address does not take the token elsewhere', async () => {
  await using client = createSlackClient({
    botToken: 'xoxb-secret',
    apiUrl: 'http://127.0.0.1:9/api/',
    log: keptLog(),
  });
  const failure = classify(
    await client.web.apiCall('http://127.0.0.1:10/steal').catch((error: unknown) => error),
  );
  expect(failure).toMatchObject({ kind: 'unavailable', error: expect.stringContaining('127.0.0.1:9') });
});
