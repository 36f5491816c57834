import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createBoltApp } from '../../../../src/integrations/slack/client/bolt.ts';
import { clientOptions } from '../../../../src/integrations/slack/client/client.ts';
import { createHttpReceiver } from '../../../../src/integrations/slack/client/http-receiver.ts';
import { isOfSlack } from '../../../../src/integrations/slack/client/own-hosts.ts';
import { uploadOnce } from '../../../../src/integrations/slack/uploads.ts';
import { keptLog } from '../world.ts';

const commercial = 'https://slack.com/api/';
const gov = 'https://slack-gov.com/api/';
const proxy = 'https://slack.proxy.example/api/';

test.each<[apiUrl: string, url: string, own: boolean]>([
  [commercial, 'https://files.slack.com/upload/v1/x', true],
  [commercial, 'https://hooks.slack.com/actions/T/1/x', true],
  [commercial, 'wss://wss-primary.slack.com/link/?ticket=x', true],
  [gov, 'wss://wss-primary.slack-gov.com/link/', true],
  [gov, 'https://files.slack-gov.com/upload/v1/x', true],
  [gov, 'https://files.slack.com/upload/v1/x', false],
  [gov, 'wss://wss-primary.slack.com/link/', false],
  [commercial, 'https://files.slack-gov.com/upload/v1/x', false],
  [commercial, 'https://files.slack.com.evil.example/x', false],
  [commercial, 'https://evilslack.com/x', false],
  [commercial, 'https://slack.com@evil.example/x', false],
  [commercial, 'https://user:pass@files.slack.com/x', false],
  [commercial, 'https://files.slack.com:8443/x', false],
  [commercial, 'http://files.slack.com/x', false],
  [commercial, 'ws://wss-primary.slack.com/link', false],
  [commercial, 'file:///etc/passwd', false],
  [commercial, 'http://169.254.169.254/latest/meta-data/', false],
  [commercial, 'no address', false],
  [proxy, 'https://slack.proxy.example/upload', true],
  [proxy, 'https://files.slack.com/upload/v1/x', true],
  [proxy, 'https://evil.example/upload', false],
  ['http://127.0.0.1:3500/api/', 'ws://127.0.0.1:3500/socket/1', true],
  ['http://127.0.0.1:3500/api/', 'http://127.0.0.1:3501/upload', false],
])('with slack.api_url %s, %s is of that Slack: %s', (apiUrl, url, own) => {
  expect(isOfSlack(apiUrl, url)).toBe(own);
});

/** A Slack that was taken over, or a proxy in between: it names addresses of somebody else. */
let slack: { url: string; close: () => void };
let elsewhere: { url: string; close: () => void };
let sentElsewhere: string[];
let redirect: boolean;

const listen = async (answer: (url: string) => { status?: number; location?: string; body: unknown }) => {
  const server = createServer((request, response) => {
    request.resume();
    const { status = 200, location, body } = answer(request.url ?? '');
    response.writeHead(status, { 'content-type': 'application/json', ...(location && { location }) });
    response.end(JSON.stringify(body));
  });
  server.on('upgrade', (request, socket) => {
    answer(request.url ?? '');
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

beforeEach(async () => {
  [sentElsewhere, redirect] = [[], false];
  elsewhere = await listen((url) => {
    sentElsewhere.push(url);
    return { body: { ok: true } };
  });
  slack = await listen((url) => {
    if (redirect) return { status: 307, location: `${elsewhere.url}${url}`, body: {} };
    const ids = { user_id: 'U1', bot_id: 'B1', team_id: 'T1' };
    if (url.endsWith('apps.connections.open')) {
      return { body: { ok: true, url: `${elsewhere.url.replace('http', 'ws')}/link` } };
    }
    return { body: { ok: true, ...ids, messages: [], upload_url: `${elsewhere.url}/upload`, file_id: 'F1' } };
  });
});
afterEach(() => {
  slack.close();
  elsewhere.close();
});

const options = () => ({ botToken: 'xoxb-secret', apiUrl: `${slack.url}/api/`, log: keptLog() });
const web = () => new WebClient('xoxb-secret', clientOptions(options()));
const upload = () =>
  uploadOnce(web(), {
    ...{ channel: 'C1', threadTs: '1.0', name: 'a.png', title: 'a', alt: 'a' },
    content: async () => new Uint8Array([1]),
  });

describe('nothing is sent to an address that Slack names and that is not Slack’s', () => {
  afterEach(() => expect(sentElsewhere).toEqual([]));

  test('a file', async () => {
    await expect(upload()).rejects.toThrow(
      /The address of an upload is at 127\.0\.0\.1:\d+, which is not of the Slack/,
    );
  });

  test('a socket', async () => {
    await using bolt = createBoltApp({
      ...options(),
      from: { appToken: 'xapp-secret' },
      onFatal: () => undefined,
    });
    const started = bolt.start();
    await expect
      .poll(() => bolt.state().lastError, { timeout: 10_000 })
      .toMatch(/The address of the socket is at/);
    await bolt.stop();
    await started;
  });

  test('an answer to a click', async () => {
    const receiver = createHttpReceiver(keptLog());
    await using bolt = createBoltApp({ ...options(), from: { receiver }, onFatal: () => undefined });
    const failed = Promise.withResolvers<unknown>();
    bolt.app.command('/dcr', async ({ ack, respond }) => {
      await ack();
      failed.resolve(await respond('seen').catch((error: unknown) => error));
    });
    await bolt.start();
    await receiver.take({
      body: {
        command: '/dcr',
        team_id: 'T1',
        user_id: 'U2',
        channel_id: 'C1',
        response_url: `${elsewhere.url}/respond`,
      },
    });
    expect(String(await failed.promise)).toMatch(/The address of a request is at/);
  });

  test('a call that is redirected', async () => {
    redirect = true;
    await expect(web().chat.postMessage({ channel: 'C1', text: 'secret' })).rejects.toThrow();
  });
});
