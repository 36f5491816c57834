import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type SlackBox, startSlackBox } from '../../../sandbox/slack/start.ts';
import { createBlockForms } from '../../../src/delivery/block-forms.ts';
import type { SlackResult } from '../../../src/delivery/slack-result.ts';
import { createSlackClient, type SlackClient } from '../../../src/integrations/slack/client/client.ts';
import { identify } from '../../../src/integrations/slack/client/identity.ts';
import { createPosts } from '../../../src/integrations/slack/posts.ts';
import type { Message } from '../../../views/blocks.ts';
import { keptLog } from './world.ts';

/** What is sent where Slack knows the newest blocks, and where it does not: `docs/failure-modes.md`. */
let box: SlackBox;
let client: SlackClient;

beforeAll(async () => {
  box = await startSlackBox({ pacing: false });
  client = createSlackClient({ botToken: box.botToken, apiUrl: box.apiUrl, log: keptLog() });
});
afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await box[Symbol.asyncDispose]();
});
afterEach(() => box.control.clearFaults());

const channel = 'C0ALERTS';
let count = 0;
const newKey = () => ({ kind: 'digest', id: `C0ALERTS-forms${++count}` }) as const;
const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } }) as const;
const raw = (text: string) => ({ type: 'raw_text', text });
const table = (cell: string) => ({ type: 'data_table', caption: 'All', rows: [[raw('Name')], [raw(cell)]] });
const message = (cell = 'x'): Message => ({
  text: 'in words',
  blocks: [section('classic')],
  rich: [section('rich'), table(cell)],
});

/** Both ways in which a process calls Slack. */
const ways = {
  'the own call': () => client.call,
  'the SDK': () => (method: 'chat.postMessage' | 'chat.update', args: Readonly<Record<string, unknown>>) =>
    client.web.apiCall(method, args),
} as const;

const postsBy = (way: keyof typeof ways) =>
  createPosts({
    web: client.web,
    call: ways[way](),
    identity: () => identify(client.web),
    forms: createBlockForms({ setting: () => 'auto', now: () => 0 }),
  });

const value = <T>(result: SlackResult<T>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result));
  return result.value;
};
const kindsOf = async (ts: string) =>
  (await box.control.messages(channel)).find((each) => each.ts === ts)?.blocks.map(({ type }) => type);
const sayingNo = () =>
  box.control.fault({
    method: '*',
    contains: 'data_table',
    times: 1_000,
    effect: { kind: 'error', error: 'invalid_blocks' },
  });
const callsSince = async (before: number) => (await box.control.journal()).length - before;

describe.each(Object.keys(ways) as (keyof typeof ways)[])('by %s', (way) => {
  test('a message is in the newest blocks, and found by its key', async () => {
    const posts = postsBy(way);
    const key = newKey();
    const { ts } = value(await posts.post(channel, key, message()));
    expect(await kindsOf(ts)).toEqual(['section', 'data_table']);
    expect(value(await posts.find(channel, key, Date.now() - 60_000))).toEqual([{ channel, ts }]);
  });

  test('where Slack does not know them it is there once, classic, and so is the next one without being asked', async () => {
    await sayingNo();
    const posts = postsBy(way);
    const key = newKey();
    const before = (await box.control.journal()).length;
    const { ts } = value(await posts.post(channel, key, message()));
    expect(await callsSince(before)).toBe(2);
    expect(await kindsOf(ts)).toEqual(['section']);
    expect(value(await posts.find(channel, key, Date.now() - 60_000))).toEqual([{ channel, ts }]);
    const then = (await box.control.journal()).length;
    value(await posts.update(channel, ts, key, message('y')));
    expect(await callsSince(then)).toBe(1);
    expect(await kindsOf(ts)).toEqual(['section']);
  });

  test('blocks beyond a limit are said classic, too', async () => {
    const { ts } = value(await postsBy(way).post(channel, newKey(), message('x'.repeat(10_001))));
    expect(await kindsOf(ts)).toEqual(['section']);
  });

  test('no second message where the classic one’s answer is lost: it is looked for', async () => {
    await sayingNo();
    await box.control.fault({
      method: 'chat.postMessage',
      contains: 'classic',
      effect: { kind: 'accept_then_drop' },
    });
    const posts = postsBy(way);
    const key = newKey();
    expect(await posts.post(channel, key, message())).toMatchObject({ ok: false, kind: 'ambiguous' });
    expect(value(await posts.find(channel, key, Date.now() - 60_000))).toHaveLength(1);
  });

  test('no second call where the answer to the newest blocks is lost', async () => {
    await box.control.fault({
      method: 'chat.postMessage',
      contains: 'data_table',
      effect: { kind: 'accept_then_drop' },
    });
    const posts = postsBy(way);
    const key = newKey();
    expect(await posts.post(channel, key, message())).toMatchObject({ ok: false, kind: 'ambiguous' });
    const [found, ...more] = value(await posts.find(channel, key, Date.now() - 60_000));
    expect(more).toEqual([]);
    expect(await kindsOf(found?.ts ?? '')).toEqual(['section', 'data_table']);
  });
});
