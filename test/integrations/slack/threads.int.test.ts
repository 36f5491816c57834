import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type SlackBox, startSlackBox } from '../../../sandbox/slack/start.ts';
import type { ThreadPort } from '../../../src/alerts/ports/ports.ts';
import type { PostedMessage, SlackResult } from '../../../src/delivery/slack-result.ts';
import { createSlackClient, type SlackClient } from '../../../src/integrations/slack/client/client.ts';
import { identify } from '../../../src/integrations/slack/client/identity.ts';
import { createSlackThreads } from '../../../src/integrations/slack/threads.ts';
import { rootState } from '../../../src/recovery/lost-root.ts';
import { aDigest, aNote, anAlert, keptLog, views } from './world.ts';

let box: SlackBox;
let client: SlackClient;
let threads: ThreadPort;
const clientTo = (apiUrl: string, timeoutMs = 10_000) =>
  createSlackClient({ botToken: box.botToken, apiUrl, log: keptLog(), timeoutMs });
const threadsOver = ({ web, call }: SlackClient) =>
  createSlackThreads({ web, call, identity: () => identify(web), views });

beforeAll(async () => {
  box = await startSlackBox({ pacing: false });
  client = clientTo(box.apiUrl);
  threads = threadsOver(client);
});
afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await box[Symbol.asyncDispose]();
});
afterEach(() => box.control.clearFaults());

const posted = (result: SlackResult<PostedMessage>): PostedMessage => {
  if (!result.ok) throw new Error(JSON.stringify(result));
  return result.value;
};
const minuteAgo = () => Date.now() - 60_000;
const alertKey = (id: string) => ({ kind: 'alert', id }) as const;
const channel = 'C0ALERTS';
const textOf = async (ts: string) =>
  (await box.control.messages(channel)).find((message) => message.ts === ts)?.text ?? '';

describe('a root message', () => {
  test('carries its key twice, a text, and shows the alert', async () => {
    const alert = anAlert();
    const { ts } = posted(await threads.postRoot(alert));
    const [message, ...more] = await box.control.rootsOf(channel, alert.id);
    expect(more).toEqual([]);
    expect(message?.ts).toBe(ts);
    expect(message?.metadata).toEqual({
      event_type: 'farmhand_alert',
      event_payload: { ...rootState(alert), id: alert.id },
    });
    expect(message?.blocks[0]?.['block_id']).toBe(`alert:${alert.id}`);
    expect(message?.text).toContain('HighErrorRate');
  });

  test('is brought up to date in place, and keeps its key', async () => {
    const alert = anAlert();
    const { ts } = posted(await threads.postRoot(alert));
    const resolved = { ...alert, status: 'resolved', endsAt: Date.now() } as const;
    expect(posted(await threads.updateRoot(resolved, ts))).toEqual({ channel, ts });
    expect(await textOf(ts)).toMatch(/resolved/i);
    expect(await threads.find(channel, alertKey(alert.id), minuteAgo())).toEqual({
      ok: true,
      value: [{ channel, ts }],
    });
  });

  test('asks for no unfurling', async () => {
    await box.control.fault({
      method: 'chat.postMessage',
      contains: '"unfurl_links":false,"unfurl_media":false',
      effect: { kind: 'delay' },
    });
    posted(await threads.postRoot(anAlert()));
    expect(await box.control.pendingFaults()).toBe(0);
  });
});

describe('notes and digests', () => {
  test('a reply is found by its alert and last note, among the replies only', async () => {
    const alert = anAlert();
    const { ts } = posted(await threads.postRoot(alert));
    const reply = posted(
      await threads.postNotes(alert, ts, [aNote({ n: 3 }), aNote({ n: 4, kind: 'refired' })]),
    );
    const key = { kind: 'note', id: `${alert.id}#4` } as const;
    expect(await threads.find(channel, key, minuteAgo(), ts)).toEqual({ ok: true, value: [reply] });
    expect(await threads.find(channel, key, minuteAgo())).toEqual({ ok: true, value: [] });
  });

  test('a digest is posted, updated and found', async () => {
    const digest = aDigest();
    const message = posted(await threads.postDigest(digest));
    posted(await threads.updateDigest({ ...digest, waitingCount: 7 }, message.ts));
    expect(await textOf(message.ts)).toContain('7 alerts');
    const key = { kind: 'digest', id: digest.id } as const;
    expect(await threads.find(channel, key, minuteAgo())).toEqual({ ok: true, value: [message] });
  });
});

describe('a lost answer', () => {
  test.each([
    ['the connection is cut after the post', { kind: 'accept_then_drop' }, 1],
    ['no answer comes in time after the post', { kind: 'hang' }, 1],
    ['a web page comes after the post', { kind: 'html', status: 503, forward: true }, 1],
    ['a web page comes with status 200', { kind: 'html', status: 200, forward: true }, 1],
    ['a 500 comes after the post', { kind: 'status', status: 500, forward: true }, 1],
    ['fatal_error comes after the post', { kind: 'error', error: 'fatal_error', forward: true }, 1],
    ['the connection is cut before the post', { kind: 'drop_before' }, 0],
    ['no answer comes, and nothing was posted', { kind: 'hang', forward: false }, 0],
    ['a 502 comes and nothing was posted', { kind: 'status', status: 502 }, 0],
  ] as const)('%s: ambiguous, posted once at most, and a look tells', async (_, effect, there) => {
    const alert = anAlert();
    await box.control.fault({ method: 'chat.postMessage', effect });
    await using impatient = clientTo(box.apiUrl, effect.kind === 'hang' ? 500 : 10_000);
    expect(await threadsOver(impatient).postRoot(alert)).toMatchObject({ ok: false, kind: 'ambiguous' });
    // What the impatient one no longer waits for may still be on its way.
    await expect
      .poll(async () => (await box.control.rootsOf(channel, alert.id)).length, { timeout: 10_000 })
      .toBe(there);
    const found = await threads.find(channel, alertKey(alert.id), minuteAgo());
    expect(found.ok && found.value.length).toBe(there);
  });
});

describe('surely not done', () => {
  test('a 429 says how long', async () => {
    await box.control.fault({
      method: 'chat.postMessage',
      effect: { kind: 'rate_limited', retry_after_s: 9 },
    });
    expect(await threads.postRoot(anAlert())).toEqual({
      ok: false,
      kind: 'rate_limited',
      retryAfterMs: 9000,
    });
  });

  test('a revoked token gives up nothing', async () => {
    await box.control.revokeTokens([box.botToken]);
    const alert = anAlert();
    expect(await threads.postRoot(alert)).toEqual({ ok: false, kind: 'unavailable', error: 'token_revoked' });
    expect(await threads.find(channel, alertKey(alert.id), 0)).toMatchObject({
      ok: false,
      kind: 'unavailable',
    });
    await box.control.revokeTokens([]);
  });

  test('nobody listens', async () => {
    await using away = clientTo('http://127.0.0.1:9/api/');
    expect(await threadsOver(away).postRoot(anAlert())).toMatchObject({ ok: false, kind: 'unavailable' });
  });

  test('an archived channel, and one that is not there, are refused', async () => {
    await box.control.channel('C0DCR', { archived: true });
    expect(await threads.postRoot(anAlert({ channel: 'C0DCR' }))).toEqual({
      ok: false,
      kind: 'refused',
      error: 'is_archived',
    });
    await box.control.channel('C0DCR', { archived: false });
    expect(await threads.postRoot(anAlert({ channel: 'C0NOWHERE' }))).toEqual({
      ok: false,
      kind: 'refused',
      error: 'channel_not_found',
    });
  });

  test('a root that a person deleted cannot be updated', async () => {
    const alert = anAlert();
    const { ts } = posted(await threads.postRoot(alert));
    await box.control.deleteMessage(channel, ts);
    expect(await threads.updateRoot(alert, ts)).toEqual({
      ok: false,
      kind: 'refused',
      error: 'message_not_found',
    });
    expect(await threads.postNotes(alert, ts, [aNote()])).toEqual({
      ok: false,
      kind: 'refused',
      error: 'thread_not_found',
    });
  });
});

describe('looking', () => {
  test('finds both of two, the older first, through several pages and people’s messages', async () => {
    const alert = anAlert();
    const first = posted(await threads.postRoot(alert));
    await box.control.say({ channel, user: 'U0SRE1', text: `alert:${alert.id}` });
    await Promise.all(
      Array.from({ length: 510 }, () => client.web.chat.postMessage({ channel, text: 'chatter' })),
    );
    const second = posted(await threads.postRoot(alert));
    const before = (await box.control.journal()).at(-1)?.n;
    expect(await threads.find(channel, alertKey(alert.id), minuteAgo())).toEqual({
      ok: true,
      value: [first, second],
    });
    const calls = (await box.control.journal(before)).map(({ method }) => method);
    expect(calls.filter((method) => method === 'conversations.history')).toHaveLength(2);
  });

  test('goes back no further than it is told', async () => {
    const alert = anAlert();
    posted(await threads.postRoot(alert));
    expect(await threads.find(channel, alertKey(alert.id), Date.now() + 60_000)).toEqual({
      ok: true,
      value: [],
    });
  });

  test('says that it could not look, never that there is nothing', async () => {
    await box.control.fault({ method: 'conversations.history', effect: { kind: 'html' } });
    expect(await threads.find(channel, alertKey('x'), minuteAgo())).toEqual({
      ok: false,
      kind: 'unavailable',
      error: 'HTTP 503',
    });
    expect(await threads.find('C0NOTIN', alertKey('x'), minuteAgo())).toEqual({
      ok: false,
      kind: 'refused',
      error: 'not_in_channel',
    });
  });

  test('finds no replies where there is no root', async () => {
    const key = { kind: 'note', id: 'x#1' } as const;
    expect(await threads.find(channel, key, minuteAgo(), '1500000000.000001')).toEqual({
      ok: true,
      value: [],
    });
  });
});

describe('removing', () => {
  test('removes, and is content when it is gone already', async () => {
    const alert = anAlert();
    const message = posted(await threads.postRoot(alert));
    expect(await threads.remove(message)).toEqual({ ok: true, value: undefined });
    expect(await threads.remove(message)).toEqual({ ok: true, value: undefined });
    expect((await box.control.rootsOf(channel, alert.id)).map(({ deleted }) => deleted)).toEqual([true]);
  });
});
