import { type ChatPostMessageArguments, WebAPIPlatformError, WebClient } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSlackClient, type SlackClient } from '../../../src/integrations/slack/client/client.ts';
import { sdkLogger } from '../../../src/integrations/slack/client/sdk-logger.ts';
import { keptLog } from '../../integrations/slack/world.ts';

export interface ConformingSlack {
  readonly apiUrl: string;
  readonly botToken: string;
  /** A public channel that the bot is a member of. */
  readonly channel: string;
  /** A member, who does not mind being written to. */
  readonly person: string;
}

const optionsFor = (slackApiUrl: string) => ({
  slackApiUrl,
  retryConfig: { retries: 0 },
  logger: sdkLogger(keptLog()),
});

const metadata = (id: string) => ({ event_type: 'farmhand_alert', event_payload: { id } });
const section = (text: string, id: string) =>
  ({ type: 'section', block_id: id, text: { type: 'mrkdwn', text } }) as const;

const refusalOf = async (call: Promise<unknown>): Promise<string> => {
  try {
    await call;
    return 'ok';
  } catch (error) {
    if (error instanceof WebAPIPlatformError) return error.data.error;
    throw error;
  }
};

/** How messages are posted and changed: as farmhand does, or as Slack's SDK does. */
export const ways = ['as farmhand calls', 'as the SDK calls'] as const;

/** What farmhand relies on, as documented; held against the sandbox, and against a real workspace where one is given. */
export const slackConforms = (way: (typeof ways)[number], start: () => Promise<ConformingSlack>): void => {
  let client: SlackClient;
  let web: WebClient;
  let channel: string;
  let person: string;
  beforeAll(async () => {
    const slack = await start();
    channel = slack.channel;
    person = slack.person;
    web = new WebClient(slack.botToken, optionsFor(slack.apiUrl));
    client = createSlackClient({ ...slack, log: keptLog() });
  });
  afterAll(() => client[Symbol.asyncDispose]());

  const say = (
    method: 'chat.postMessage' | 'chat.update',
    args: object,
  ): Promise<{ readonly ok?: unknown; readonly ts?: unknown }> =>
    way === 'as the SDK calls'
      ? web.apiCall(method, { ...args })
      : client.call(method, { ...args }).then((answer) => ({ ...(answer as object) }));

  const id = () => `conformance-${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
  const post = async (over: Partial<ChatPostMessageArguments> = {}): Promise<string> => {
    const text = 'conformance';
    const message = { channel, text, ...over } as ChatPostMessageArguments;
    const { ts } = await say('chat.postMessage', message);
    if (typeof ts !== 'string') throw new Error('no ts');
    return ts;
  };
  const history = async (over: object = {}) =>
    (await web.conversations.history({ channel, include_all_metadata: true, ...over })).messages ?? [];

  test('auth.test names the bot, its team and the address of the workspace', async () => {
    const me = await web.auth.test();
    expect(me.user_id).toMatch(/^[UW]/);
    expect(me.bot_id).toMatch(/^B/);
    expect(me.team_id).toMatch(/^T/);
    expect(me.url).toMatch(/^https?:\/\/.*\/$/);
  });

  test('a timestamp is a string of ten and six digits', async () => {
    expect(await post()).toMatch(/^\d{10}\.\d{6}$/);
  });

  test('a token that Slack does not know is invalid_auth, none is not_authed', async () => {
    const options = optionsFor(web.slackApiUrl);
    expect(await refusalOf(new WebClient('xoxb-unknown', options).auth.test())).toBe('invalid_auth');
    expect(await refusalOf(new WebClient(undefined, options).auth.test())).toBe('not_authed');
  });

  describe('metadata', () => {
    test('comes back from history when it is asked for, and only then', async () => {
      const key = id();
      const ts = await post({ metadata: metadata(key) });
      const window = { oldest: ts, latest: ts, inclusive: true };
      expect((await history(window))[0]?.metadata).toEqual(metadata(key));
      expect(
        (await history({ ...window, include_all_metadata: false }))[0]?.metadata?.event_payload,
      ).toBeUndefined();
    });

    test('comes back from replies', async () => {
      const key = id();
      const root = await post();
      await post({ thread_ts: root, metadata: metadata(key) });
      const { messages } = await web.conversations.replies({ channel, ts: root, include_all_metadata: true });
      expect(messages?.map((message) => message.metadata?.event_payload)).toEqual([undefined, { id: key }]);
    });

    test('stays when an update says nothing of it, and is replaced when it does', async () => {
      const [first, second] = [id(), id()];
      const ts = await post({ metadata: metadata(first) });
      const seen = async () => (await history({ oldest: ts, latest: ts, inclusive: true }))[0]?.metadata;
      await say('chat.update', { channel, ts, text: 'changed' });
      expect(await seen()).toEqual(metadata(first));
      await say('chat.update', { channel, ts, text: 'changed again', metadata: metadata(second) });
      expect(await seen()).toEqual(metadata(second));
    });
  });

  describe('a direct message', () => {
    const opened = async (): Promise<string> => {
      const answer = await web.conversations.open({ users: person });
      return answer.channel?.id ?? '';
    };

    test('is the same one however often it is opened', async () => {
      const first = await opened();
      expect(first).toMatch(/^D/);
      expect(await opened()).toBe(first);
    });

    test('is posted to, changed, and looked through like a channel', async () => {
      const direct = await opened();
      const key = id();
      const ts = await post({ channel: direct, metadata: metadata(key) });
      await say('chat.update', { channel: direct, ts, text: 'changed' });
      const [found] = await history({ channel: direct, oldest: ts, latest: ts, inclusive: true });
      expect(found).toMatchObject({ ts, text: 'changed', metadata: metadata(key) });
    });

    test('with nobody whom Slack knows is refused', async () => {
      expect(await refusalOf(web.conversations.open({ users: 'U0NOBODY0' }))).toBe('user_not_found');
    });
  });

  describe('history', () => {
    test('oldest is exclusive, unless inclusive', async () => {
      const ts = await post();
      const has = async (over: object) =>
        (await history({ oldest: ts, ...over })).some((message) => message.ts === ts);
      expect(await has({})).toBe(false);
      expect(await has({ inclusive: true })).toBe(true);
    });

    test('has roots only, and tells how many replies each has', async () => {
      const root = await post();
      const reply = await post({ thread_ts: root });
      const messages = await history({ oldest: root, inclusive: true });
      expect(messages.some((message) => message.ts === reply)).toBe(false);
      const found = messages.find((message) => message.ts === root);
      expect(found).toMatchObject({ reply_count: 1, latest_reply: reply, thread_ts: root });
    });

    test('a page says where the next one begins, and the last says nothing', async () => {
      const first = await post();
      const second = await post();
      const window = { channel, oldest: first, inclusive: true, limit: 1 };
      const one = await web.conversations.history(window);
      expect(one.has_more).toBe(true);
      const cursor = one.response_metadata?.next_cursor ?? '';
      const two = await web.conversations.history({ ...window, cursor });
      const seen = [...(one.messages ?? []), ...(two.messages ?? [])].map((message) => message.ts);
      expect(new Set(seen)).toEqual(new Set([first, second]));
      expect(two.response_metadata?.next_cursor ?? '').toBe('');
    });

    test('has no ephemerals', async () => {
      const { members } = await web.conversations.members({ channel });
      const me = await web.auth.test();
      const user = members?.find((member) => member !== me.user_id) ?? '';
      const before = await post();
      await web.chat.postEphemeral({ channel, user, text: 'for your eyes' });
      expect((await history({ oldest: before, inclusive: true })).map(({ ts }) => ts)).toEqual([before]);
    });

    test('names the bot as the author, and keeps block ids', async () => {
      const key = id();
      const me = await web.auth.test();
      const ts = await post({ blocks: [section('x', key)] });
      const [message] = await history({ oldest: ts, latest: ts, inclusive: true });
      expect([message?.user, message?.bot_id]).toEqual([me.user_id, me.bot_id]);
      expect(message?.blocks?.[0]?.block_id).toBe(key);
    });
  });

  describe('a thread', () => {
    test('is told from its root on, oldest first', async () => {
      const root = await post();
      const replies = [await post({ thread_ts: root }), await post({ thread_ts: root })];
      const { messages } = await web.conversations.replies({ channel, ts: root });
      expect(messages?.map((message) => message.ts)).toEqual([root, ...replies]);
    });

    test('that is not there is thread_not_found', async () => {
      const ts = '1500000000.000001';
      expect(await refusalOf(web.conversations.replies({ channel, ts }))).toBe('thread_not_found');
    });
  });

  describe('updating and deleting', () => {
    test('a deleted message cannot be updated or deleted again', async () => {
      const ts = await post();
      await web.chat.delete({ channel, ts });
      expect(await refusalOf(say('chat.update', { channel, ts, text: 'x' }))).toBe('message_not_found');
      expect(await refusalOf(web.chat.delete({ channel, ts }))).toBe('message_not_found');
      expect((await history({ oldest: ts, inclusive: true })).some((message) => message.ts === ts)).toBe(
        false,
      );
    });

    test('the permalink names channel and message', async () => {
      const ts = await post();
      const { permalink } = await web.chat.getPermalink({ channel, message_ts: ts });
      expect(permalink).toContain(`/archives/${channel}/p${ts.replace('.', '')}`);
    });
  });

  describe('refusals', () => {
    test('an unknown channel', async () => {
      expect(await refusalOf(post({ channel: 'C0NOWHERE99' }))).toBe('channel_not_found');
    });

    test('blocks beyond a limit, with the place', async () => {
      try {
        await post({ blocks: [section('x'.repeat(3001), 'b')] });
        expect.unreachable();
      } catch (error) {
        if (!(error instanceof WebAPIPlatformError)) throw error;
        expect(error.data.error).toBe('invalid_blocks');
        expect(error.data.response_metadata?.messages?.[0]).toContain(
          'must be less than 3001 characters [json-pointer:/blocks/0/text/text]',
        );
      }
    });

    test('nothing to say', async () => {
      expect(await refusalOf(say('chat.postMessage', { channel, text: '' }))).toBe('no_text');
    });
  });
};
