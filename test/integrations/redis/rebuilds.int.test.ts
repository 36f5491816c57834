import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { StoreUnavailable } from '../../../src/core/errors.ts';
import { line } from '../../../src/core/journal.ts';
import type { RecordStoreOptions } from '../../../src/integrations/redis/record-store.ts';
import type { Rebuild } from '../../../src/rebuild/model/rebuild.ts';
import { writeOf } from '../../../src/rebuild/model/transition.ts';
import { anInstance, aPlan, aRebuild, startedAt } from '../../builders/rebuild.ts';
import { redisOfFile } from '../../support/redis/of-file.ts';
import { recordStore } from '../../support/redis/store.ts';

const server = redisOfFile();

const day = 86_400_000;
let prefixes = 0;

const open = (over: Partial<RecordStoreOptions> = {}) => {
  const told: string[] = [];
  const store = recordStore({
    redis: server.redis,
    prefix: `r-${++prefixes}`,
    onRebuildDue: (part) => told.push(part),
    ...over,
  });
  return { ...store, told };
};

const ask = { instance: 'system6', day: '20261120', draft: 'd-1', limit: 20 };
const made = (id: string) => writeOf({ ...aRebuild(), id }, line(startedAt, 'U0ALICE', 'start'));
const id = 'system6-20261120-1';
const released = (rebuild: Rebuild) => ({
  write: writeOf({
    ...rebuild,
    phase: 'released',
    card: { ...rebuild.card, state: 'open', ts: '1763607600.000100' },
  } as const),
});

test('keeps a rebuild in flight for ever, and an ended one as long as configured, with all that belongs to it', async () => {
  const { rebuilds, keys } = open();
  await rebuilds.create(ask, made);
  expect(await server.redis.pttl(keys.rebuild(id))).toBe(-1);
  expect(await server.redis.pttl(keys.rebuildJournal(id))).toBe(-1);
  await rebuilds.update(id, released);
  await rebuilds.update(id, (rebuild) => ({ write: writeOf(rebuild, line(startedAt, 'U0BOB', 'refused')) }));
  const thread = keys.rebuildThread('C0DCR', '1763607600.000100');
  for (const key of [keys.rebuild(id), keys.rebuildJournal(id), thread]) {
    const ttl = await server.redis.pttl(key);
    expect(ttl).toBeGreaterThan(399 * day);
    expect(ttl).toBeLessThanOrEqual(400 * day);
  }
});

test('an environment with a retention of its own has it: gov longer, and the lists as long as the longest', async () => {
  const byEnvironment = { gov: 1095 * day, constructor: 40 * day };
  const { rebuilds, keys, rebuildQueries, tidy } = open({
    rebuildRetention: () => ({ usual: 90 * day, byEnvironment, lines: 2_000 }),
    now: () => Date.now(),
  });
  const daysOf = async (each: string): Promise<number> =>
    Math.ceil((await server.redis.pttl(keys.rebuild(each))) / day);
  const kept: [string, number][] = [];
  for (const [name, environment] of [
    ['systemgov1', 'gov'],
    ['system7', 'else'],
    ['system6', undefined],
  ] as const) {
    const instance = anInstance({ name, ...(environment !== undefined && { environment }) });
    const each = `${name}-20261120-1`;
    await rebuilds.create({ ...ask, instance: name, draft: name }, (own) =>
      writeOf({ ...aRebuild({ plan: aPlan({ instance }) }), id: own }),
    );
    await rebuilds.update(each, (rebuild) => ({
      write: writeOf({
        ...rebuild,
        phase: 'cancelled',
        end: { at: Date.now() - 200 * day, by: { id: 'U0ALICE' }, reason: '', step: 'rebuild', errors: [] },
      }),
    }));
    kept.push([name, await daysOf(each)]);
  }
  expect(kept).toEqual([
    ['systemgov1', 1095],
    ['system7', 90],
    ['system6', 90],
  ]);
  await tidy();
  expect((await rebuildQueries.list({ state: 'ended', limit: 10 })).length).toBe(3);
});

test('tidies the lists of what retention has ended', async () => {
  const clock = { now: startedAt };
  const { rebuilds, rebuildQueries, keys, tidy, measureSkew } = open({
    now: () => clock.now,
  });
  await measureSkew();
  await rebuilds.create(ask, made);
  await rebuilds.update(id, released);
  await server.redis.del(keys.rebuild(id));
  expect(await rebuildQueries.list({ limit: 10 })).toEqual([]);
  expect(await rebuilds.due('card', clock.now, 10)).toEqual([id]);
  clock.now += 401 * day;
  await tidy();
  expect(await server.redis.zcard(keys.rebuildsEnded)).toBe(0);
  expect(await rebuilds.due('card', clock.now, 10)).toEqual([]);
});

test('what an older process put in flight counts where its record says it belongs', async () => {
  const { rebuilds, rebuildQueries, keys } = open();
  const of = (name: string, environment?: string) => (given: string) =>
    writeOf({
      ...aRebuild({ plan: aPlan({ instance: anInstance({ name, ...(environment && { environment }) }) }) }),
      id: given,
    });
  const start = (name: string, environment: string, limit: number) =>
    rebuilds.create(
      { instance: name, day: '20261120', draft: `old-${name}`, limit: 20, within: { environment, limit } },
      of(name, environment === 'commercial' ? undefined : environment),
    );
  for (const name of ['gov1', 'gov2']) await start(name, 'gov', 20);
  await start('system1', 'commercial', 20);
  const places = await server.redis.hgetall(keys.rebuildsInFlight);
  for (const [name, place] of Object.entries(places)) {
    await server.redis.hset(keys.rebuildsInFlight, name, place.split('|').slice(0, 3).join('|'));
  }
  expect(await start('gov3', 'gov', 2)).toEqual({
    ...{ ok: false, code: 'environment_limit' },
    inFlight: ['gov1-20261120-1', 'gov2-20261120-1'],
  });
  expect(await start('system2', 'commercial', 2)).toMatchObject({ ok: true });
  // What cannot be read counts everywhere: nobody knows where it belongs.
  await server.redis.set(keys.rebuild('gov1-20261120-1'), 'no record');
  expect(await start('system3', 'commercial', 3)).toMatchObject({ ok: false, code: 'environment_limit' });
  expect((await rebuildQueries.inFlight()).get('gov2')).toEqual({ id: 'gov2-20261120-1', channel: 'C0DCR' });
});

test('Redis refuses a write that comes too late, and nothing is changed', async () => {
  const { rebuilds } = open();
  await rebuilds.create(ask, made);
  const behind = open({ now: () => Date.now() - 60_000 });
  await expect(behind.rebuilds.create(ask, made)).rejects.toEqual(
    new StoreUnavailable('Redis answered too late; nothing was changed.'),
  );
  expect(await behind.rebuildQueries.list({ limit: 10 })).toEqual([]);
  expect(behind.told).toEqual([]);
});

test('a write that the wanted replicas do not have does not count, and nobody is nudged', async () => {
  const { rebuilds, told } = open({ waitReplicas: 1 });
  await expect(rebuilds.create(ask, made)).rejects.toThrow('Only 0 of 1 replicas');
  expect(told).toEqual([]);
  // The second try finds what the first has written.
  expect(await rebuilds.create(ask, made)).toMatchObject({ ok: true, already: true });
});

test('what Redis does not answer is said to be unavailable', async () => {
  const { rebuilds } = open();
  await rebuilds.create(ask, made);
  const gone = new Redis(server.url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    lazyConnect: true,
  });
  const store = recordStore({ redis: gone, prefix: 'gone' });
  await expect(store.rebuilds.update(id, released)).rejects.toBeInstanceOf(StoreUnavailable);
  await expect(store.rebuilds.create(ask, made)).rejects.toBeInstanceOf(StoreUnavailable);
  gone.disconnect();
});

test('counts rebuilds in flight by state, and none that has ended', async () => {
  const { rebuilds, rebuildStates } = open();
  for (let n = 0; n < 60; n++) {
    await rebuilds.create({ ...ask, instance: `system${n}`, draft: `d-${n}`, limit: 100 }, (made) =>
      writeOf({ ...aRebuild({ plan: aPlan({ instance: anInstance({ name: `system${n}` }) }) }), id: made }),
    );
  }
  await rebuilds.update('system7-20261120-1', released);
  await rebuilds.update('system8-20261120-1', (rebuild) => ({
    write: writeOf({ ...rebuild, phase: 'cancelling' } as const),
  }));
  expect(await rebuildStates()).toEqual(
    new Map([
      ['starting', 58],
      ['cancelling', 1],
    ]),
  );
});

test('the same version is another record after a failover: it is not written over unread', async () => {
  const { rebuilds, keys } = open();
  await rebuilds.create(ask, made);
  const known = await rebuilds.get(id);
  const before = (await server.redis.get(keys.rebuild(id))) ?? '';
  const count = (rebuild: Rebuild) => ({
    write: writeOf({ ...rebuild, pausedMs: rebuild.pausedMs + 1 }),
    rebuild,
  });
  const second = (await rebuilds.update(id, count, known))?.write.rebuild;
  // The write was lost with its Redis, and somebody else has made another one since.
  await server.redis.set(keys.rebuild(id), before);
  await rebuilds.update(id, (rebuild) => ({ write: writeOf({ ...rebuild, pausedMs: 100 }) }));
  expect(second?.version).toBe((await rebuilds.get(id))?.version);
  await rebuilds.update(id, count, second);
  expect(await rebuilds.get(id)).toMatchObject({ version: 3, pausedMs: 101 });
});

test('a record of an older farmhand has no stamp of its own, and is read before it is written over', async () => {
  const { rebuilds, keys } = open();
  await rebuilds.create(ask, made);
  const known = await rebuilds.get(id);
  // As it writes: what it does not know it leaves where it is, under the next version.
  const text = (await server.redis.get(keys.rebuild(id))) ?? '';
  const older: Rebuild = {
    ...(JSON.parse(text.slice(text.indexOf('|') + 1)) as Rebuild),
    version: 2,
    pausedMs: 7,
  };
  await server.redis.set(keys.rebuild(id), `2|${JSON.stringify(older)}`);
  const read = await rebuilds.get(id);
  expect(read).not.toHaveProperty('stamp');
  for (const basis of [known, read]) {
    await rebuilds.update(id, (now) => ({ write: writeOf({ ...now, pausedMs: now.pausedMs + 1 }) }), basis);
  }
  expect(await rebuilds.get(id)).toMatchObject({ version: 4, pausedMs: 9 });
});

test('a lease goes back with the last write, its own only; whoever asked for it meanwhile is known', async () => {
  const gave: string[] = [];
  const owner = 'one';
  const { rebuilds, leases, keys } = open({
    owner,
    onGaveBack: (part, _, wanted) => void gave.push(`${part} ${wanted}`),
  });
  await rebuilds.create(ask, made);
  const write = (last: boolean) =>
    rebuilds.update(id, (rebuild) => ({ write: writeOf({ ...rebuild, pausedMs: 1 }), last }));
  const holder = () => server.redis.get(keys.lease('drive', id));
  await leases.take('drive', id, owner, 6_000);
  await write(false);
  expect(await holder()).toBe(owner);
  await write(true);
  expect(await holder()).toBeNull();
  await leases.take('drive', id, owner, 6_000);
  await leases.take('drive', id, 'two', 6_000);
  await write(true);
  expect([await holder(), gave]).toEqual([null, ['drive false', 'drive true']]);
  await leases.take('drive', id, 'two', 6_000);
  await write(true);
  expect([await holder(), gave.length]).toEqual(['two', 2]);
});

test('what is due without a record is due no more; one that cannot be read is given without it, and keeps nobody else waiting', async () => {
  const unreadable: string[] = [];
  const { rebuilds, keys } = open({ onUnreadable: (_, key) => void unreadable.push(key) });
  const soon = { ...made(id), rebuild: { ...made(id).rebuild, driveAt: Date.now() } };
  await rebuilds.create(ask, () => soon);
  const due = keys.rebuildsDue('drive');
  await server.redis.zadd(due, 1, 'gone', 2, 'broken', 3, 'hash');
  await server.redis.set(keys.rebuild('broken'), '1|{');
  await server.redis.hset(keys.rebuild('hash'), 'a', 'b');
  const { taken } = await rebuilds.take('drive', Date.now(), 10, { owner: 'one', ms: 6_000 });
  expect(taken.map(({ id, rebuild }) => [id, rebuild?.version])).toEqual([
    ['broken', undefined],
    ['hash', undefined],
    [id, 1],
  ]);
  expect(await server.redis.zscore(due, 'gone')).toBeNull();
  expect(await server.redis.exists(keys.lease('drive', 'gone'))).toBe(0);
  expect(unreadable).toEqual([keys.rebuild('broken')]);
});

test('a lease that is given back says not before when it is due again, unless somebody has asked or written', async () => {
  const { rebuilds, leases, keys } = open();
  const [now, later] = [Date.now(), Date.now() + 60_000];
  await rebuilds.create(ask, () => ({ ...made(id), rebuild: { ...made(id).rebuild, driveAt: now } }));
  const due = async () => Number(await server.redis.zscore(keys.rebuildsDue('drive'), id));
  await leases.take('drive', id, 'one', 6_000);
  await leases.take('drive', id, 'two', 6_000);
  expect(await leases.letGo('drive', id, 'one', later)).toBe(true);
  expect(await due()).toBeLessThan(later);
  await leases.take('drive', id, 'one', 6_000);
  expect(await leases.letGo('drive', id, 'one', later)).toBe(false);
  expect(await due()).toBe(later);
  // Any write says it again.
  await rebuilds.update(id, (rebuild) => ({ write: writeOf({ ...rebuild, driveAt: now }) }));
  expect(await due()).toBeLessThan(later);
});
