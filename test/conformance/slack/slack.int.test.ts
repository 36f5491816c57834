import { WebAPIRateLimitedError, WebClient } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SlackBox, startSlackBox } from '../../../sandbox/slack/start.ts';
import { slackConforms, ways } from './slack.ts';

let box: SlackBox;
beforeAll(async () => {
  box = await startSlackBox({ pacing: false });
});
afterAll(() => box[Symbol.asyncDispose]());

const channel = () => box.channels['alerts'] ?? '';

describe.each(ways)('the sandbox, %s', (way) =>
  slackConforms(way, async () => ({
    apiUrl: box.apiUrl,
    botToken: box.botToken,
    channel: channel(),
    person: 'U0SRE1',
  })),
);

// A workspace of your own: a bot token with the scopes of manifest.yml, and a channel and a person whom its posts do
// not disturb.
const realToken = process.env['SLACK_CONFORMANCE_BOT_TOKEN'];
const realChannel = process.env['SLACK_CONFORMANCE_CHANNEL'];
const realPerson = process.env['SLACK_CONFORMANCE_USER'];
if (realToken !== undefined && realChannel !== undefined && realPerson !== undefined) {
  describe.each(ways)('a real workspace, %s', (way) =>
    slackConforms(way, async () => ({
      apiUrl: 'https://slack.com/api/',
      botToken: realToken,
      channel: realChannel,
      person: realPerson,
    })),
  );
}

describe('the limit of posts', () => {
  test('the fourth post at once is a 429 that names whole seconds, and is not there', async () => {
    await box.control.reset();
    await box.control.pacing({ postsPerSecond: 1, burst: 3, updatesPerMinute: 50, lookupsPerMinute: 50 });
    const web = new WebClient(box.botToken, {
      slackApiUrl: box.apiUrl,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
    });
    const post = (to: string) => web.chat.postMessage({ channel: to, text: 'x' });
    for (let i = 0; i < 3; i++) await post(channel());
    const refused = await post(channel()).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(WebAPIRateLimitedError);
    expect(refused).toMatchObject({ retryAfter: 1 });
    expect(await box.control.messages(channel())).toHaveLength(3);
    expect((await post(box.channels['sre'] ?? '')).ok).toBe(true);
    await box.control.pacing(false);
  });

  test('its body and header are as Slack’s', async () => {
    await box.control.fault({
      method: 'chat.postMessage',
      effect: { kind: 'rate_limited', retry_after_s: 7 },
    });
    const answer = await fetch(`${box.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${box.botToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ channel: channel(), text: 'x' }),
    });
    expect([answer.status, answer.headers.get('retry-after'), await answer.json()]).toEqual([
      429,
      '7',
      { ok: false, error: 'ratelimited' },
    ]);
  });
});
