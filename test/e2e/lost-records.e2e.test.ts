import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BoxMessage } from '../../sandbox/slack/control/control.ts';
import { channels, openScene, readable, type Scene, sam, unpaced } from './support/scene.ts';
import { dump, restore } from './support/snapshot.ts';
import { until } from './support/until.ts';
import { alertIdOf, type WebhookAlert, webhook } from './support/webhook.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(async () => {
  await scene?.[Symbol.asyncDispose]();
});

const alertsOf = (name: string, count: number): readonly WebhookAlert[] =>
  Array.from({ length: count }, (_, i) => ({ name, labels: { pod: `${name.toLowerCase()}-${i}` } }));

const rootsOf = async (name: string): Promise<readonly BoxMessage[]> =>
  (await scene.world.slack.control.messages(channels.alerts)).filter(
    (message) => !message.deleted && !message.threadTs && message.text.includes(`${name} on`),
  );

const saying = (roots: readonly BoxMessage[], word: string): number =>
  roots.filter(({ text }) => text.includes(word)).length;

const notices = async (): Promise<readonly BoxMessage[]> =>
  (await scene.world.slack.control.messages(channels.alerts)).filter(
    (message) => !message.deleted && /records/.test(message.text),
  );

/** Half of them are reported once more, the others are over. */
const halfOver = async (alerts: readonly WebhookAlert[]): Promise<void> => {
  const half = alerts.length / 2;
  await scene.client.send(webhook(...alerts.slice(0, half)));
  const over = alerts.slice(half).map((alert) => ({ ...alert, status: 'resolved' as const }));
  await scene.client.send(webhook(...over));
};

const fired = async (name: string, count: number) => {
  const alerts = alertsOf(name, count);
  await scene.client.send(webhook(...alerts));
  const all = (roots: readonly BoxMessage[]) => roots.length === count;
  const roots = await until(`${count} roots`, () => rootsOf(name), all, 60_000);
  await scene.ledger.quiet();
  return { alerts, roots, ts: new Set(roots.map(({ ts }) => ts)) };
};

/** Once as many say so: the roots of before, and no others. */
const sameRoots = async (name: string, before: ReadonlySet<string>, word: string, count: number) => {
  const enough = (roots: readonly BoxMessage[]) => saying(roots, word) >= count;
  await until(`${count} × ${word}`, () => rootsOf(name), enough, 60_000);
  await scene.ledger.quiet();
  const roots = await rootsOf(name);
  expect(new Set(roots.map(({ ts }) => ts))).toEqual(before);
  expect(roots).toHaveLength(before.size);
  expect(saying(roots, word)).toBe(count);
  return roots;
};

const recovered = (count: number) =>
  until(
    `${count} notices of a recovery`,
    notices,
    (all) => all.filter(({ text }) => /has recovered/.test(text)).length === count,
    60_000,
  );

test('a first start says nothing of lost records', async () => {
  await scene.client.send(webhook({ name: 'First' }));
  await scene.root(alertIdOf({ name: 'First' }));
  expect(await notices()).toEqual([]);
});

test('Redis is flushed under a living farmhand: no second thread, and resolves close the old ones', async () => {
  const { alerts, roots, ts } = await fired('Flushed', 40);
  await scene.click(roots[0] as BoxMessage, sam, 'acknowledge');
  const acked = (all: readonly BoxMessage[]) => saying(all, 'Acknowledged') === 1;
  await until('the acknowledgement', () => rootsOf('Flushed'), acked);
  await scene.ledger.atRest();

  await scene.redis.flushall();
  await halfOver(alerts);
  const after = await sameRoots('Flushed', ts, 'Resolved', 20);
  expect(saying(after, 'Acknowledged')).toBe(1);
  const [notice, ...more] = await recovered(1);
  expect(more).toEqual([]);
  expect(readable(notice)).toContain('Redis was empty');
});

test('everything stops and Redis comes back empty: no second thread, and resolves close the old ones', async () => {
  const { alerts, ts } = await fired('Stopped', 40);
  await scene.farmhand().stop();
  await scene.redis.flushall();
  await scene.start();
  await halfOver(alerts);
  await sameRoots('Stopped', ts, 'Resolved', 20);
  await recovered(2);
});

test('a snapshot from before is put back under a living farmhand', async () => {
  const old = await fired('Kept', 10);
  const snapshot = await dump(scene.redis);
  const later = await fired('Forgotten', 10);
  await restore(scene.redis, snapshot);
  await halfOver(old.alerts);
  await halfOver(later.alerts);
  await sameRoots('Kept', old.ts, 'Resolved', 5);
  await sameRoots('Forgotten', later.ts, 'Resolved', 5);
  expect(readable((await recovered(3)).at(-1))).toContain('an older copy of itself');
});

test('everything stops and an old snapshot comes back', async () => {
  const old = await fired('KeptToo', 10);
  const snapshot = await dump(scene.redis);
  const later = await fired('ForgottenToo', 10);
  await scene.farmhand().stop();
  await restore(scene.redis, snapshot);
  // As after an hour: nobody who is alive remembers.
  await scene.redis.hset('{farmhand}:mark', 'at', Date.now() - 60_000);
  await scene.start();
  await halfOver(old.alerts);
  await halfOver(later.alerts);
  await sameRoots('KeptToo', old.ts, 'Resolved', 5);
  await sameRoots('ForgottenToo', later.ts, 'Resolved', 5);
  await recovered(4);
});

test('an alert of which nobody says a word any more does not burn for ever', async () => {
  await using quick = await openScene({ ...unpaced, alerts: { recovery: { settle_after: '3s' } } });
  const alert = { name: 'Silent', labels: { pod: 'silent-0' } };
  const later = { name: 'Later', labels: { pod: 'later-0' } };
  await quick.client.send(webhook(alert));
  await quick.client.send(webhook(later));
  const root = await quick.root(alertIdOf(alert));
  const laterRoot = await quick.root(alertIdOf(later));
  await quick.ledger.quiet();
  await quick.redis.flushall();
  const unknown = await quick.rootSaying(alertIdOf(alert), /^❔ State unknown: Silent on silent-0/);
  expect(unknown.ts).toBe(root.ts);
  // A source that repeats itself less often than that, in the very moment in which its root is marked.
  await quick.client.send(webhook(alert));
  const again = await quick.rootSaying(alertIdOf(alert), /^(?!❔).*Silent on silent-0/);
  expect(again.ts).toBe(root.ts);
  await quick.client.send(webhook({ ...alert, status: 'resolved' }));
  expect((await quick.rootSaying(alertIdOf(alert), /^✅ Resolved/)).ts).toBe(root.ts);
  await until(
    'the recovery to be done with',
    () => quick.redis.hget('{farmhand}:mark', 'recovery'),
    (recovery) => /"settled"/.test(recovery ?? ''),
  );
  await quick.client.send(webhook(later));
  expect((await quick.rootSaying(alertIdOf(later), /^(?!❔).*Later on later-0/)).ts).toBe(laterRoot.ts);
});
