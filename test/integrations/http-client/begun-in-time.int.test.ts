import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect, test } from 'vitest';
import { startSimulator } from '../../../sandbox/simulator/server.ts';
import { openHttp } from '../../../src/integrations/http-client/call.ts';
import { classify } from '../../../src/integrations/slack/client/classify.ts';
import { createSlackClient, type SlackClient } from '../../../src/integrations/slack/client/client.ts';
import { keptLog } from '../slack/world.ts';

/** Puts this process to sleep in the middle of its next call, right before the first byte of it leaves. */
const sleepInNextCall = (ms: number): void => {
  const sleep = (): void => {
    unsubscribe('undici:request:create', sleep);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  };
  subscribe('undici:request:create', sleep);
};

const arrived = ({ control }: Awaited<ReturnType<typeof startSimulator>>) =>
  control.requests().map(({ path }) => path);

test('a process that slept before a call does not make it when it wakes, and knows that it did not', async () => {
  await using server = await startSimulator({ handler: () => ({ status: 200, json: {} }) });
  await using http = openHttp();
  const ask = (path: string) =>
    http.call({ method: 'POST', url: `${server.url}${path}`, json: {}, timeoutMs: 3_000, maxBytes: 100 });
  // So that a connection is there, over which nothing holds the call back.
  expect((await ask('/first')).kind).toBe('answered');
  sleepInNextCall(4_500);
  expect(await ask('/slept')).toEqual({
    kind: 'not_sent',
    error: expect.stringMatching(/^not sent: 4\d{3} ms had passed since it was asked for/),
  });
  sleepInNextCall(500);
  expect((await ask('/next')).kind).toBe('answered');
  expect(arrived(server)).toEqual(['/first', '/next']);
});

test.each<[string, (client: SlackClient, text: string) => Promise<unknown>]>([
  ['a message for Slack', ({ call }, text) => call('chat.postMessage', { channel: 'C1', text })],
  ['any other call to Slack', ({ web }, text) => web.apiCall('chat.postMessage', { channel: 'C1', text })],
])('the same of %s', async (_, ask) => {
  await using server = await startSimulator({
    handler: () => ({ status: 200, json: { ok: true, channel: 'C1', ts: '1.1' } }),
  });
  const apiUrl = `${server.url}/api/`;
  await using client = createSlackClient({ botToken: 'xoxb-secret', apiUrl, log: keptLog() });
  const post = (text: string) =>
    ask(client, text).then(
      () => ({ ok: true }),
      (error: unknown) => classify(error),
    );
  expect(await post('first')).toEqual({ ok: true });
  sleepInNextCall(4_500);
  expect(await post('slept')).toMatchObject({ ok: false, kind: 'unavailable' });
  expect(await post('next')).toEqual({ ok: true });
  const said = server.control.requests().map(({ body }) => /(?:text=|"text":")(\w+)/.exec(body)?.[1]);
  expect(said).toEqual(['first', 'next']);
});
