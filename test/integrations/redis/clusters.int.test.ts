import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RedisServer, startRedis } from '../../../sandbox/redis/start.ts';
import type { Alert } from '../../../src/alerts/model/alert.ts';
import { createIngest } from '../../../src/intake/ingest.ts';
import { decodeMessage } from '../../../src/intake/parse/decode.ts';
import { clusterRules } from '../../../src/intake/parse/identity.ts';
import { connectRedis } from '../../../src/integrations/redis/shared/client.ts';
import { createRouteTable } from '../../../src/routes/table.ts';
import { fixtureOf } from '../../intake/parse/cluster-fixtures.ts';
import { context, envelope, message } from '../../intake/wire/messages.ts';
import { openRecordClient, type RecordClient } from '../../support/record-client.ts';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

const plain = 'aaaabbbbccccdddd';
const start = Date.UTC(2026, 10, 20, 14, 13, 42, 123);
const id = `${plain}-${start.toString(36)}`;

/** A record of an open thread as farmhand wrote it before it knew clusters, byte by byte. */
const oldRecord = (url: string): string =>
  `3|1|${start.toString(36)}|${start.toString(36)}|${JSON.stringify([
    id,
    'alertmanager',
    url,
    'default',
    { alertname: 'KubePodCrashLooping', namespace: 'shop', pod: 'web-0', severity: 'critical' },
    { summary: 'Disk is filling' },
    0,
    0,
    0,
    0,
    { alertmanager: 0 },
    'firing',
    start,
    0,
    1,
    '(default)',
    'C0ALERTS',
    { state: 'open', ts: '1763648022.000100', at: start, shown: 'x' },
    [],
    0,
    [],
  ])}`;

const ingestOn = (client: RecordClient) => {
  const clusters = clusterRules({
    clusters: { header: 'cluster' },
    alertmanagers: ['test', 'stage'].map((cluster) => ({
      name: cluster,
      url: 'http://127.0.0.1:9093',
      external_url: `http://am.${cluster}.example:9093`,
      cluster,
    })),
  });
  return createIngest({
    decode: (raw) => decodeMessage(raw, { ...context, clusters }),
    store: client.alerts,
    deadLetters: { keep: async () => {} },
    routes: () => createRouteTable({ routes: [], slack: { default_channel: 'C0ALERTS' } }),
    policy: () => ({ refireWindow: 4 * 3_600_000, staleGrace: 300_000, clusterOf: clusters.clusterOf }),
    onOutcome: () => {},
  });
};

const thread = ({ cluster, status, thread: { state } }: Alert): string => `${cluster}: ${status}, ${state}`;

test('a thread of before the upgrade goes on for its own cluster, with two replicas at it, and the other cluster gets its own', async () => {
  const options = { url: redis.url, prefix: 'upgrade', commandTimeout: 10_000 };
  await using client = await openRecordClient(options);
  await using other = await openRecordClient(options);
  const { keys } = client;
  const raw = connectRedis({ to: redis.url, commandTimeout: 10_000 });
  await new Promise((ready) => raw.once('ready', ready));
  await raw.set(keys.full(keys.series(plain)), oldRecord('http://am.test.example:9093'));
  await raw.zadd(keys.open, start, id);
  raw.disconnect();

  let requests = 0;
  const send = (on: RecordClient, name: string) =>
    ingestOn(on).ingest([
      message(fixtureOf(name), { position: { via: 'http', request: `r${++requests}`, index: 0 } }),
    ]);
  // Both replicas take both clusters' alerts at the same time.
  await Promise.all(
    [client, other].flatMap((on) => [
      send(on, '10b-cluster-stage'),
      send(on, '10a-cluster-test'),
      send(on, '10b-cluster-stage'),
    ]),
  );
  const firing = await client.queries.list({ limit: 10, status: 'firing' });
  expect(firing.alerts.map(thread).sort()).toEqual(['stage: firing, wanted', 'test: firing, open']);
  expect(firing.alerts.find(({ cluster }) => cluster === 'test')).toMatchObject({ id, events: 3 });

  await send(other, '10c-cluster-test-resolved');
  const { alerts } = await client.queries.list({ limit: 10 });
  expect(alerts.map(thread).sort()).toEqual(['stage: firing, wanted', 'test: resolved, open']);
  // By its id of old, and by its thread, it is still found.
  expect((await client.queries.get(id))?.status).toBe('resolved');
  const books = await client.queries.books();
  expect(books.received).toBe(
    books.threaded + books.merged + books.suppressed + books.rejected + books.pending,
  );
  expect((await client.queries.list({ limit: 10, labels: { cluster: 'stage' } })).alerts).toHaveLength(1);
  const fits = ({ status }: Alert): boolean => status === 'resolved';
  expect((await client.queries.list({ limit: 10, fits })).alerts.map(thread)).toEqual([
    'test: resolved, open',
  ]);
});

test('an event whose id was written without a cluster is known by it to its own alert, and to no other', async () => {
  await using client = await openRecordClient({
    url: redis.url,
    prefix: 'former-ids',
    commandTimeout: 10_000,
  });
  const ingest = ingestOn(client);
  let requests = 0;
  const ci = (cluster: string | undefined, id = '1') =>
    ingest.ingest([
      message(envelope('adhoc', { key: 'disk', title: 'Disk' }, { id, source: 'ci' }), {
        position: { via: 'http', request: `f${++requests}`, index: 0 },
        ...(cluster !== undefined && { cluster }),
      }),
    ]);
  await ci(undefined);
  await ci('test');
  // The first event that belongs to a cluster marks the record as that cluster's.
  await ci('test', '2');
  for (const cluster of ['test', 'stage', 'stage']) await ci(cluster);
  const { alerts } = await client.queries.list({ limit: 9 });
  expect(alerts.map(({ cluster, events }) => `${cluster}: ${events}`).sort()).toEqual([
    'stage: 1',
    'test: 2',
  ]);
});
