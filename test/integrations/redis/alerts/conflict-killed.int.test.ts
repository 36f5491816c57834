import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProcess } from '../../../../sandbox/process/process.ts';
import { type RedisServer, startRedis } from '../../../../sandbox/redis/start.ts';
import { batch, first, openStore, takeIn } from './conflict-store.ts';

/** Somebody is faster with one alert of a batch, and the process is killed on its way from that conflict to the next write. */

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

const phases = ['before', 'sent', 'answered'] as const;
const points = [1, 2, 3].flatMap((write) => phases.map((phase) => [write, phase] as const));

test.for(points)(
  'killed (−9), write %i, %s: taken in again, each event counts once',
  {
    timeout: 60_000,
  },
  async ([write, phase]) => {
    const prefix = `killed-${write}-${phase}`;
    using store = await openStore(server.url, prefix);
    await takeIn(store.alerts, [first]);
    await using child = await startProcess({
      name: 'an intake',
      command: process.execPath,
      args: [
        fileURLToPath(new URL('./conflict-child.ts', import.meta.url)),
        ...[server.url, prefix, '2', String(write), phase],
      ],
    });
    expect(await child.exited, child.tail().join('\n')).toEqual({ code: null, signal: 'SIGKILL' });
    const met = child.tail().filter((line) => line.endsWith('1 in conflict'));
    expect(met).toHaveLength(Math.min(2, phase === 'answered' ? write : write - 1));

    await takeIn(store.alerts, batch);
    const live = await store.alerts.series([first, ...batch].map(({ fingerprint }) => fingerprint));
    const [contested, quiet] = [first, batch[1]].map((event) => live.get(event?.fingerprint ?? ''));
    expect([contested?.events, contested?.summary, quiet?.events]).toEqual([4, '5xx ratio 12%', 2]);
    const events = await Promise.all([first, ...batch].map(({ id }) => store.queries.event(id)));
    const owners = events.map((event) => [event?.alertId, event?.reason === 'duplicate_id']);
    const of = [contested, contested, quiet, contested, contested, quiet];
    expect(owners).toEqual(of.map((alert) => [alert?.id, false]));
    const said = (await store.queries.journal(contested?.id ?? '')).filter(({ what }) => what === 'said');
    expect(said).toHaveLength(Math.min(2, write));
    const { received, threaded, merged, suppressed, rejected, pending, byReason } =
      await store.queries.books();
    expect(received).toBe(threaded + merged + suppressed + rejected + pending);
    expect(received - (byReason['alertmanager|duplicate_id'] ?? 0)).toBe(1 + batch.length);
  },
);
