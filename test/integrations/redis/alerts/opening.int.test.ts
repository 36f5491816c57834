import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RedisServer, startRedis } from '../../../../sandbox/redis/start.ts';
import { openedLines } from '../../../../src/alerts/evolve/evolve.ts';
import type { JournalEntry } from '../../../../src/core/journal.ts';
import { encodeAlert } from '../../../../src/integrations/redis/alerts/alert-format.ts';
import { encodeLine } from '../../../../src/integrations/redis/alerts/event-format.ts';
import { anEvent, hours, minutes, resolveOf, t0 } from '../../../builders/event.ts';
import { type AlertWorld, createAlertWorld } from '../../../support/alert-world.ts';

/** How the journal of an alert begins is on its record until there is more to tell; people see the same lines. */

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());
const world = () => createAlertWorld({ redisUrl: server.url });

const first = anEvent({ id: 'first' });
const fingerprint = first.fingerprint;
const liveOf = async (w: AlertWorld) => {
  const live = (await w.alerts.series([fingerprint])).get(fingerprint);
  if (live === undefined) throw new Error('there is no alert');
  return live;
};
const linesOf = async (w: AlertWorld, id: string) =>
  (await w.queries.journal(id)).map(({ what, why }) => [what, why]);
const written = (w: AlertWorld, id: string) => w.redis.lrange(w.store.keys.journal(id), 0, -1);
const opened = [
  ['opened', 'first'],
  ['route', 'default'],
] as const;
const line: JournalEntry = { at: t0 + minutes(3), who: 'Ann', what: 'ack' };

test('a new alert has no key for its journal, and the two lines in it', async () => {
  await using w = await world();
  await w.take(first);
  const { id } = await liveOf(w);
  expect(await written(w, id)).toEqual([]);
  expect(await w.queries.journal(id)).toEqual([
    { at: first.receivedAt, who: 'farmhand', what: 'opened', why: 'first' },
    { at: first.receivedAt, who: 'farmhand', what: 'route', why: 'default' },
  ]);
});

test('an event that says nothing new leaves it so, and the first line after them writes all three', async () => {
  await using w = await world();
  await w.take(first);
  await w.take(anEvent({ id: 'again', time: t0 + minutes(1), receivedAt: t0 + minutes(1) }));
  const { id } = await liveOf(w);
  expect(await linesOf(w, id)).toEqual(opened);
  await w.take(resolveOf(first, t0 + minutes(2)));
  expect(await linesOf(w, id)).toEqual([...opened, ['resolved', 'first-end']]);
  expect(await written(w, id)).toHaveLength(3);
  expect((await liveOf(w)).opening).toBeUndefined();
});

test('what is given back after a write has it once, so that the next write does not put it there again', async () => {
  await using w = await world();
  await w.take(first);
  const seen = await liveOf(w);
  const add = (seenNow: typeof seen) =>
    w.alerts.update(seen.id, (alert) => ({ write: { alert: { ...alert }, journal: [line] } }), seenNow);
  const after = await add(seen);
  expect(after?.write.alert.opening).toBeUndefined();
  await add(after?.write.alert ?? seen);
  expect(await linesOf(w, seen.id)).toEqual([...opened, ['ack', undefined], ['ack', undefined]]);
});

test('a line is all that a write changes: the record is written whole, without it', async () => {
  await using w = await world();
  await w.take(first);
  const seen = await liveOf(w);
  await w.alerts.update(seen.id, (alert) => ({ write: { alert, journal: [line] } }), seen);
  expect((await liveOf(w)).opening).toBeUndefined();
  expect(await linesOf(w, seen.id)).toEqual([...opened, ['ack', undefined]]);
});

test('one that follows another says so, and the one before keeps its own', async () => {
  await using w = await world();
  await w.take(first);
  const before = await liveOf(w);
  const late = { startsAt: t0 + hours(9), time: t0 + hours(9), receivedAt: t0 + hours(9) };
  await w.take(resolveOf(first, t0 + minutes(2)), anEvent({ id: 'second', ...late }));
  const after = await liveOf(w);
  expect(after.id).not.toBe(before.id);
  expect(await linesOf(w, after.id)).toEqual([
    ['opened', `second; follows ${before.id}`],
    ['route', 'default'],
  ]);
  expect(await linesOf(w, before.id)).toEqual([...opened, ['resolved', 'first-end']]);
});

test('opened and over in one batch: its journal is written', async () => {
  await using w = await world();
  await w.take(first, resolveOf(first, t0 + minutes(2)));
  const { id, opening } = await liveOf(w);
  expect(opening).toBeUndefined();
  expect(await written(w, id)).toHaveLength(3);
  expect(await linesOf(w, id)).toEqual([...opened, ['resolved', 'first-end']]);
});

test('a record of before, whose journal is written, shows each line once', async () => {
  await using w = await world();
  await w.take(first);
  const { opening, ...old } = await liveOf(w);
  if (opening === undefined) throw new Error('it does not say how it begins');
  await w.redis.set(w.store.keys.full(w.store.keys.series(fingerprint)), encodeAlert(old, old.version));
  await w.redis.rpush(w.store.keys.journal(old.id), ...openedLines(old, opening).map(encodeLine));
  expect(await linesOf(w, old.id)).toEqual(opened);
  await w.take(resolveOf(first, t0 + minutes(2)));
  expect(await linesOf(w, old.id)).toEqual([...opened, ['resolved', 'first-end']]);
});

test('a farmhand of before adds a line beside this one: the first two stand first all the same', async () => {
  await using w = await world();
  await w.take(first);
  const { id } = await liveOf(w);
  // It knows nothing of the field, and leaves it where it is.
  await w.redis.rpush(w.store.keys.journal(id), encodeLine(line));
  expect(await linesOf(w, id)).toEqual([...opened, ['ack', undefined]]);
  await w.take(resolveOf(first, t0 + minutes(2)));
  expect(await linesOf(w, id)).toEqual([...opened, ['ack', undefined], ['resolved', 'first-end']]);
});

test('between the record and its journal somebody writes: no line is missing, and none is there twice', async () => {
  await using w = await world();
  await w.take(first);
  const { id } = await liveOf(w);
  const lrange = w.redis.lrange.bind(w.redis);
  w.redis.lrange = (async (...args: Parameters<typeof lrange>) => {
    w.redis.lrange = lrange;
    await w.take(resolveOf(first, t0 + minutes(2)));
    return await lrange(...args);
  }) as typeof lrange;
  expect(await linesOf(w, id)).toEqual([...opened, ['resolved', 'first-end']]);
});
