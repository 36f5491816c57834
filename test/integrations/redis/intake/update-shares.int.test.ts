import { expect, test } from 'vitest';
import { sharesOf } from '../../../../src/access/tiers.ts';
import { createKeys } from '../../../../src/integrations/redis/shared/keys.ts';
import { createPacer } from '../../../../src/integrations/redis/shared/pacer.ts';
import { redisOfFile } from '../../../support/redis/of-file.ts';

const server = redisOfFile();

/** 60 a minute, twelve at once: six for whoever comes first, and two for each tier and for what is nobody's. */
const rate = { perSecond: 1, burst: 12 };
const list = [
  { name: 'alpha', channels: ['C0A1', 'C0A2'], default_channel: 'C0A1' },
  { name: 'beta', channels: [], default_channel: 'C0B' },
];
const world = (prefix: string, told = true) => {
  const clock = { now: 1_800_000_000_000 };
  const pacer = createPacer(
    server.redis,
    createKeys(prefix),
    () => ({ post: rate, update: rate }),
    () => clock.now,
    () => (told ? sharesOf({ list }) : undefined),
  );
  return { clock, pacer };
};

test('one tier’s storm of updates takes its part and what is free, and never another’s', async () => {
  const { clock, pacer } = world('storm');
  const taken = { storm: 0, beta: 0, nobody: 0 };
  for (let second = 0; second < 120; second++) {
    clock.now += 1_000;
    taken.storm += (await pacer.take('update', 'C0A2', 100)).granted;
    // One of the others asks now and then, after the storm.
    if (second % 6 === 0) taken.beta += (await pacer.take('update', 'C0B', 1)).granted;
    if (second % 6 === 3) taken.nobody += (await pacer.take('update', 'C0SHARED', 1)).granted;
  }
  expect(taken).toMatchObject({ beta: 20, nobody: 20 });
  // Its sixth and the free half of 120, and what may come at once.
  expect(taken.storm).toBeGreaterThanOrEqual(80);
  expect(taken.storm).toBeLessThanOrEqual(80 + rate.burst);
});

test('all together have no more than Slack allows, and each is told when the next may go', async () => {
  const { clock, pacer } = world('all');
  let all = 0;
  for (let second = 0; second < 120; second++) {
    clock.now += 1_000;
    for (const channel of ['C0A1', 'C0B', 'C0SHARED'])
      all += (await pacer.take('update', channel, 100)).granted;
  }
  expect(all).toBeLessThanOrEqual(120 + rate.burst);
  const { granted, waitMs } = await pacer.take('update', 'C0B', 1);
  expect(granted).toBe(0);
  clock.now += waitMs;
  expect((await pacer.take('update', 'C0B', 1)).granted).toBe(1);
});

test('a 429 holds all of them back; posts are a channel’s own', async () => {
  const { clock, pacer } = world('held');
  await pacer.hold('update', 'C0A1', 5_000);
  for (const channel of ['C0A1', 'C0B', 'C0SHARED']) {
    expect(await pacer.take('update', channel, 1)).toEqual({ granted: 0, waitMs: 5_000 });
  }
  expect((await pacer.take('post', 'C0B', 1)).granted).toBe(1);
  clock.now += 5_000;
  for (const channel of ['C0A1', 'C0B']) {
    expect((await pacer.take('update', channel, 1)).granted).toBe(1);
  }
});

test('without tiers all of it is for whoever comes first', async () => {
  const { pacer } = world('none', false);
  expect((await pacer.take('update', 'C0A1', 100)).granted).toBe(12);
  expect((await pacer.take('update', 'C0B', 1)).granted).toBe(0);
});
