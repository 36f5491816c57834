import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { classify } from '../../../../src/integrations/slack/client/classify.ts';
import { createSlackClient } from '../../../../src/integrations/slack/client/client.ts';
import { keptLog } from '../world.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** One post to a server that behaves like `listener`; how it failed, and how often it was asked. */
const postTo = async (listener: RequestListener) => {
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
  const result = await client.web.chat.postMessage({ channel: 'C1', text: 'x' }).then(
    () => ({ ok: true }),
    (error: unknown) => classify(error),
  );
  return { result, asked };
};

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
