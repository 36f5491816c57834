import { join } from 'node:path';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { startRedis } from '../../../sandbox/redis/start.ts';
import type { Alert } from '../../../src/alerts/model/alert.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { openRebuildScene, type RebuildScene } from '../support/rebuild-scene.ts';
import { nora, sam } from '../support/scene.ts';
import { alertIdOf, start, type WebhookAlert, webhook } from '../support/webhook.ts';
import { entriesOf, keep, putBack, type Told, toldBy } from './kept-records.ts';

/**
 * Of everything that farmhand keeps some, as it is while people are at it. With KEEP_RECORDS=0.2.0 it is kept as a fixture that
 * every later version has to read (test/integrations/redis/transfer/kept-records.int.test.ts): once a release.
 */
test('what is on record is read from a copy as from the original', {
  timeout: 240_000,
  tags: ['long'],
}, async () => {
  await using on = await openRebuildScene({ alerts: { refire_window: '1s' } });
  await alertsOf(on);
  await rebuildsOf(on);
  // As a crash leaves it, with jobs that wait.
  on.scene.farmhand().signal('SIGKILL');
  const at = Date.now();
  const entries = await entriesOf(on.scene.redis);
  const told = await toldBy(on.scene.redis);

  await using server = await startRedis();
  const copy = new Redis(server.url);
  await putBack(copy, entries);
  expect(await toldBy(copy)).toEqual(told);
  copy.disconnect();
  expect(kindsOf(told)).toMatchObject({
    alerts: expect.arrayContaining([
      ...['acknowledged', 'firing', 'group', 'member', 'resolved', 'silenced', 'thread open'],
      ...['silence done', 'ticket done'],
    ]),
    archived: true,
    rebuilds: ['cancelled', 'paused', 'running', 'waits for approval'],
    has: ['events', 'jobs', 'journals', 'auditRecords', 'books'],
  });
  const name = process.env['KEEP_RECORDS'];
  if (name) keep(join(import.meta.dirname, `../../fixtures/records/${name}.json.gz`), { at, entries, told });
});

const alertsOf = async ({ scene }: RebuildScene): Promise<void> => {
  const { client } = scene;
  const alerts = {
    plain: { name: 'Latency' },
    acked: { name: 'Errors' },
    silenced: { name: 'DiskNoise' },
    over: { name: 'Flapped' },
    again: { name: 'Returned' },
    database: { name: 'DatabasePrimaryDown' },
  } as const satisfies Record<string, WebhookAlert>;
  await client.send(webhook(...Object.values(alerts)));
  const disks = [0, 1, 2].map(
    (n): WebhookAlert => ({ name: 'DiskWillFillIn4Hours', labels: { pod: `db-${n}` } }),
  );
  await client.send(webhook(...disks));
  expect((await client.offer('{ not json'))?.status).toBe(422);
  await scene.click(await scene.root(alertIdOf(alerts.acked)), sam, 'acknowledge');
  await scene.say(
    await scene.root(alertIdOf(alerts.silenced)),
    nora,
    'silence 2h because the disk is swapped',
  );
  await scene.rootSaying(alertIdOf(alerts.silenced), /[Ss]ilenced/);
  await scene.root(alertIdOf(alerts.over));
  await client.send(webhook({ ...alerts.over, status: 'resolved' }, { ...alerts.again, status: 'resolved' }));
  // Another firing long after the first one: an alert of its own, and the one before is archived.
  const later = { ...alerts.again, startsAt: start + 90_000 };
  await client.send(webhook(later));
};

const rebuildsOf = async (on: RebuildScene): Promise<void> => {
  const { books, inStep, reply, card, rebuilds } = on;
  for (const instance of ['system6', 'system7'] as const) rebuilds.engine.speed(instance, 0.1);
  const six = await on.start(sam, 'system6');
  const seven = await on.start(sam, 'system7');
  const eight = await on.start(sam, 'system8', 'forced');
  const gov = await on.start(sam, 'systemgov1');
  await on.dcr(sam, 'cancel system8 the dataset is wrong');
  await inStep(six.id, 'rebuild');
  await inStep(seven.id, 'rebuild');
  await reply(seven.id, nora, 'pause waiting for the customer');
  await card(seven.id, /[Pp]aused/);
  await books.told(eight.id, 120_000);
  await books.when('who could approve', gov.id, ({ approvers }) => approvers !== undefined);
};

/** What is there: a fixture that lacks one of these shows nothing of it. */
const kindsOf = ({ alerts, rebuilds, events, jobs, journals, auditRecords, books }: Told) => ({
  alerts: [...new Set(alerts.flatMap(kindOfAlert))].sort(),
  archived: alerts.length > new Set(alerts.map(({ fingerprint }) => fingerprint)).size,
  rebuilds: rebuilds.map((one) => kindOfRebuild(one)).sort(),
  has: Object.entries({ events, jobs, journals, auditRecords, books }).flatMap(([name, of]) =>
    typeof of === 'number' ? (of > 0 ? name : []) : Object.keys(of).length > 0 ? name : [],
  ),
});

const kindOfAlert = ({
  status,
  ack,
  silence,
  group,
  memberOf,
  actions,
  thread,
}: Alert): readonly string[] => [
  status,
  `thread ${thread.state}`,
  ...(ack ? ['acknowledged'] : []),
  ...(silence ? ['silenced'] : []),
  ...(group ? ['group'] : []),
  ...(memberOf ? ['member'] : []),
  ...actions.map(({ kind, state }) => `${kind} ${state}`),
];

const kindOfRebuild = ({ phase, pause, approvers }: Rebuild): string =>
  pause ? 'paused' : approvers ? 'waits for approval' : phase;
