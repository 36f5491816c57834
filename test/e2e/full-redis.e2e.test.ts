import { afterAll, beforeAll, expect, test } from 'vitest';
import { channels, openScene, readable, type Scene, sam } from './support/scene.ts';
import { until } from './support/until.ts';
import { alertIdOf, webhook } from './support/webhook.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(async () => {
  await scene?.[Symbol.asyncDispose]();
});

const fullness = 'Redis is full: maxmemory is reached, so nothing new can be recorded.';

const redisState = async (): Promise<Readonly<Record<string, unknown>> | undefined> => {
  const { body } = await scene.client.probe('/statusz');
  const all = body['dependencies'] as readonly Readonly<Record<string, unknown>>[];
  return all.find(({ name }) => name === 'redis');
};

test('a full Redis: senders, the status and people are told so, nothing is taken that cannot be kept, and it goes on by itself', async () => {
  const before = alertIdOf({ name: 'Before' });
  await scene.client.send(webhook({ name: 'Before' }));
  const root = await scene.root(before);
  await scene.ledger.quiet();
  await scene.redis.config('SET', 'maxmemory', '1');

  // An event, and a body that belongs into the dead letters: neither is said to be kept.
  for (const body of [webhook({ name: 'Full' }), '{not json']) {
    const answer = await scene.client.post(body);
    expect(answer.status).toBe(503);
    expect(answer.body).toMatchObject({
      error: 'store_unavailable',
      message: expect.stringContaining(fullness),
      hint: expect.stringMatching(/^Send the same body again/),
    });
  }
  const down = await until('Redis to be down', redisState, (redis) => redis?.['state'] === 'down');
  expect(JSON.stringify(down)).toContain(`${fullness} Raise maxmemory (CONFIG SET maxmemory …)`);
  const metrics = await (await fetch(`${scene.client.url}/metrics`)).text();
  expect(metrics).toMatch(/^farmhand_redis_up 0$/m);
  const probes = await Promise.all([scene.client.probe('/livez'), scene.client.probe('/readyz')]);
  expect(probes.map(({ status }) => status)).toEqual([200, 200]);

  await scene.click(root, sam, 'acknowledge');
  expect(await scene.told(sam, /records/)).toContain(`${fullness} Nothing was changed.`);
  // What only reads goes on.
  await scene.world.slack.control.command({
    channel: channels.alerts,
    user: sam,
    command: '/alerts',
    text: 'list',
  });
  expect(await scene.told(sam, /firing/)).toContain('1 alert firing');

  await scene.redis.config('SET', 'maxmemory', '0');
  await scene.client.send(webhook({ name: 'Full' }));
  await scene.root(alertIdOf({ name: 'Full' }));
  const kept = await scene.client.offer('{not json');
  expect([kept?.status, kept?.body]).toMatchObject([
    422,
    { message: expect.stringContaining('dead letters') },
  ]);
  await until('Redis to be up', redisState, (redis) => redis?.['state'] === 'up');
  expect(readable(await scene.root(before))).not.toContain('Acknowledged');
});
