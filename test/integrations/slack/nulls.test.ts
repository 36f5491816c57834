import { WebClient } from '@slack/web-api';
import { expect, test } from 'vitest';
import { createPosts } from '../../../src/integrations/slack/posts.ts';
import { withEachNull } from '../../support/each-null.ts';

const me = { botUserId: 'U0BOT', botId: 'B0BOT', teamId: 'T1', team: 'acme', url: '' };
const key = { kind: 'alert', id: '689b55798b76c552-mi80s0g0' } as const;

const postsOver = (answers: (calls: number) => unknown) => {
  let calls = 0;
  const fetchSlack = async (): Promise<Response> => Response.json(answers(calls++));
  const options = { slackApiUrl: 'https://slack.test/api/', fetch: fetchSlack, retryConfig: { retries: 0 } };
  const posts = createPosts({
    web: new WebClient('xoxb-1', options),
    call: async () => answers(calls++),
    identity: async () => me,
  });
  return { posts, calls: () => calls };
};

test('a post that Slack answers with a timestamp of null is looked for, not put on record', async () => {
  const { posts } = postsOver(() => ({ ok: true, ts: null, channel: null }));
  expect(await posts.post('C1', key, { text: 't', blocks: [] })).toMatchObject({
    ok: false,
    kind: 'ambiguous',
  });
});

test('a last page whose cursor is null is the last', async () => {
  const { posts, calls } = postsOver(() => ({
    ok: true,
    messages: null,
    response_metadata: { next_cursor: null },
  }));
  expect(await posts.find('C1', key, 0)).toEqual({ ok: true, value: [] });
  expect(calls()).toBe(1);
});

test('every field of a page of messages may be null: what is readable is found', async () => {
  const message = {
    ts: '1795184022.000100',
    thread_ts: '1795184022.000100',
    user: 'U0BOT',
    bot_id: 'B0BOT',
    metadata: { event_type: 'farmhand_alert', event_payload: { id: key.id } },
    blocks: [{ block_id: 'b', type: 'section' }],
  };
  const page = {
    ok: true,
    messages: [{ ...message, metadata: { event_type: 'x' } }, message],
    response_metadata: { next_cursor: '' },
  };
  for (const spoilt of withEachNull(page)) {
    const { posts } = postsOver(() => spoilt);
    const found = await posts.find('C1', key, 0);
    if (found.ok) expect(found.value.every(({ ts }) => typeof ts === 'string')).toBe(true);
    else expect(found.kind).toBe('unavailable');
  }
});
