import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RedisServer, startRedis } from '../../../../sandbox/redis/start.ts';
import type { AlertEvent } from '../../../../src/alerts/model/event.ts';
import { anEvent, minutes, resolveOf, t0 } from '../../../builders/event.ts';
import { createAlertWorld } from '../../../support/alert-world.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());
const world = () => createAlertWorld({ redisUrl: server.url });

const fingerprint = (n: number): string => n.toString(16).padStart(16, '0');
const alert = (n: number, over: Partial<AlertEvent> = {}): AlertEvent =>
  anEvent({ fingerprint: fingerprint(n), summary: `alert ${n}`, ...over });

test('a block that somebody was faster with is left out, and those after it are written as they are', async () => {
  await using w = await world();
  await w.take(alert(2));
  const stale = { ...(await w.alerts.series([fingerprint(2)])).get(fingerprint(2)), version: 7 };
  const firsts = [1, 2, 3].map((n) => alert(n, { summary: `written ${n}` }));
  await w.take(...firsts.filter((_, i) => i !== 1));
  const live = await w.alerts.series([1, 2, 3].map(fingerprint));
  const write = (n: number) => {
    const before = live.get(fingerprint(n));
    if (!before) throw new Error('not there');
    const after = { ...before, summary: `second ${n}` };
    const events = [
      { id: `e${n}`, receivedAt: t0, position: anEvent().position, reason: 'updated' as const },
    ];
    return { before, after, archived: [], journal: [], events, nonces: [] };
  };
  const writes = [write(1), { ...write(2), before: stale as never }, write(3)];
  expect(await w.alerts.takeIn(writes, [])).toEqual([fingerprint(2)]);
  const now = await w.alerts.series([1, 2, 3].map(fingerprint));
  expect([...now.values()].map(({ summary }) => summary)).toEqual(['second 1', 'alert 2', 'second 3']);
  expect(await w.queries.event('e2')).toBeUndefined();
  expect((await w.queries.event('e3'))?.reason).toBe('updated');
});

test('an event that only says again what is known changes counts and times, and nothing else', async () => {
  await using w = await world();
  const first = alert(1);
  await w.take(first);
  const before = (await w.alerts.series([fingerprint(1)])).get(fingerprint(1));
  const again = { id: 'again', time: t0 + minutes(1), receivedAt: t0 + minutes(2) };
  await w.take(alert(1, again));
  expect((await w.alerts.series([fingerprint(1)])).get(fingerprint(1))).toStrictEqual({
    ...before,
    version: 2,
    events: 2,
    eventTime: t0 + minutes(1),
    lastSeen: t0 + minutes(2),
  });
  expect((await w.queries.event('again'))?.reason).toBe('no_change');
  expect(await w.queries.books()).toMatchObject({ received: 2, pending: 1, merged: 1 });
});

test('thousands of changes of one series in one body are a few writes, with the last of its journal', async () => {
  await using w = await world();
  const flips = Array.from({ length: 6_000 }, (_, i) => {
    const firing = alert(1, { id: `flip-${i}`, startsAt: t0 + i * 2_000, time: t0 + i * 2_000 });
    return i % 2 === 0 ? firing : resolveOf({ ...firing, startsAt: t0 + (i - 1) * 2_000 }, t0 + i * 2_000);
  });
  await w.take(...flips);
  const live = (await w.alerts.series([fingerprint(1)])).get(fingerprint(1));
  expect(live).toMatchObject({ version: 12, events: 6_000, fired: 3_000, status: 'resolved' });
  const journal = await w.queries.journal(live?.id ?? '');
  expect(journal).toHaveLength(200);
  expect(journal[0]?.what).toBe('lines_dropped');
  expect(Number(journal[0]?.why)).toBeGreaterThan(5_000);
  expect((await w.queries.books()).received).toBe(6_000);
});

test('more series than one script call takes, over many channels', async () => {
  await using w = await world();
  await w.take(...Array.from({ length: 1_100 }, (_, n) => alert(n)));
  expect((await w.queries.books()).pending).toBe(1_100);
  expect((await w.queries.lanes())[0]?.waiting).toBe(1_100);
  expect((await w.queries.list({ status: 'firing', limit: 200 })).alerts).toHaveLength(200);
});

test('a nonce with half a character in it is taken once', async () => {
  await using w = await world();
  const nonce = { value: 'half \ud83d', validUntil: t0 + minutes(60) };
  await w.take(alert(1, { nonce }));
  await w.take(alert(1, { nonce }));
  expect(w.outcomes).toEqual(['opened', 'duplicate_nonce']);
});

test('a marked lane is nudged for a person, and for nobody else', async () => {
  await using w = await world();
  await w.take(alert(1));
  await w.settle();
  await w.take(alert(2));
  const nudged = w.marked.length;
  await w.take(alert(3));
  expect(w.marked).toHaveLength(nudged);
  const [first] = [...(await w.alerts.series([fingerprint(1)])).values()];
  await w.service.apply(first?.id ?? '', { verb: 'acknowledge' }, { id: 'U01' });
  expect(w.marked.slice(nudged)).toEqual(['C01ALERTS']);
});
