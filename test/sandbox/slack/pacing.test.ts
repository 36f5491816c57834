import { describe, expect, test } from 'vitest';
import { createPacer, slackPacing } from '../../../sandbox/slack/control/pacing.ts';

describe('posts', () => {
  const post = 'chat.postMessage';

  test('a channel takes a burst, then one a second', () => {
    const pacer = createPacer(slackPacing);
    expect([0, 0, 0, 0].map((now) => pacer.take(post, 'C1', now))).toEqual([0, 0, 0, 1]);
    expect(pacer.take(post, 'C1', 999)).toBe(1);
    expect(pacer.take(post, 'C1', 1000)).toBe(0);
    expect(pacer.take(post, 'C1', 1000)).toBe(1);
  });

  test('channels do not hinder each other', () => {
    const pacer = createPacer({ ...slackPacing, burst: 1 });
    expect(pacer.take(post, 'C1', 0)).toBe(0);
    expect(pacer.take(post, 'C2', 0)).toBe(0);
  });

  test('Retry-After is whole seconds, enough to be let in', () => {
    const pacer = createPacer({ ...slackPacing, postsPerSecond: 0.3, burst: 1 });
    pacer.take(post, 'C1', 0);
    const wait = pacer.take(post, 'C1', 0);
    expect(wait).toBe(4);
    expect(pacer.take(post, 'C1', wait * 1000)).toBe(0);
  });
});

test('updates and look-ups are counted for the workspace, each by itself', () => {
  const pacer = createPacer({ ...slackPacing, updatesPerMinute: 1, lookupsPerMinute: 1 });
  expect(pacer.take('chat.update', 'C1', 0)).toBe(0);
  expect(pacer.take('chat.update', 'C2', 0)).toBe(60);
  expect(pacer.take('conversations.history', 'C1', 0)).toBe(0);
  expect(pacer.take('conversations.replies', 'C1', 0)).toBe(0);
  expect(pacer.take('conversations.history', 'C2', 0)).toBe(60);
});

test('other methods are not limited, and nothing is when it is off', () => {
  const limited = createPacer({ ...slackPacing, burst: 1 });
  const open = createPacer(false);
  for (let i = 0; i < 100; i++) {
    expect(limited.take('views.open', '', 0)).toBe(0);
    expect(open.take('chat.postMessage', 'C1', 0)).toBe(0);
  }
});
