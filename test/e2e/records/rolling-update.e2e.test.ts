import { Queue } from 'bullmq';
import { expect, test } from 'vitest';
import { queueNames } from '../../../src/jobs/nudges.ts';
import { openPreviousVersion } from '../support/previous-version.ts';
import { type Replica, startReplica } from '../support/replica.ts';
import { channels, openScene, type Scene, sam } from '../support/scene.ts';
import { until } from '../support/until.ts';
import { alertIdOf, fingerprintOf, type WebhookAlert, webhook } from '../support/webhook.ts';

const alerts = (name: string): readonly WebhookAlert[] =>
  Array.from({ length: 6 }, (_, n) => ({ name, labels: { pod: `pod-${n}` } }));

/** Each to the next replica, as a Service would spread them. */
const spread = async (
  to: readonly Pick<Replica, 'client'>[],
  sent: readonly WebhookAlert[],
): Promise<void> => {
  for (const [n, alert] of sent.entries()) await to[n % to.length]?.client.send(webhook(alert));
};

/** Every alert has one thread, and it says so. */
const told = async (
  { ledger, rootSaying }: Scene,
  sent: readonly WebhookAlert[],
  text: RegExp,
): Promise<void> => {
  for (const alert of sent) {
    await ledger.told(fingerprintOf(alert));
    await rootSaying(alertIdOf(alert), text);
  }
};

test('a rolling update and its way back: the version before and this one work on one Redis at once, and either goes on alone', {
  timeout: 300_000,
  tags: ['long'],
}, async ({ skip }) => {
  await using before = await openPreviousVersion();
  if (before === undefined) return skip('git’s history does not go back to the version before');
  await using scene = await openScene(undefined, { main: before.main });
  const { world, client, ledger } = scene;
  const old = { client };
  const first = alerts('ByTheOldOne');
  await spread([old], first);
  await told(scene, first, /firing/i);
  await scene.click(await scene.root(alertIdOf(first[0] as WebhookAlert)), sam, 'acknowledge');
  await scene.rootSaying(alertIdOf(first[0] as WebhookAlert), /acknowledged/i);

  // Surge: the new one comes up beside it, and both take in, post and hear people.
  const next = await startReplica(world);
  const both = alerts('ByBoth');
  await spread([old, next], both);
  await spread([next, old], both);
  await told(scene, both, /firing/i);
  const ids = async (from: Replica['client']) => (await from.alerts()).map(({ id }) => id).toSorted();
  expect(await ids(next.client)).toEqual(await ids(client));
  await spread(
    [next, old],
    [...first.slice(0, 3), ...both.slice(0, 3)].map((one) => ({ ...one, status: 'resolved' as const })),
  );
  await told(scene, [...first.slice(0, 3), ...both.slice(0, 3)], /resolved/i);

  // The old one is let go, and the new one has all of it.
  await scene.farmhand().stop();
  const after = alerts('ByTheNewOne');
  await spread([next], after);
  await told(scene, after, /firing/i);
  await until('the sockets of the new one', world.slack.control.openSockets, (open) => open >= 2);
  for (const alert of [both[3], after[0]] as readonly WebhookAlert[]) {
    await scene.click(await scene.root(alertIdOf(alert)), sam, 'acknowledge');
    await scene.rootSaying(alertIdOf(alert), /acknowledged/i);
  }

  // Back: the old one comes up beside the new one, which dies; it reads what the new one wrote.
  await scene.start();
  await next.process.kill();
  await spread(
    [old],
    [...after, ...both.slice(3)].map((one) => ({ ...one, status: 'resolved' as const })),
  );
  await told(scene, [...after, ...both.slice(3)], /resolved/i);
  const last = alerts('AfterTheWayBack');
  await spread([old], last);
  await told(scene, last, /firing/i);

  const books = await ledger.atRest();
  expect(books.received).toBe(
    books.threaded + books.merged + books.suppressed + books.rejected + books.pending,
  );
  expect([books.rejected, books.pending]).toEqual([0, 0]);
  for (const name of Object.values(queueNames)) {
    const queue = new Queue(name, { connection: { url: world.redis.url }, prefix: '{farmhand}' });
    expect([name, await queue.getFailedCount()]).toEqual([name, 0]);
    await queue.close();
  }
  const roots = (await world.slack.control.messages(channels.alerts)).filter(
    ({ threadTs, deleted, ephemeralTo }) => threadTs === undefined && !deleted && ephemeralTo === undefined,
  );
  expect(roots).toHaveLength(first.length + both.length + after.length + last.length);
});
