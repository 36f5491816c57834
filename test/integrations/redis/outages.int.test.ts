import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { startRedis } from '../../../sandbox/redis/start.ts';
import { createAlertService } from '../../../src/alerts/alert-service.ts';
import { StoreUnavailable } from '../../../src/core/errors.ts';
import { anAlert } from '../../builders/alert.ts';
import { allowAll } from '../../fakes/access.ts';
import { memoryAudit } from '../../fakes/audit.ts';
import { noGroups } from '../../fakes/silence-scopes.ts';
import { openRecordClient, type RecordClient } from '../../support/record-client.ts';
import { stopwatch } from '../../support/stopwatch.ts';

const put = async (client: RecordClient) => {
  const alert = anAlert();
  const created = { before: undefined, after: alert, archived: [], journal: [], events: [], nonces: [] };
  expect(await client.alerts.takeIn([created], [])).toEqual([]);
  return { ...alert, version: 1 };
};

const serviceOf = ({ alerts }: RecordClient) =>
  createAlertService({
    store: alerts,
    now: Date.now,
    can: { ticket: true, silence: true },
    access: allowAll,
    audit: memoryAudit(),
    safe: (text) => text,
    instanceOf: () => undefined,
    groups: noGroups,
  });

test('a Redis that hangs is given up within two seconds, and a write that it does later is refused', async () => {
  await using redis = await startRedis();
  await using client = await openRecordClient({ url: redis.url });
  const alert = await put(client);
  // The record is read before Redis hangs, so that the write is what waits in its socket.
  const watch = stopwatch();
  const update = client.alerts.update(alert.id, (seen) => {
    redis.pause();
    return { write: { alert: { ...seen, ack: { by: { id: 'U1' }, at: 1 } }, journal: [] } };
  });
  await expect(update).rejects.toThrow(StoreUnavailable);
  expect(watch.stop()).toBeLessThan(2_000);
  await expect(serviceOf(client).apply(alert.id, { verb: 'acknowledge' }, { id: 'U1' })).rejects.toThrow(
    StoreUnavailable,
  );
  redis.resume();
  await using later = await openRecordClient({ url: redis.url });
  // Redis answers in the order in which it was asked, so the late write has been dealt with by now.
  expect(await later.alerts.getMany([alert.id])).toEqual(new Map([[alert.id, alert]]));
  expect(await serviceOf(later).apply(alert.id, { verb: 'acknowledge' }, { id: 'U1' })).toMatchObject({
    ok: true,
    changed: true,
  });
});

test('what was answered is there after kill -9, and the connection comes back by itself', async () => {
  await using redis = await startRedis({ args: ['--appendfsync', 'always'] });
  await using client = await openRecordClient({ url: redis.url });
  const alert = await put(client);
  await redis.kill();
  await expect(client.alerts.getMany([alert.id])).rejects.toThrow(StoreUnavailable);
  const back = client.ready();
  await redis.restart();
  await back;
  expect(await client.alerts.getMany([alert.id])).toEqual(new Map([[alert.id, alert]]));
  const view = await client.lanes.peek(alert.channel, Date.now(), { posts: 10, updates: 10 });
  expect(view.posts).toEqual([alert.id]);
});

test('with replicas wanted, a record counts as durable only once they have it', async () => {
  await using redis = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] });
  await using replica = await startRedis({ args: ['--replicaof', '127.0.0.1', String(redis.port)] });
  await using client = await openRecordClient({ url: redis.url, waitReplicas: 1, commandTimeout: 3_000 });
  await linked(redis.port);
  const alert = await put(client);
  replica.pause();
  const late = client.alerts.update(alert.id, (seen) => ({
    write: { alert: { ...seen, fired: 2 }, journal: [] },
  }));
  await expect(late).rejects.toThrow(
    'Only 0 of 1 replicas have the record; it does not count as durable yet.',
  );
  replica.resume();
});

/** Once the replica has taken the first copy over, and confirms writes. */
const linked = async (port: number): Promise<void> => {
  await expect.poll(() => confirming(port), { timeout: 20_000, interval: 50 }).toBe(1);
};

/** How many replicas confirm a write within a second. */
const confirming = (port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    let text = '';
    socket.once('error', reject).on('data', (data) => {
      text += data.toString('latin1');
      const answer = /^\+OK\r\n:(\d+)\r\n/.exec(text);
      if (!answer) return;
      socket.destroy();
      resolve(Number(answer[1]));
    });
    socket.write('SET probe 1\r\nWAIT 1 1000\r\n');
  });
