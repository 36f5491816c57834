import { afterAll, beforeAll, expect, test } from 'vitest';
import { channels, openScene, type Scene } from '../support/scene.ts';
import { until } from '../support/until.ts';
import { type WebhookAlert, webhook } from '../support/webhook.ts';

/** 10,000 alerts of 20 causes, at the pace that Slack allows. */
let scene: Scene;
beforeAll(async () => {
  scene = await openScene({
    pacing: { posts_per_second: 1, burst: 3, updates_per_minute: 50 },
    slackPacing: { postsPerSecond: 1, burst: 6, updatesPerMinute: 60, lookupsPerMinute: 600 },
    routes: [{ name: 'groups', group_by: ['service'], actions: ['thread'] }],
    digest: { threshold: 20, refresh: '10s' },
  });
});
afterAll(async () => {
  await scene?.[Symbol.asyncDispose]();
});

const groups = 20;
const each = 500;

const metrics = async (): Promise<readonly string[]> =>
  (await (await fetch(`${scene.client.url}/metrics`)).text()).split('\n');
const sumOf = (lines: readonly string[], name: string): number =>
  lines
    .filter((line) => line.startsWith(name))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);

test('10,000 alerts in 20 groups are 20 roots, and a bounded number of calls', {
  timeout: 240_000,
}, async () => {
  const began = performance.now();
  const seconds = () => Math.round((performance.now() - began) / 100) / 10;
  for (let n = 0; n < each; n += 100) {
    const bodies = Array.from({ length: groups }, (_, g) =>
      webhook(
        ...Array.from(
          { length: 100 },
          (_, i): WebhookAlert => ({
            name: 'Down',
            labels: { service: `s${g}`, instance: `node-${n + i}` },
          }),
        ),
      ),
    );
    await Promise.all(bodies.map((body) => scene.client.send(body)));
  }
  const taken = seconds();
  const roots = async () =>
    (await scene.world.slack.control.messages(channels.alerts)).filter(
      ({ metadata, deleted }) => metadata?.['event_type'] === 'farmhand_alert' && !deleted,
    );
  await until('20 roots', roots, (found) => found.length >= groups, 60_000);
  const rooted = seconds();
  const complete = async () =>
    (await roots()).filter(({ blocks }) => JSON.stringify(blocks).includes('500 firing')).length;
  await until('all to be counted', complete, (count) => count === groups, 120_000);
  const counted = seconds();
  const lines = await metrics();
  const calls = sumOf(lines, 'farmhand_slack_calls_total{method="chat.');
  console.log(
    [
      `taken in after ${taken} s, 20 roots after ${rooted} s, all counts right after ${counted} s`,
      `${calls} calls to post or update, ${Math.round(sumOf(lines, 'process_resident_memory_bytes') / 1e6)} MB`,
    ].join('; '),
  );
  expect(await roots()).toHaveLength(groups);
  // Posts at 1 a second, updates at 50 a minute, and the bursts of both.
  expect(calls).toBeLessThan(counted * (1 + 50 / 60) + 20);
  expect((await scene.ledger.books()).received).toBe(groups * each);
});
