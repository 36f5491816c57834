import { readFile } from 'node:fs/promises';
import { App, type types } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import { request } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { localSlackMissing } from '../../../sandbox/slack/local-slack.ts';
import { type SlackBox, startSlackBox } from '../../../sandbox/slack/start.ts';
import { sdkLogger } from '../../../src/integrations/slack/client/sdk-logger.ts';
import { keptLog } from '../../integrations/slack/world.ts';

const within = { timeout: 10_000 };
const channel = 'C0ALERTS';
const user = 'U0SRE1';
const plain = (text: string) => ({ type: 'plain_text', text }) as const;
const modal: types.ModalView = {
  type: 'modal',
  callback_id: 'why',
  title: plain('Why'),
  submit: plain('Go'),
  blocks: [
    {
      type: 'input',
      block_id: 'b',
      label: plain('Why'),
      element: { type: 'plain_text_input', action_id: 'a' },
    },
  ],
};

let box: SlackBox;
let app: App;
let web: WebClient;
const clicks: string[] = [];

beforeAll(async () => {
  box = await startSlackBox({ pacing: false });
  const clientOptions = { slackApiUrl: box.apiUrl, retryConfig: { retries: 0 } };
  const logger = sdkLogger(keptLog());
  web = new WebClient(box.botToken, { ...clientOptions, logger });
  app = new App({ token: box.botToken, appToken: box.appToken, socketMode: true, clientOptions, logger });
  app.command('/alerts', async ({ ack, command, client }) => {
    await ack({ text: `listed for ${command.user_name}` });
    if (command.text === 'modal') await client.views.open({ trigger_id: command.trigger_id, view: modal });
    if (command.text === 'twice') {
      await client.views.open({ trigger_id: command.trigger_id, view: modal });
      const again = client.views.open({ trigger_id: command.trigger_id, view: modal });
      clicks.push(await again.then(String, (error: Error) => error.message));
    }
  });
  app.view('why', async ({ ack, view }) => {
    const said = view.state.values['b']?.['a']?.value;
    await (said === 'no' ? ack({ response_action: 'errors', errors: { b: 'Say more' } }) : ack());
  });
  app.action('go', async ({ ack, body, respond, action }) => {
    await ack();
    clicks.push(`${body.user.id} ${'value' in action ? action.value : ''}`);
    await respond({ text: 'seen' });
  });
  app.event('app_mention', async ({ event, say }) => {
    await say({ text: 'here', thread_ts: event.thread_ts ?? event.ts });
  });
  await app.start();
});
afterAll(async () => {
  await app.stop();
  await box[Symbol.asyncDispose]();
});
afterEach(async () => {
  await box.control.reset();
  clicks.length = 0;
});

const postButton = async (): Promise<string> => {
  const element = { type: 'button', action_id: 'go', value: 'a1-x', text: plain('Go') } as const;
  const answer = await web.chat.postMessage({
    channel,
    text: 'press',
    blocks: [{ type: 'actions', block_id: 'k', elements: [element] }],
  });
  return answer.ts ?? '';
};

describe('people', () => {
  test('press a button; the app hears who and what', async () => {
    const ts = await postButton();
    await box.control.click({ channel, user, ts, action_id: 'go' });
    await vi.waitFor(() => expect(clicks).toEqual(['U0SRE1 a1-x']), within);
  });

  test('are told what a message offers when they press what is not there', async () => {
    const ts = await postButton();
    await expect(box.control.click({ channel, user, ts, action_id: 'stop' })).rejects.toThrow(
      'The message has no button stop; it has: go.',
    );
    await expect(box.control.click({ channel, user: 'U0NOBODY', ts, action_id: 'go' })).rejects.toThrow(
      'There is no person U0NOBODY',
    );
  });

  test('run a slash command; its answer is for them alone', async () => {
    await box.control.command({ channel, user, command: '/alerts', text: 'all' });
    const messages = await box.control.waitForMessages(channel, (all) => all.length === 1);
    expect(messages[0]).toMatchObject({ text: 'listed for sam.sre', ephemeralTo: user });
    expect((await web.conversations.history({ channel })).messages).toEqual([]);
  });

  test('cannot run what Slack does not know', async () => {
    await expect(box.control.command({ channel, user, command: '/alert' })).rejects.toThrow(
      '/alert is not a valid command here; the seed knows /alerts, /dcr.',
    );
  });

  test('answer a modal, and see what is wrong with their answer', async () => {
    await box.control.command({ channel, user, command: '/alerts', text: 'modal' });
    expect((await box.control.waitForModal())['callback_id']).toBe('why');
    const say = (value: string) =>
      box.control.submit({ user, values: { b: { a: { type: 'plain_text_input', value } } } });
    expect(await say('no')).toEqual({ result: 'errors', errors: { b: 'Say more' } });
    expect(await say('because')).toEqual({ result: 'closed' });
    await expect(say('again')).rejects.toThrow('There is no open modal');
  });

  test('mention the bot, and it answers in the thread', async () => {
    const { ts } = await box.control.mention({ channel, user, text: 'status' });
    const [, reply] = await box.control.waitForMessages(channel, (all) => all.length === 2);
    expect(reply).toMatchObject({ text: 'here', threadTs: ts });
  });
});

describe('as at Slack', () => {
  test('a trigger opens one view', async () => {
    await box.control.command({ channel, user, command: '/alerts', text: 'twice' });
    await vi.waitFor(() => expect(clicks).toEqual(['An API error occurred: exchanged_trigger_id']), within);
  });

  test('a deleted root with replies stays as a tombstone', async () => {
    const { ts = '' } = await web.chat.postMessage({ channel, text: 'root' });
    await web.chat.postMessage({ channel, text: 'reply', thread_ts: ts });
    await box.control.deleteMessage(channel, ts);
    const { messages } = await web.conversations.history({ channel });
    expect(messages?.map(({ subtype, reply_count }) => [subtype, reply_count])).toEqual([['tombstone', 1]]);
  });

  test('user groups come from the seed', async () => {
    const { usergroups } = await web.usergroups.list({ include_users: true });
    expect(usergroups?.map(({ handle, users }) => [handle, users?.length])).toEqual([
      ['sre', 2],
      ['rmt', 1],
      ['l1', 2],
    ]);
    expect((await web.usergroups.users.list({ usergroup: 'S0RMT' })).users).toEqual(['U0RMT1']);
    await box.control.usergroup('S0RMT', ['U0L1A', 'U0L1B']);
    expect((await web.usergroups.users.list({ usergroup: 'S0RMT' })).users).toEqual(['U0L1A', 'U0L1B']);
    await expect(box.control.usergroup('S0NONE', [])).rejects.toThrow('There is no user group S0NONE');
  });

  test('a channel that the bot is not in cannot be read until it joins', async () => {
    const read = () => web.conversations.history({ channel: 'C0NOTIN' });
    await expect(read()).rejects.toThrow('not_in_channel');
    expect((await web.conversations.info({ channel: 'C0NOTIN' })).channel?.is_member).toBe(false);
    await web.conversations.join({ channel: 'C0NOTIN' });
    expect((await read()).ok).toBe(true);
  });

  test('an envelope that was not acknowledged comes again', async () => {
    const ts = await postButton();
    await box.control.click({ channel, user, ts, action_id: 'go' });
    expect(await box.control.resend('interactive')).toBe(true);
    await vi.waitFor(() => expect(clicks).toHaveLength(2), within);
  });

  test('another’s message can be neither updated nor deleted', async () => {
    const { ts } = await box.control.say({ channel, user, text: 'mine' });
    await expect(web.chat.update({ channel, ts, text: 'x' })).rejects.toThrow('cant_update_message');
    await expect(web.chat.delete({ channel, ts })).rejects.toThrow('cant_delete_message');
  });
});

describe('one address', () => {
  test('serves the page, and its WebSocket tells of every message', async () => {
    const page = await fetch(box.webUrl);
    expect(page.headers.get('content-type')).toContain('text/html');
    const socket = new WebSocket(`${box.webUrl.replace('http', 'ws')}/ui`);
    const told: string[] = [];
    socket.on('message', (data) => told.push(data.toString()));
    await vi.waitFor(() => expect(told).toHaveLength(1), within);
    await web.chat.postMessage({ channel, text: 'for the page' });
    await vi.waitFor(() => expect(told.some((frame) => frame.includes('for the page'))).toBe(true), within);
    socket.close();
  });

  test('everything that it hands out leads back to it', async () => {
    const { url } = await new WebClient(box.appToken, { slackApiUrl: box.apiUrl }).apps.connections.open();
    expect(url).toContain(new URL(box.webUrl).host);
  });

  test('answers loopback names only', async () => {
    const answer = await request(box.webUrl, { headers: { host: 'slack.example.com' } });
    expect(answer.statusCode).toBe(421);
    await answer.body.dump();
  });

  test('nothing of it listens beyond loopback', async () => {
    const ports = [Number(new URL(box.webUrl).port), box.innerPort].map(hex);
    const listening = (await readFile('/proc/net/tcp', 'utf8'))
      .split('\n')
      .map((row) => row.trim().split(/\s+/))
      .filter(([, local = '', , state]) => state === '0A' && ports.includes(local.split(':')[1] ?? ''))
      .map(([, local = '']) => local.split(':')[0]);
    expect(listening).toEqual(['0100007F', '0100007F']);
    const six = await readFile('/proc/net/tcp6', 'utf8');
    expect(ports.filter((port) => six.includes(`:${port} `))).toEqual([]);
  });
});

const hex = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0');

test('a machine that has it is not taught how to get it', () => {
  expect(localSlackMissing()).toBeUndefined();
});
