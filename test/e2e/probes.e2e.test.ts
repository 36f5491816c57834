import { afterAll, beforeAll, expect, test } from 'vitest';
import { openScene, type Scene, unpaced } from './support/scene.ts';
import { until } from './support/until.ts';
import { alertIdOf, webhook } from './support/webhook.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene({ ...unpaced, kafka: 'always' });
});
afterAll(async () => {
  await scene?.[Symbol.asyncDispose]();
});

/** A dependency that takes connections and answers nothing, or takes none. */
const holes: readonly (readonly [string, () => unknown, () => unknown])[] = [
  ['Redis hangs', () => scene.world.redis.pause(), () => scene.world.redis.resume()],
  ['Redis is gone', () => scene.world.redis.kill(), () => scene.world.redis.restart()],
  ['Kafka hangs', () => scene.world.kafka?.pause(), () => scene.world.kafka?.resume()],
  [
    'Slack hangs',
    () => scene.world.slack.control.outage('hang'),
    () => scene.world.slack.control.outage('off'),
  ],
  [
    'Slack is gone',
    () => scene.world.slack.control.outage('drop'),
    () => scene.world.slack.control.outage('off'),
  ],
  ['Jira is gone', () => scene.world.jira.control.outage(true), () => scene.world.jira.control.outage(false)],
  [
    'all of them at once',
    async () => {
      scene.world.redis.pause();
      scene.world.kafka?.pause();
      scene.world.jira.control.outage(true);
      await scene.world.slack.control.outage('hang');
    },
    async () => {
      scene.world.redis.resume();
      scene.world.kafka?.resume();
      scene.world.jira.control.outage(false);
      await scene.world.slack.control.outage('off');
    },
  ],
];

test.each(holes)('%s: alive and ready, answered at once', { timeout: 60_000 }, async (what, open, close) => {
  await scene.ledger.quiet();
  await open();
  try {
    // Work that runs into the hole.
    await scene.client.post(webhook({ name: `Probe ${what}` })).catch(() => undefined);
    const began = performance.now();
    while (performance.now() - began < 2_000) {
      for (const path of ['/livez', '/readyz', '/statusz'] as const) {
        const { status, ms } = await scene.client.probe(path);
        expect({ path, status, quick: ms < 1_000 }).toEqual({ path, status: 200, quick: true });
      }
    }
  } finally {
    await close();
  }
  // And afterwards everything goes on by itself.
  const name = `After ${what}`;
  await scene.client.send(webhook({ name }));
  await until(
    'its root',
    () => scene.client.alert(alertIdOf({ name })),
    (alert) => alert?.thread.state === 'open',
    40_000,
  );
});

test('at SIGTERM it is not ready at once, alive to the end, and gone within 20 s', async () => {
  const began = performance.now();
  const stopped = scene.farmhand().stop();
  const ready = () =>
    scene.client.probe('/readyz').then(
      ({ status }) => status,
      () => 0,
    );
  expect(await until('not ready', ready, (status) => status !== 200, 1_000)).toSatisfy(
    (status: number) => status === 503 || status === 0,
  );
  expect(await stopped).toEqual({ code: 0, signal: null });
  expect(performance.now() - began).toBeLessThan(20_000);
});

test('it starts, alive and not in a crash loop, while Redis and Slack are away; and works when they are back', {
  timeout: 60_000,
}, async () => {
  await scene.world.redis.kill();
  await scene.world.slack.control.outage('drop');
  const starting = scene.world.start();
  const live = () =>
    scene.client.probe('/livez').then(
      ({ status }) => status,
      () => 0,
    );
  await until('alive', live, (status) => status === 200, 20_000);
  await scene.world.redis.restart();
  await scene.world.slack.control.outage('off');
  const farmhand = await starting;
  await scene.client.send(webhook({ name: 'Cold start' }));
  await scene.root(alertIdOf({ name: 'Cold start' }));
  expect(farmhand.running).toBe(true);
});
