import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import type { BoxMessage } from '../../sandbox/slack/control/control.ts';
import { stopwatch } from '../support/stopwatch.ts';
import { channels, openScene, readable, type Scene } from './support/scene.ts';
import { until } from './support/until.ts';
import { alertIdOf, fingerprintOf, webhook } from './support/webhook.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene({
    // Faster than Slack allows, slow enough for a backlog.
    pacing: { posts_per_second: 10, burst: 3, updates_per_minute: 6_000 },
    slackPacing: { postsPerSecond: 10, burst: 6, updatesPerMinute: 6_000, lookupsPerMinute: 600 },
    digest: { threshold: 20, refresh: '1s' },
    routes: [{ name: 'flood', match: ['service="flood"'], channel: channels.sre, actions: ['thread'] }],
  });
});
afterAll(async () => {
  await scene?.[Symbol.asyncDispose]();
});

const names = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${i}`);
const messages = async (channel: string): Promise<readonly BoxMessage[]> =>
  (await scene.world.slack.control.messages(channel)).filter(({ deleted }) => !deleted);
const kind = ({ metadata }: BoxMessage): unknown => metadata?.['event_type'];
const digestsOf = async (channel: string) =>
  (await messages(channel)).filter((message) => kind(message) === 'farmhand_digest');

test('a storm: the most severe first, one digest that counts down, what resolves in time is folded', {
  timeout: 90_000,
}, async () => {
  const severe = names('Severe', 10).map((name) => ({ name }));
  const mild = names('Mild', 90).map((name) => ({ name, labels: { severity: 'info' } }));
  const late = mild.slice(-30);
  await scene.client.send(webhook(...mild, ...severe));
  await scene.client.send(webhook(...late.map((alert) => ({ ...alert, status: 'resolved' as const }))));

  const open = await until(
    'a digest',
    () => digestsOf(channels.alerts),
    (found) => found.length > 0,
  );
  expect(readable(open[0])).toMatch(/⏳ \*?\d+ alerts are waiting for their threads/);
  expect(readable(open[0])).toContain('Mild');
  const books = await scene.ledger.atRest(60_000);
  const [digest, ...more] = await until(
    'its end',
    () => digestsOf(channels.alerts),
    ([one]) => /☑️/.test(one?.text ?? ''),
  );
  expect(more).toEqual([]);

  const roots = (await messages(channels.alerts)).filter((message) => kind(message) === 'farmhand_alert');
  const place = (name: string) => roots.findIndex(({ text }) => text.includes(`: ${name} on`));
  const lastSevere = Math.max(...severe.map(({ name }) => place(name)));
  // What was posted before the severe ones were known may stand before them; no more than one burst.
  expect(lastSevere).toBeLessThan(severe.length + 16);
  for (const { name } of severe) expect(place(name)).toBeGreaterThanOrEqual(0);

  const records = await Promise.all(late.map((alert) => scene.ledger.alert(fingerprintOf(alert))));
  const folded = records.filter((alert) => alert?.thread.state === 'folded').length;
  expect(folded).toBeGreaterThan(0);
  const told = `Caught up: ${100 - folded} threads opened, ${folded} resolved before their turn`;
  expect(digest?.text).toBe(`☑️ ${told}`);
  expect(roots).toHaveLength(100 - folded);
  expect(books).toEqual({
    received: 130,
    threaded: 100 - folded,
    merged: 30,
    suppressed: folded,
    rejected: 0,
    pending: 0,
  });
  expect(await refusals()).toEqual([]);
});

test("one tier's flood does not delay another tier's thread, in its own channel or in the same one", {
  timeout: 60_000,
}, async () => {
  const flood = names('Flood', 150).map((name) => ({ name, labels: { tier: 'noisy', service: 'flood' } }));
  await scene.client.send(webhook(...flood));
  const elsewhere = { name: 'Elsewhere', labels: { tier: 'calm' } };
  const inside = { name: 'Inside', labels: { tier: 'calm', service: 'flood' } };
  await until(
    'the flood to begin',
    () => messages(channels.sre),
    (found) => found.length > 5,
  );
  const [watch, slower] = [stopwatch(), stopwatch()];
  await scene.client.send(webhook(elsewhere, inside));
  await scene.root(alertIdOf(elsewhere));
  expect(watch.stop()).toBeLessThan(1_000);
  await scene.root(alertIdOf(inside), channels.sre);
  expect(slower.stop()).toBeLessThan(3_000);
  const waiting = await scene.client.get<{ lanes: readonly { channel: string; waiting: number }[] }>(
    '/v1/lanes',
  );
  expect(waiting?.lanes.find(({ channel }) => channel === channels.sre)?.waiting).toBeGreaterThan(50);
  await scene.ledger.atRest(40_000);
});

test('a flapping alert is one thread with few messages', { timeout: 60_000 }, async () => {
  const name = 'Flapping';
  const minute = 60_000;
  for (let i = 0; i < 40; i++) {
    const startsAt = Date.UTC(2026, 10, 20, 10) + i * 2 * minute;
    await scene.client.send(webhook({ name, startsAt }));
    await scene.client.send(webhook({ name, startsAt, status: 'resolved', endsAt: startsAt + minute }));
  }
  const id = `${fingerprintOf({ name })}-${Date.UTC(2026, 10, 20, 10).toString(36)}`;
  const root = await scene.rootSaying(id, /Fired 40×/);
  await scene.ledger.atRest();
  const replies = (await messages(channels.alerts)).filter(({ threadTs }) => threadTs === root.ts);
  expect(replies.length).toBeLessThan(40);
  expect(replies.at(-1)?.text).toMatch(/^✅ Resolved/);
});

test('routes change while it runs; a bad file is refused, and the old one stays in force', {
  timeout: 60_000,
}, async () => {
  const original = await readFile(scene.world.configFile, 'utf8');
  const config = parse(original) as { routes: object[] };
  const metric = async (name: string): Promise<string | undefined> => {
    const text = await (await fetch(`${scene.client.url}/metrics`)).text();
    return text.split('\n').find((line) => line.startsWith(name));
  };
  const reload = () => scene.farmhand().signal('SIGHUP');

  const route = {
    name: 'moved',
    match: ['service="moved"'],
    channel: channels.payments,
    actions: ['thread'],
  };
  await writeFile(scene.world.configFile, stringify({ ...config, routes: [route, ...config.routes] }));
  reload();
  await scene.farmhand().waitForLine(/The config was reloaded/);
  const first = { name: 'MovedOne', labels: { service: 'moved' } };
  await scene.client.send(webhook(first));
  await scene.root(alertIdOf(first), channels.payments);

  await writeFile(
    scene.world.configFile,
    stringify({ ...config, routes: [{ ...route, match: ['service~"x"'] }], typo: 1 }),
  );
  reload();
  const line = await scene.farmhand().waitForLine(/The new config is refused/);
  expect(line).toContain('routes[0].match[0]');
  expect(line).toContain('typo');
  expect(await metric('farmhand_config_reload_failed')).toMatch(/ 1$/);
  const second = { name: 'MovedTwo', labels: { service: 'moved' } };
  await scene.client.send(webhook(second));
  await scene.root(alertIdOf(second), channels.payments);

  await writeFile(scene.world.configFile, original);
  reload();
  await until(
    'the old config',
    () => metric('farmhand_config_reload_failed'),
    (text) => text?.endsWith(' 0') === true,
  );
  const third = { name: 'MovedThree', labels: { service: 'moved' } };
  await scene.client.send(webhook(third));
  await scene.root(alertIdOf(third));
});

/** Posts that Slack refused because they came too fast: farmhand keeps to the pace by itself. */
const refusals = async () =>
  (await scene.world.slack.control.journal()).filter(({ outcome }) => outcome === 'rate_limited');
